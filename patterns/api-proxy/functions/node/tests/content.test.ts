// What is refused as content, and what the schema in openapi.yaml says about the same.

import { aws, call, made } from "./project";
import assert from "node:assert/strict";
import { test } from "node:test";
import { CONTRACT, isValid } from "./contract";

const CONTENT = CONTRACT.components.schemas.Content ?? {};
const QUANTITY = ["#/quantity", "must be an integer from 1 to 1000000"];
const GOOD = [
  { title: "x" },
  { title: "ä".repeat(200), note: "", quantity: 1 },
  { title: "𐍈".repeat(200), note: "n".repeat(2000), quantity: 1_000_000 },
];
const BAD: [unknown, string[][]][] = [
  [[], [["#", "must be an object"]]],
  ["text", [["#", "must be an object"]]],
  [null, [["#", "must be an object"]]],
  [{}, [["#/title", "is required"]]],
  [{ title: null }, [["#/title", "must be a string"]]],
  [{ title: "" }, [["#/title", "must have 1 to 200 characters"]]],
  [{ title: "x".repeat(201) }, [["#/title", "must have 1 to 200 characters"]]],
  [{ title: "x", note: 5 }, [["#/note", "must be a string"]]],
  [{ title: "x", note: "n".repeat(2001) }, [["#/note", "must have at most 2000 characters"]]],
  ...[0, 1_000_001, -1, 1.5, true, "1", null, 1e300].map((quantity): [unknown, string[][]] => [
    { title: "x", quantity },
    [QUANTITY],
  ]),
  [
    { z: 1, "a/b~ä": 2, quantity: 0 },
    [["#/title", "is required"], QUANTITY, ["#/a~1b~0%C3%A4", "is not known"], ["#/z", "is not known"]],
  ],
];

test("good content is taken as the contract says", async () => {
  for (const content of GOOD) {
    assert(isValid(CONTENT, content));
    const { status, item } = await call("create", { body: content });
    assert.equal(status, 201);
    assert.deepEqual({ ...item, ...content }, item);
  }
});

test("bad content is refused with every error as the contract says", async () => {
  const { id } = await made();
  const calls = [...aws.calls];
  for (const [content, errors] of BAD) {
    assert(!isValid(CONTENT, content));
    const body = JSON.stringify(content);
    const results = [await call("create", { body }), await call("update", { body, id, headers: { "If-Match": "*" } })];
    for (const result of results) {
      assert.deepEqual([result.status, result.kind], [422, "invalid-content"], body);
      assert.deepEqual(result.problem.errors.map(({ pointer, detail }) => [pointer, detail]), errors);
    }
  }
  assert.deepEqual(aws.calls, calls);
});

test("a member named like one of every object is not known either", async () => {
  const result = await call("create", { body: '{"title": "x", "__proto__": 1, "constructor": 2}' });
  assert.deepEqual(result.problem.errors.map(({ pointer }) => pointer), ["#/__proto__", "#/constructor"]);
});

test("half a character is no text", async () => {
  const result = await call("create", { body: String.raw`{"title": "\ud800"}` });
  assert.deepEqual(result.problem.errors, [{ pointer: "#/title", detail: "must be well-formed text" }]);
});

test("what is no JSON", async () => {
  const constants = ["NaN", "Infinity", "-Infinity"].map((name) => `{"title": "x", "quantity": ${name}}`);
  for (const body of [undefined, "", "{", "{'title': 1}", "[".repeat(100_000), "\ud800", ...constants]) {
    const result = await call("create", { body });
    assert.deepEqual([result.status, result.kind], [400, "malformed-json"], body?.slice(0, 9));
  }
});

test("what says it is no JSON", async () => {
  const others = ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp", "text/a+json"];
  for (const type of others) {
    const result = await call("create", { body: { title: "x" }, headers: { "Content-Type": type } });
    assert.deepEqual([result.status, result.kind], [415, "unsupported-media-type"], type);
  }
  for (const type of ["application/json; charset=utf-8", "Application/JSON", "application/vnd.a+json"]) {
    assert.equal((await call("create", { body: { title: "x" }, headers: { "Content-Type": type } })).status, 201, type);
  }
});
