// GET of one account or of many.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { CONTEXT, event, logged, MemoryReadModel, partsOf, request, sample } from "./project";
import { fold } from "../accounts";
import { querying, tokenAfter } from "../query";
import { answering, type Event } from "../web";

let readModel: MemoryReadModel;

beforeEach(async () => {
  readModel = new MemoryReadModel();
  const balances = Object.entries({ a: 1, b: 2, c: 3 });
  await readModel.write(balances.map(([name, balance]) => fold(name, [event(name, 1, balance)])));
});

async function get(asked: string | Event, query?: Record<string, string>) {
  const event = typeof asked === "string" ? request("GET", asked, query ? { query } : {}) : asked;
  const [answer, lines] = await logged(() => answering(querying(readModel))(event, CONTEXT));
  return { ...partsOf(answer), lines };
}

test("reads one account", async () => {
  await readModel.write([fold("alice", [event("alice", 1, 5)])]);
  const { status, headers, content, lines } = await get(sample<Event>("get-account"));
  assert.deepEqual([status, headers["etag"], headers["cache-control"]], [200, '"1"', "no-cache"]);
  const at = "2026-01-01T00:00:01.000Z";
  assert.deepEqual(content, { id: "alice", balance: 5, version: 1, opened_at: at, updated_at: at });
  assert.deepEqual([lines[0]?.["correlation_id"], lines[0]?.["account"]], ["request-2", "alice"]);
});

test("an unknown account is not found", async () => {
  for (const account of ["d", "a.b", "a".repeat(65)]) {
    const { status, headers, content } = await get(`/accounts/${account}`);
    assert.deepEqual([status, content["type"]], [404, "urn:problem-type:not-found"]);
    assert.equal(headers["cache-control"], "no-store");
  }
});

test("lists the largest balances first", async () => {
  const { status, content } = await get("/accounts");
  assert.deepEqual([status, content["items"].map(({ id }: { id: string }) => id)], [200, ["c", "b", "a"]]);
  assert.equal("next" in content, false);
  const search = { minimum: undefined, maximum: undefined, isDescending: true, limit: 21, after: undefined };
  assert.deepEqual(readModel.searches, [search]);
});

test("pages follow each other", async () => {
  const { content } = await get("/accounts", { limit: "2", sort: "balance", minimum_balance: "-1", maximum_balance: "9" });
  assert.deepEqual(content["items"].map(({ id }: { id: string }) => id), ["a", "b"]);
  await get("/accounts", { limit: "2", sort: "balance", next: content["next"] });
  const [first, second] = readModel.searches;
  assert.deepEqual(first, { minimum: -1, maximum: 9, isDescending: false, limit: 3, after: undefined });
  assert.deepEqual(second?.after, { balance: 2, id: "b" });
});

test("the last page names no other", async () => {
  assert.equal("next" in (await get("/accounts", { limit: "3" })).content, false);
});

test("parameters of another form are refused", async () => {
  const token = tokenAfter({ balance: 5, id: "a" });
  const cases: [Record<string, string>, string][] = [
    [{ limit: "0" }, "limit"],
    [{ limit: "101" }, "limit"],
    [{ limit: "x" }, "limit"],
    [{ sort: "id" }, "sort"],
    [{ sort: "constructor" }, "sort"],
    [{ minimum_balance: "1.5" }, "minimum_balance"],
    [{ maximum_balance: "9".repeat(16) }, "maximum_balance"],
    [{ minimum_balance: "2", maximum_balance: "1" }, "maximum_balance"],
    [{ next: "x" }, "next"],
    [{ next: "ä" }, "next"],
    [{ next: `${token}!` }, "next"],
    [{ next: `${token}=` }, "next"],
    [{ next: Buffer.from("1:007:a").toString("base64url") }, "next"],
    [{ next: token, maximum_balance: "4" }, "next"],
    [{ next: token, minimum_balance: "6" }, "next"],
  ];
  for (const [query, culprit] of cases) {
    const { status, content } = await get("/accounts", query);
    assert.deepEqual([status, content["errors"][0].parameter], [400, culprit], JSON.stringify(query));
  }
  assert.deepEqual(readModel.searches, []);
});

test("an event that is no request is refused", async () => {
  const { status, content, lines } = await get({});
  assert.deepEqual([status, content["type"]], [400, "urn:problem-type:invalid-request"]);
  assert.deepEqual(lines.map((line) => line["message"]), ["request answered"]);
  assert.deepEqual(readModel.searches, []);
});
