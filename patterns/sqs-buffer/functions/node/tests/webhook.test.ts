/** Which bodies are webhooks. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { InvalidWebhook, webhookIn } from "../webhook";
import { payment } from "./project";

const sample = (name: string): string => readFileSync(`${__dirname}/../../events/${name}`, "utf8");

function refused(body: string): string {
  try {
    webhookIn(body);
  } catch (error) {
    assert.ok(error instanceof InvalidWebhook);
    assert.equal(error.name, "InvalidWebhook");
    return error.message;
  }
  return assert.fail(`${body.slice(0, 100)} was taken`);
}

test("id, type and amount are read", () => {
  assert.deepEqual(webhookIn(sample("webhook.json")), { id: "evt-1001", type: "payment", amount: 4200 });
});

test("unknown members are left alone", () => {
  assert.equal(webhookIn(JSON.stringify({ ...payment("a"), livemode: false })).id, "a");
});

test("an integer may be written with a point", () => {
  assert.equal(webhookIn('{"id": "a", "type": "t", "amount": 2.0}').amount, 2);
});

test("the sample of poison is refused", () => {
  assert.match(refused(sample("poison.json")), /^amount must be/);
});

test("what is no JSON object is refused", () => {
  for (const body of ["", "{", '{"id": }']) assert.equal(refused(body), "the body is not JSON");
  for (const body of ["[]", "null", '"a"', "1"]) assert.equal(refused(body), "the body is not an object");
});

test("bad members are refused and named", () => {
  const cases: [string, unknown[]][] = [
    ["id", [null, 1, "", "-a", "a b", "a\n", "ä", "a".repeat(129)]],
    ["type", [null, [], "", ".a", "a".repeat(101), "\ud800"]],
    ["amount", [null, "1", true, 1.5, 10 ** 12 + 1, -(10 ** 12) - 1, [1]]],
  ];
  for (const [member, values] of cases) {
    for (const value of values) {
      const message = refused(JSON.stringify({ ...payment("a"), [member]: value }));
      assert.ok(message.startsWith(`${member} must`), `${member} ${JSON.stringify(value)}: ${message}`);
    }
  }
});

test("the longest and the largest are taken", () => {
  const webhook = webhookIn(JSON.stringify({ id: "a".repeat(128), type: "t".repeat(100), amount: -(10 ** 12) }));
  assert.equal(webhook.amount, -(10 ** 12));
});
