// PUT and DELETE: changes, and changes that would undo somebody else's.

import { aws, call, made, MISSING } from "./project";
import assert from "node:assert/strict";
import { test } from "node:test";

const ifMatch = (tag: string) => ({ "If-Match": tag });

test("replaces the content and counts the version up", async () => {
  const { note: _note, ...item } = await made({ note: "n", quantity: 3 });
  const content = { title: "second", quantity: 4 };
  const result = await call("update", { body: content, id: item.id, headers: ifMatch('"1"') });
  assert.deepEqual([result.status, result.headers.etag], [200, '"2"']);
  assert.deepEqual({ ...result.item, updated_at: "" }, { ...item, ...content, version: 2, updated_at: "" });
  assert(result.item.updated_at >= item.updated_at);
  assert.deepEqual((await call("read", { id: item.id })).item, result.item);
});

test("a lost update is refused and changes nothing", async () => {
  const { id } = await made();
  const mine = await call("update", { body: { title: "mine" }, id, headers: ifMatch('"1"') });
  const result = await call("update", { body: { title: "too late" }, id, headers: ifMatch('"1"') });
  assert.deepEqual([result.status, result.kind], [412, "version-conflict"]);
  assert.deepEqual((await call("read", { id })).item, mine.item);
});

test("a change must name its version", async () => {
  const result = await call("update", { body: { title: "x" }, id: (await made()).id });
  assert.deepEqual([result.status, result.kind], [428, "precondition-required"]);
});

test("any version if the caller says so", async () => {
  const { id } = await made();
  for (const version of [2, 3]) {
    assert.equal((await call("update", { body: { title: "x" }, id, headers: ifMatch("*") })).item.version, version);
  }
});

test("tags that never match, and tags that are none", async () => {
  const { id } = await made();
  const never = ['W/"1"', '"abc"', '""', '"01"'].map((tag) => [tag, 412] as const);
  const none = ["1", "", '"1", "2"'].map((tag) => [tag, 400] as const);
  for (const [tag, status] of [...never, ...none]) {
    assert.equal((await call("update", { body: { title: "x" }, id, headers: ifMatch(tag) })).status, status, tag);
  }
  assert.equal((await call("read", { id })).item.version, 1);
});

test("what is not there is not made", async () => {
  for (const tag of ["*", '"1"']) {
    const result = await call("update", { body: { title: "x" }, id: MISSING, headers: ifMatch(tag) });
    assert.deepEqual([result.status, result.kind], [404, "not-found"]);
  }
  assert.equal(aws.tables.items?.size, 0);
});

test("deletes once", async () => {
  const { id } = await made();
  const result = await call("delete", { id });
  assert.deepEqual([result.status, result.text], [204, ""]);
  assert.equal((await call("read", { id })).status, 404);
  assert.equal((await call("delete", { id })).status, 404);
});

test("deletes only the version the caller has seen", async () => {
  const { id } = await made();
  await call("update", { body: { title: "newer" }, id, headers: ifMatch('"1"') });
  const result = await call("delete", { id, headers: ifMatch('"1"') });
  assert.deepEqual([result.status, result.kind], [412, "version-conflict"]);
  assert.equal((await call("read", { id })).item.title, "newer");
  assert.equal((await call("delete", { id, headers: ifMatch('"2"') })).status, 204);
});
