// GET: one item, and pages of them.

import { aws, call, made, MISSING } from "./project";
import assert from "node:assert/strict";
import { test } from "node:test";

test("answers the item with its version", async () => {
  const item = await made({ note: "n" });
  const result = await call("read", { id: item.id });
  assert.deepEqual([result.status, result.item], [200, item]);
  assert.equal(result.headers.etag, '"1"');
});

test("a version the caller has is not sent again", async () => {
  const { id } = await made();
  for (const tags of ['"1"', 'W/"1"', '"7", "1"', "*"]) {
    const result = await call("read", { id, headers: { "If-None-Match": tags } });
    assert.deepEqual([result.status, result.text, result.headers.etag], [304, "", '"1"'], tags);
  }
  assert.equal((await call("read", { id, headers: { "If-None-Match": '"2"' } })).status, 200);
});

test("what is not there", async () => {
  const result = await call("read", { id: MISSING });
  assert.deepEqual([result.status, result.kind], [404, "not-found"]);
});

test("what cannot be an id is not looked for", async () => {
  for (const id of ["nonsense", MISSING.replaceAll("0", "A"), `${MISSING}\n`, `../${MISSING}`]) {
    assert.equal((await call("read", { id })).status, 404, id);
  }
  assert.deepEqual(aws.calls, []);
});

test("the newest come first", async () => {
  const items = [await made(), await made(), await made()].sort((a, b) => (a.id < b.id ? 1 : -1));
  const result = await call("list");
  assert.deepEqual([result.status, result.page], [200, { items }]);
});

test("an empty collection is an empty page", async () => {
  assert.deepEqual((await call("list")).page, { items: [] });
});

test("pages hold every item once, and the last one says so", async () => {
  const ids: string[] = [];
  for (let count = 0; count < 6; count += 1) {
    ids.push((await made()).id);
  }
  const expected = { 1: [1, 1, 1, 1, 1, 1], 2: [2, 2, 2], 4: [4, 2], 6: [6], 100: [6] };
  for (const [limit, sizes] of Object.entries(expected)) {
    const pages: string[][] = [];
    let next: string | undefined;
    do {
      const { page } = await call("list", { query: { limit, ...(next !== undefined && { next }) } });
      pages.push(page.items.map((item) => item.id));
      next = page.next;
    } while (next !== undefined);
    assert.deepEqual(pages.map((page) => page.length), sizes, limit);
    assert.deepEqual(pages.flat(), [...ids].sort().reverse());
  }
});

test("a page goes on where the last one ended, though its last item is gone", async () => {
  const ids = [(await made()).id, (await made()).id, (await made()).id, (await made()).id].sort().reverse();
  const { page } = await call("list", { query: { limit: "2" } });
  await call("delete", { id: ids[1] ?? "" });
  const rest = await call("list", { query: { limit: "2", next: page.next ?? "" } });
  assert.deepEqual(rest.page.items.map((item) => item.id), ids.slice(2));
});

test("twenty without a limit", async () => {
  for (let count = 0; count < 21; count += 1) {
    await made();
  }
  const { page } = await call("list");
  assert.deepEqual([page.items.length, "next" in page], [20, true]);
});

test("limits that are none", async () => {
  for (const limit of ["0", "101", "-1", "1.0", "", " 5", "x", "05", "1,2"]) {
    const result = await call("list", { query: { limit } });
    assert.deepEqual([result.status, result.kind], [400, "invalid-request"], limit);
    assert.equal(result.problem.errors[0]?.parameter, "limit");
  }
  assert.deepEqual(aws.calls, []);
});

test("tokens that are none", async () => {
  const texts = [`1:${MISSING}`, "1:things\0other", `2:${MISSING}`];
  const [token, ...forged] = texts.map((text) => Buffer.from(text).toString("base64url"));
  assert.equal((await call("list", { query: { next: token ?? "" } })).status, 200);
  aws.calls.length = 0;
  for (const next of ["", "x", "ä", "====", `${token}=`, `~~${token}`, ...forged]) {
    const result = await call("list", { query: { next } });
    assert.deepEqual([result.status, result.problem.errors[0]?.parameter], [400, "next"], next);
  }
  assert.deepEqual(aws.calls, []);
});
