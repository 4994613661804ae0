// A REST API leaves it to the functions to name the origin, on every answer.

import "./origin";
import { aws, call, MISSING, NAMES } from "./project";
import assert from "node:assert/strict";
import { test } from "node:test";

for (const name of NAMES) {
  test(`${name} names the origin, failures included`, async () => {
    aws.failures.push(new TypeError());
    const sent = { id: MISSING, body: { title: "x" }, headers: { "If-Match": "*" }, api: "rest" as const };
    for (const result of [await call(name, sent), await call(name, sent)]) {
      assert.equal(result.headers["access-control-allow-origin"], "https://shop.example");
      assert.equal(result.headers.vary, "origin");
      assert.match(result.headers["access-control-expose-headers"] ?? "", /etag/);
    }
  });
}
