/** What the definition of the workflow says about failures. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import * as errors from "../job";
import { ROOT } from "./project";

interface Rule {
  readonly ErrorEquals: string[];
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxAttempts?: number;
  readonly Next?: string;
}

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: { readonly Next: string }[];
  readonly Retry?: Rule[];
  readonly Catch?: Rule[];
  readonly TimeoutSeconds?: number;
  readonly HeartbeatSeconds?: number;
  readonly ResultSelector?: Record<string, string>;
  readonly ResultPath?: string;
  readonly ErrorPath?: string;
  readonly CausePath?: string;
}

const DEFINITION: { StartAt: string; States: Record<string, State> } = JSON.parse(
  readFileSync(`${ROOT}/workflow.asl.json`, "utf8"),
);
const TASKS = Object.entries(DEFINITION.States).filter(([, state]) => state.Type === "Task");

/** The first rule for this error, as Step Functions looks for it. */
function ruleFor(error: string, rules: Rule[] = []): Rule {
  const found = rules.find((rule) => rule.ErrorEquals.includes(error) || rule.ErrorEquals.includes("States.ALL"));
  return found ?? assert.fail(`no rule for ${error}`);
}

test("a late source and a job that is being undone are waited for", () => {
  for (const error of ["SourceNotReady", "JobNotFree"]) {
    const rule = ruleFor(error, DEFINITION.States["Transcode"]?.Retry);
    assert.deepEqual([rule.IntervalSeconds, rule.BackoffRate], [10, 1], error);
    assert.ok((rule.MaxAttempts ?? 0) >= 3, error);
  }
});

test("what cannot get better is not tried again", () => {
  for (const error of ["InvalidJob", "InvalidVideo", "JobExists"]) {
    assert.equal(ruleFor(error, DEFINITION.States["Transcode"]?.Retry).MaxAttempts, 0, error);
  }
});

test("every error that is named is one of the functions'", () => {
  const named = new Set(TASKS.flatMap(([, state]) => (state.Retry ?? []).flatMap((rule) => rule.ErrorEquals)));
  named.delete("States.ALL");
  assert.ok(named.size > 0);
  for (const name of named) {
    const type = (errors as unknown as Record<string, new () => Error>)[name];
    assert.ok(type !== undefined, name);
    assert.equal(new type().name, name);
  }
});

test("every task that gives up leads to compensation", () => {
  for (const [name, state] of TASKS) {
    if (name !== "Compensate") assert.equal(ruleFor("States.Timeout", state.Catch).Next, "Compensate", name);
  }
  assert.equal(ruleFor("InvalidJob", DEFINITION.States["Transcode"]?.Catch).Next, "Failed");
  assert.equal(DEFINITION.States["Compensate"]?.Next, "Failed");
});

test("the failure at the end is as compensate hands it on", () => {
  const { Compensate, Failed } = DEFINITION.States;
  assert.deepEqual([Failed?.ErrorPath, Failed?.CausePath], ["$.error.Error", "$.error.Cause"]);
  assert.equal(Compensate?.ResultPath, "$.error");
  const handedOn = { "Error.$": "$.Payload.error.Error", "Cause.$": "$.Payload.error.Cause" };
  assert.deepEqual(Compensate?.ResultSelector, handedOn);
});

test("no task waits forever", () => {
  for (const [name, state] of TASKS) {
    assert.ok(state.TimeoutSeconds, name);
    if (state.Resource?.endsWith(".waitForTaskToken")) {
      assert.ok(state.HeartbeatSeconds && state.HeartbeatSeconds < state.TimeoutSeconds, name);
    }
  }
});

test("every state can be reached", () => {
  const states = Object.values(DEFINITION.States);
  const reached = new Set([
    DEFINITION.StartAt,
    ...states.flatMap((state) => [state.Next, state.Default]),
    ...states.flatMap((state) => [...(state.Catch ?? []), ...(state.Choices ?? [])].map((rule) => rule.Next)),
  ]);
  reached.delete(undefined);
  assert.deepEqual(reached, new Set(Object.keys(DEFINITION.States)));
});
