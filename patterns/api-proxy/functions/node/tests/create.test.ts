// POST: new items, and requests that are sent again.

import { aws, call, made, STAGE } from "./project";
import assert from "node:assert/strict";
import { test } from "node:test";
import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { newId } from "../table";
import { COLLECTION } from "./contract";

const headers = { "Idempotency-Key": "key-1" };

test("answers the item and where it is", async () => {
  const result = await call("create", { body: { quantity: 2, title: "first" } });
  assert.equal(result.status, 201);
  assert.deepEqual(Object.keys(result.item), ["id", "title", "quantity", "version", "created_at", "updated_at"]);
  assert.equal(result.headers.location, `${COLLECTION}/${result.item.id}`);
  assert.equal(result.headers.etag, '"1"');
  assert.deepEqual((await call("read", { id: result.item.id })).item, result.item);
});

test("stores it in the collection, and no key without a header", async () => {
  const item = await made({ quantity: 7 });
  const [stored] = aws.tables.items?.values() ?? [];
  assert.deepEqual(stored?.collection, { S: "things" });
  assert.deepEqual(stored?.id, { S: item.id });
  assert.deepEqual(stored?.quantity, { N: "7" });
  assert.equal(stored?.note, undefined);
  assert.deepEqual([aws.calls, aws.tables.keys?.size], [["PutItem"], 0]);
});

test("the location has the stage of a REST API", async () => {
  const result = await call("create", { body: { title: "first" }, api: "rest" });
  assert.equal(result.headers.location, `${STAGE}${COLLECTION}/${result.item.id}`);
});

test("ids sort by time", (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: 1_700_000_000_000 });
  const ids = Array.from({ length: 50 }, () => {
    context.mock.timers.tick(1_000_000_007);
    return newId();
  });
  assert.deepEqual(ids, [...ids].sort());
  for (const id of ids) {
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

test("the same request makes no second item and gets the same answer", async () => {
  const first = await call("create", { body: '{"title": "first", "quantity": 2}', headers });
  const again = await call("create", { body: '{"quantity":2.0,"title":"first"}', headers });
  assert.deepEqual([again.status, again.text], [201, first.text]);
  assert.deepEqual(again.headers, { ...first.headers, "idempotent-replayed": "true" });
  assert.equal(aws.tables.items?.size, 1);
});

test("the first answer stays when the item changes or goes", async () => {
  const first = await call("create", { body: { title: "first" }, headers });
  await call("update", { body: { title: "second" }, id: first.item.id, headers: { "If-Match": "*" } });
  assert.equal((await call("create", { body: { title: "first" }, headers })).text, first.text);
  await call("delete", { id: first.item.id });
  assert.equal((await call("create", { body: { title: "first" }, headers })).text, first.text);
  assert.equal(aws.tables.items?.size, 0);
});

test("other content under the same key is refused", async () => {
  await call("create", { body: { title: "first" }, headers });
  const result = await call("create", { body: { title: "other" }, headers });
  assert.deepEqual([result.status, result.kind], [422, "idempotency-key-reused"]);
  assert.equal(aws.tables.items?.size, 1);
});

test("another key makes another item", async () => {
  for (const key of ["a", "b"]) {
    assert.equal((await call("create", { body: { title: "x" }, headers: { "Idempotency-Key": key } })).status, 201);
  }
  assert.equal(aws.tables.items?.size, 2);
});

test("a key is forgotten after a day even if it is still there", async (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: 1_000_000_000 });
  const first = await call("create", { body: { title: "first" }, headers });
  context.mock.timers.tick(86_400_000);
  assert.equal((await call("create", { body: { title: "first" }, headers })).text, first.text);
  context.mock.timers.tick(1_000);
  assert.equal((await call("create", { body: { title: "other" }, headers })).status, 201);
  const [record] = aws.tables.keys?.values() ?? [];
  assert.deepEqual(record?.expires_at, { N: String(1_000_000 + 86_401 + 86_400) });
});

test("two at the same moment", async () => {
  const reasons = [{ Code: "None" }, { Code: "TransactionConflict" }];
  aws.failures.push(new TransactionCanceledException({ message: "", $metadata: {}, CancellationReasons: reasons }));
  const result = await call("create", { body: { title: "first" }, headers });
  assert.deepEqual([result.status, result.kind], [409, "request-in-progress"]);
  assert.equal(result.headers["retry-after"], "1");
});

test("keys that are none", async () => {
  for (const key of ["", "two words", "ä", "x".repeat(256)]) {
    const result = await call("create", { body: { title: "first" }, headers: { "Idempotency-Key": key } });
    assert.deepEqual([result.status, result.kind], [400, "invalid-request"], key);
    assert.equal(result.problem.errors[0]?.header, "idempotency-key");
  }
  assert.deepEqual(aws.calls, []);
});
