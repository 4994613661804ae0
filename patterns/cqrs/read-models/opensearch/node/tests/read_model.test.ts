// The read model in OpenSearch: the requests that are sent, their signatures, and what is made of the answers.

import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, describe, test } from "node:test";

import { event } from "./project";
import { fold } from "../accounts";
import type { Search } from "../documents";
import { Index } from "../read_model";
import { type Domain, SearchDomain, SearchFailed } from "../search_domain";

const ALICE = fold("alice", [event("alice", 1, 5), event("alice", 2, -2)]);
const CREATED = { acknowledged: true };
const EXISTS = { error: { type: "resource_already_exists_exception" }, status: 400 };
const NO_INDEX = { error: { type: "index_not_found_exception" }, status: 404 };

/** Answers in turn, and keeps what it was asked. */
class FakeDomain implements Domain {
  readonly requests: [string, string, string | undefined][] = [];
  private readonly answers: unknown[];

  constructor(...answers: unknown[]) {
    this.answers = answers;
  }

  async request(method: string, path: string, body?: string): Promise<unknown> {
    this.requests.push([method, path, body]);
    if (this.answers.length === 0) throw new Error("asked too often");
    return this.answers.shift();
  }
}

function bulk(...statuses: [string, number][]) {
  const error = { type: "t", reason: "r" };
  return { items: statuses.map(([_id, status]) => ({ index: { _id, status, error } })) };
}

describe("documents", () => {
  test("are written in one request, each with its version", async () => {
    const domain = new FakeDomain(CREATED, bulk(["alice", 201]));
    const written = await new Index(domain, 0).write([ALICE]);
    assert.deepEqual([...written.outcomes, ...written.failures], [["alice", "written"]]);
    const [method, path, body = ""] = domain.requests[1]!;
    assert.deepEqual([method, path], ["POST", "/accounts/_bulk"]);
    const [action = "", document = "", rest] = body.split("\n");
    assert.deepEqual(JSON.parse(action), { index: { _id: "alice", version: 2, version_type: "external" } });
    assert.deepEqual([JSON.parse(document).balance, rest], [3, ""]);
  });

  test("of a version that is there already are done, and others fail", async () => {
    const domain = new FakeDomain(CREATED, bulk(["a", 200], ["b", 409], ["c", 400]));
    const written = await new Index(domain, 0).write([ALICE]);
    assert.deepEqual([...written.outcomes], [["a", "written"], ["b", "known"]]);
    assert.deepEqual([...written.failures], [["c", "400 t: r"]]);
  });

  test("have an index that is made once, before the first", async () => {
    const domain = new FakeDomain(EXISTS, bulk(["alice", 200]), bulk(["alice", 409]));
    const index = new Index(domain, 1);
    await index.write([ALICE]);
    await index.write([ALICE]);
    assert.deepEqual(domain.requests.map(([, path]) => path), ["/accounts", "/accounts/_bulk", "/accounts/_bulk"]);
    const { settings, mappings } = JSON.parse(domain.requests[0]?.[2] ?? "");
    assert.deepEqual(settings.index, { number_of_shards: 1, number_of_replicas: 1 });
    assert.equal(mappings.dynamic, "strict");
    const document = JSON.parse(domain.requests[1]?.[2]?.split("\n")[1] ?? "");
    assert.deepEqual(Object.keys(mappings.properties), Object.keys(document));
  });

  test("cannot be written if the index cannot be made", async () => {
    const domain = new FakeDomain({ error: { type: "mapper_parsing_exception" } });
    await assert.rejects(new Index(domain, 0).write([ALICE]), /mapper_parsing_exception/);
  });

  test("none ask nothing", async () => {
    assert.equal((await new Index(new FakeDomain(), 0).write([])).outcomes.size, 0);
  });

  test("are cleared with their index, which is made again", async () => {
    const domain = new FakeDomain(CREATED, CREATED);
    await new Index(domain, 0).clear();
    assert.deepEqual(domain.requests.map(([method, path]) => `${method} ${path}`), ["DELETE /accounts", "PUT /accounts"]);
  });

  test("are cleared even if the index comes back meanwhile", async () => {
    const domain = new FakeDomain(CREATED, EXISTS, CREATED, CREATED);
    await new Index(domain, 0).clear();
    assert.deepEqual(domain.requests.map(([method]) => method), ["DELETE", "PUT", "DELETE", "PUT"]);
    const stubborn = new FakeDomain(...Array.from({ length: 5 }, () => [CREATED, EXISTS]).flat());
    await assert.rejects(new Index(stubborn, 0).clear(), /comes back each time/);
  });

  test("are got by id", async () => {
    const domain = new FakeDomain({ found: true, _source: { id: "alice" } }, { found: false }, NO_INDEX);
    const index = new Index(domain, 0);
    assert.deepEqual(await index.get("alice"), { id: "alice" });
    assert.deepEqual([await index.get("alice"), await index.get("alice")], [undefined, undefined]);
    assert.deepEqual(domain.requests[0], ["GET", "/accounts/_doc/alice", undefined]);
  });
});

describe("searches", () => {
  async function search(search: Search) {
    const domain = new FakeDomain({ hits: { hits: [{ _source: { id: "alice" } }] } });
    assert.deepEqual(await new Index(domain, 0).search(search), [{ id: "alice" }]);
    const [method, path, body = ""] = domain.requests[0]!;
    assert.deepEqual([method, path], ["POST", "/accounts/_search"]);
    return JSON.parse(body);
  }

  test("ask for all in order", async () => {
    const sort = [{ balance: "desc" }, { id: "desc" }];
    assert.deepEqual(await search({ isDescending: true, limit: 21 }), { size: 21, query: { match_all: {} }, sort });
  });

  test("ask for a range after a document", async () => {
    const query = await search({ minimum: -1, maximum: 9, isDescending: false, limit: 3, after: { balance: 5, id: "bob" } });
    assert.deepEqual(query.query, { range: { balance: { gte: -1, lte: 9 } } });
    assert.deepEqual([query.sort, query.search_after], [[{ balance: "asc" }, { id: "asc" }], [5, "bob"]]);
    const open = await search({ minimum: 0, isDescending: false, limit: 3 });
    assert.deepEqual(open.query, { range: { balance: { gte: 0 } } });
  });

  test("find nothing without an index", async () => {
    assert.deepEqual(await new Index(new FakeDomain(NO_INDEX), 0).search({ isDescending: true, limit: 1 }), []);
  });
});

describe("requests", () => {
  let statuses: number[] = [];
  let seen: [IncomingMessage, string][] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    seen.push([request, body]);
    response.writeHead(statuses.shift() ?? 500, { "content-type": "application/json" }).end('{"answer": 42}');
  });
  let domain: SearchDomain;

  before(async () => {
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    domain = new SearchDomain(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  beforeEach(() => {
    seen = [];
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  test("are signed for the service, with the role of the function", async () => {
    statuses = [200];
    assert.deepEqual(await domain.request("POST", "/accounts/_bulk", "{}\n"), { answer: 42 });
    const [request, body] = seen[0]!;
    assert.deepEqual([request.url, body, request.headers["content-type"]], ["/accounts/_bulk", "{}\n", "application/x-ndjson"]);
    const credential = /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/es\/aws4_request, /;
    assert.match(request.headers.authorization ?? "", credential);
    assert.match(request.headers.authorization ?? "", /SignedHeaders=.*host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/);
    assert.equal(request.headers["x-amz-security-token"], "session");
  });

  test("are sent again to an overloaded domain, but not for ever", async () => {
    statuses = [429, 503, 200];
    assert.deepEqual(await domain.request("POST", "/accounts/_search", "{}"), { answer: 42 });
    statuses = [503, 503, 503, 200];
    await assert.rejects(domain.request("POST", "/accounts/_search", "{}"), /POST \/accounts\/_search: 503/);
  });

  test("are sent again if the connection breaks", async () => {
    statuses = [200];
    server.once("connection", (socket) => socket.destroy());
    server.closeAllConnections();
    assert.deepEqual(await domain.request("GET", "/accounts/_doc/alice"), { answer: 42 });
  });

  test("that are refused are errors, unless accepted", async () => {
    statuses = [403, 404, 404];
    await assert.rejects(domain.request("POST", "/accounts/_search", "{}"), SearchFailed);
    await assert.rejects(domain.request("POST", "/accounts/_search", "{}"), /404/);
    assert.deepEqual(await domain.request("POST", "/accounts/_search", "{}", 404), { answer: 42 });
  });
});
