// What every function must do, whatever its route is.

import { aws, call, FUNCTIONS, handle, made, METHODS, MISSING, type Name, NAMES, type Sent, STAGE } from "./project";
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ProvisionedThroughputExceededException } from "@aws-sdk/client-dynamodb";
import type { Context } from "aws-lambda";
import { COLLECTION, ROOT, routesOfContract, routesOfTemplate } from "./contract";

const REQUESTS: Record<Name, Sent> = {
  create: { body: { title: "x" } },
  read: { id: MISSING },
  list: {},
  update: { body: { title: "x" }, id: MISSING, headers: { "If-Match": "*" } },
  delete: { id: MISSING },
};
const ACTIONS = { create: "PutItem", read: "GetItem", list: "Query", update: "UpdateItem", delete: "DeleteItem" };

test("the routes are those of the contract", () => {
  assert.deepEqual(routesOfTemplate(), routesOfContract());
  const methods = routesOfContract().map((route) => route.split(" ").slice(0, 2));
  assert.deepEqual(Object.fromEntries(methods), METHODS);
});

test("the sample events are answered", async () => {
  const folder = join(ROOT, "events");
  const samples = readdirSync(folder).filter((file) => file.endsWith(".json")).sort();
  assert.deepEqual(samples, ["create.json", "list.json"]);
  for (const name of ["create", "list"] as const) {
    const event = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
    assert((await handle(name, event)).status < 300, name);
  }
});

for (const name of NAMES) {
  test(`${name} calls the table once and only as its role allows`, async () => {
    await call(name, REQUESTS[name]);
    assert.deepEqual(aws.calls, [ACTIONS[name]]);
  });

  test(`${name} logs one line that can be traced`, async () => {
    const result = await call(name, REQUESTS[name]);
    assert.equal(result.log.length, 1);
    const [line = {}] = result.log;
    assert.deepEqual([line.message, line.level], ["request answered", "INFO"]);
    assert.deepEqual([line.correlation_id, line.function_request_id], ["request-1", "invocation-1"]);
    assert.deepEqual([line.service, line.method, line.status], ["tests", METHODS[name], result.status]);
    assert.equal(line.problem, result.status === 404 ? "urn:problem-type:not-found" : undefined);
    assert.equal(line.item, name === "create" ? result.item.id : undefined);
  });

  test(`${name} tells of a failure in a problem that can be traced, and nothing else`, async () => {
    aws.failures.push(new TypeError("secret"));
    const result = await call(name, REQUESTS[name]);
    assert.deepEqual([result.status, result.kind, result.problem.request_id], [500, "internal-error", "request-1"]);
    const [failed = {}, answered = {}] = result.log;
    assert.deepEqual([failed.level, failed.message, failed.correlation_id], ["ERROR", "request failed", "request-1"]);
    assert.equal((failed.error as { name: string }).name, "TypeError");
    assert.equal(answered.status, 500);
    assert(!result.text.includes("secret"));
  });

  test(`${name} asks the caller to wait when DynamoDB throttles`, async () => {
    aws.failures.push(new ProvisionedThroughputExceededException({ message: "", $metadata: {} }));
    const result = await call(name, REQUESTS[name]);
    assert.deepEqual([result.status, result.kind, result.headers["retry-after"]], [503, "overloaded", "1"]);
  });

  test(`${name} answers an event that is no request`, async () => {
    assert((await FUNCTIONS[name]({}, {} as Context)).statusCode < 500);
  });

  test(`${name} leaves the origin to the gateway of an HTTP API`, async () => {
    assert(!("access-control-allow-origin" in (await call(name, REQUESTS[name])).headers));
  });
}

for (const api of ["http", "rest"] as const) {
  test(`answers the same through either kind of API (${api})`, async () => {
    const { id } = await made();
    const headers = { "If-Match": '"1"' };
    const changed = await call("update", { body: { title: "second" }, id, headers, api });
    assert.equal(changed.item.version, 2);
    assert.equal((await call("update", { body: { title: "x" }, id, headers, api })).status, 412);
    assert.deepEqual((await call("list", { query: { limit: "5" }, api })).page, { items: [changed.item] });
    assert.equal((await call("delete", { id, api })).status, 204);
  });

  test(`a problem tells the path as the caller wrote it (${api})`, async () => {
    const stage = api === "rest" ? STAGE : "";
    assert.equal((await call("read", { id: MISSING, api })).problem.instance, `${stage}${COLLECTION}/${MISSING}`);
  });
}

test("content in base64", async () => {
  assert.equal((await call("create", { body: '{"title": "ä"}', isBase64: true })).item.title, "ä");
});
