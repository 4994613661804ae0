/** What compensate undoes. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { FakeAws, SAMPLE, event, failed, runCompensate, runTranscode, type Result } from "./project";

test("the result is removed and the job marked", async () => {
  const aws = new FakeAws({ "uploads/j.y4m": SAMPLE });
  await runTranscode(aws, event());
  const { answer } = await runCompensate(aws, event({ error: failed("Denied", "no") }));
  assert.deepEqual(answer, { job: "j", status: "compensated", error: { Error: "Denied", Cause: "no" } });
  assert.deepEqual([...aws.objects.keys()], ["uploads/j.y4m"]);
  const item = aws.items.get("j") ?? {};
  assert.deepEqual([item["status"], item["error"], item["cause"]], [{ S: "compensated" }, { S: "Denied" }, { S: "no" }]);
  assert.equal("result" in item, false);
  // What was known of the video still tells what happened.
  assert.deepEqual(item["frames"], { N: "48" });
});

test("done twice, it leaves the same", async () => {
  const aws = new FakeAws();
  const first = await runCompensate(aws, event({ error: failed() }));
  const second = await runCompensate(aws, event({ error: failed() }));
  assert.deepEqual([first.answer, first.error], [second.answer, second.error]);
  assert.deepEqual(aws.items.get("j")?.["status"], { S: "compensated" });
});

test("nobody takes the job before the result is gone", async () => {
  const aws = new FakeAws({ "uploads/j.y4m": SAMPLE });
  await runTranscode(aws, event());
  const meanwhile: string[] = [];
  const another = (): Promise<Result> => runTranscode(aws, event({ execution: "execution-2" }));
  aws.beforeDelete = async () => meanwhile.push((await another()).error);
  await runCompensate(aws, event({ error: failed() }));
  assert.deepEqual(meanwhile, ["JobNotFree"]);
  assert.equal((await another()).error, "");
  assert.ok(aws.objects.has("results/j.y4m.gz"));
});

test("tried again, it finishes what was begun", async () => {
  const aws = new FakeAws({ "uploads/j.y4m": SAMPLE });
  await runTranscode(aws, event());
  aws.beforeDelete = () => Promise.reject(new TypeError("no connection"));
  assert.equal((await runCompensate(aws, event({ error: failed() }))).error, "TypeError");
  assert.deepEqual(aws.items.get("j")?.["status"], { S: "compensating" });
  aws.beforeDelete = async () => undefined;
  assert.equal((await runCompensate(aws, event({ error: failed() }))).answer["status"], "compensated");
  assert.deepEqual(aws.items.get("j")?.["status"], { S: "compensated" });
  assert.equal(aws.objects.has("results/j.y4m.gz"), false);
});

test("the job of another execution is left alone", async () => {
  const aws = new FakeAws({ "uploads/j.y4m": SAMPLE });
  await runTranscode(aws, event());
  const before = aws.items.get("j");
  const result = await runCompensate(aws, event({ execution: "execution-2", error: failed("JobExists") }));
  assert.deepEqual(result.answer, { job: "j", status: "left", error: failed("JobExists") });
  assert.deepEqual(aws.items.get("j"), before);
  assert.ok(aws.objects.has("results/j.y4m.gz"));
  assert.deepEqual(result.log.map((line) => line["message"]), ["job belongs to another execution"]);
});

test("a long cause is cut", async () => {
  const aws = new FakeAws();
  await runCompensate(aws, event({ error: failed("Unknown", "x".repeat(5000)) }));
  assert.deepEqual(aws.items.get("j")?.["cause"], { S: "x".repeat(1000) });
});

test("a failure without a name or a cause is one too", async () => {
  for (const [told, error] of [[{ Error: "States.Timeout" }, "States.Timeout"], [{}, "TaskFailed"]] as const) {
    const aws = new FakeAws();
    const { answer } = await runCompensate(aws, event({ error: told }));
    // The workflow ends with these.
    const failure = { Error: error, Cause: "no cause was given" };
    assert.deepEqual(answer, { job: "j", status: "compensated", error: failure });
    assert.deepEqual(aws.items.get("j")?.["cause"], { S: "no cause was given" });
  }
});
