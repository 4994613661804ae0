/** What the worker does with a batch. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { FakeDynamoDB, handle, payment, record, run } from "./project";

test("each webhook of a batch takes effect", async () => {
  const aws = new FakeDynamoDB();
  const { failed } = await run(aws, record("m1", payment("a", 5)), record("m2", payment("b", -7)));
  assert.deepEqual(failed, []);
  assert.deepEqual([...aws.items.keys()], ["a", "b"]);
  const { at, ...item } = aws.items.get("b") ?? {};
  assert.match(at?.S ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(item, {
    id: { S: "b" },
    type: { S: "payment" },
    amount: { N: "-7" },
    message: { S: "m2" },
    times: { N: "1" },
  });
});

test("the effect takes place once, whatever comes twice", async () => {
  const aws = new FakeDynamoDB();
  await run(aws, record("m1", payment("a", 5)));
  const again = await run(aws, record("m1", payment("a", 5), 2));
  const bySender = await run(aws, record("m2", payment("a", 6)), record("m3", payment("a", 7)));
  // What was done before is done: it must leave the queue.
  assert.deepEqual([...again.failed, ...bySender.failed], []);
  assert.deepEqual(aws.items.get("a")?.["times"], { N: "1" });
  assert.deepEqual(aws.items.get("a")?.["amount"], { N: "5" });
});

test("poison fails alone", async () => {
  const aws = new FakeDynamoDB();
  const { failed } = await run(aws, record("m1", payment("a")), record("m2", payment("b", "none")), record("m3", payment("c")));
  assert.deepEqual(failed, ["m2"]);
  assert.deepEqual([...aws.items.keys()], ["a", "c"]);
});

test("a batch of poison only is answered too", async () => {
  const { failed } = await run(new FakeDynamoDB(), record("m1", "no"), record("m2", "[]"));
  assert.deepEqual(failed, ["m1", "m2"]);
});

test("a write that fails comes back, and then takes effect", async () => {
  const aws = new FakeDynamoDB();
  aws.outOfOrder.add("b");
  const first = await run(aws, record("m1", payment("a")), record("m2", payment("b")));
  assert.deepEqual(first.failed, ["m2"]);
  const line = first.log.find((entry) => entry["message"] === "webhook failed");
  assert.match(JSON.stringify(line?.["error"]), /DynamoDB does not answer/);
  aws.outOfOrder.clear();
  const second = await run(aws, record("m2", payment("b"), 2));
  assert.deepEqual(second.failed, []);
  assert.deepEqual(aws.items.get("b")?.["times"], { N: "1" });
});

test("logs can be traced by message", async () => {
  const aws = new FakeDynamoDB();
  const first = await run(aws, record("m1", payment("a")));
  const second = await run(aws, record("m2", payment("a"), 3));
  const third = await run(aws, record("m3", payment("c", "none")));
  const log = [...first.log, ...second.log, ...third.log];
  assert.deepEqual(
    log.map((line) => [line["level"], line["message"], line["correlation_id"], line["received"]]),
    [
      ["INFO", "webhook took effect", "m1", 1],
      ["INFO", "webhook had taken effect before", "m2", 3],
      ["ERROR", "webhook refused", "m3", 1],
    ],
  );
  assert.equal(log[0]?.["webhook"], "a");
  assert.match(String(log[2]?.["reason"]), /amount must be an integer/);
  for (const line of log) {
    assert.deepEqual([line["service"], line["function_request_id"]], ["tests", "request-1"]);
  }
});

test("an empty event asks for nothing", async () => {
  const aws = new FakeDynamoDB();
  assert.deepEqual((await handle(aws, {})).failed, []);
  assert.equal(aws.items.size, 0);
});

test("the sample event is understood", async () => {
  const aws = new FakeDynamoDB();
  const event = JSON.parse(readFileSync(`${__dirname}/../../events/batch.json`, "utf8"));
  const { failed } = await run(aws, ...event.Records);
  assert.deepEqual(failed, ["22222222-2222-4222-8222-222222222222"]);
  assert.deepEqual([...aws.items.keys()], ["evt-1001"]);
});
