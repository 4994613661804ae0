// POST of a command.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { CONTEXT, event, logged, MemoryEvents, partsOf, request, sample } from "./project";
import { executing } from "../command";
import { answering } from "../web";

const PATH = "/accounts/alice/commands";
const DEPOSIT = { type: "deposit", amount: 5 };
const KEY = { "idempotency-key": "command-1" };

async function post(events: MemoryEvents, body: unknown, headers = {}, path = PATH) {
  const asked = request("POST", path, { body, headers });
  const [answer, lines] = await logged(() => answering(executing(events))(asked, CONTEXT));
  return { ...partsOf(answer), lines };
}

/** Events to which somebody else adds one before each of the first appends. */
function faster(times: number, amount: number): MemoryEvents {
  const events = new MemoryEvents([event("alice", 1, 6)]);
  let left = times;
  events.beforeAppend = () => {
    if (left > 0) events.all.push(event("alice", events.all.length + 1, amount));
    left -= 1;
  };
  return events;
}

describe("commands", () => {
  test("append one event and answer the state", async () => {
    const events = new MemoryEvents([event("alice", 1, 7)]);
    const { status, headers, content } = await post(events, DEPOSIT);
    assert.deepEqual([status, content], [201, { id: "alice", version: 2, balance: 12 }]);
    assert.deepEqual([headers["location"], headers["etag"]], ["/accounts/alice", '"2"']);
    const added = events.all[1]!;
    assert.deepEqual([added.version, added.amount, added.correlationId], [2, 5, "request-1"]);
    assert.match(added.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test("the sample is a command", async () => {
    const events = new MemoryEvents();
    const [answer] = await logged(() => answering(executing(events))(sample("deposit"), CONTEXT));
    assert.deepEqual([answer.statusCode, events.all[0]?.commandId], [201, "first-deposit"]);
  });

  test("a refused withdrawal leaves no event", async () => {
    const events = new MemoryEvents([event("alice", 1, 4)]);
    const { status, headers, content, lines } = await post(events, { type: "withdraw", amount: 5 });
    assert.deepEqual([status, headers["content-type"]], [422, "application/problem+json"]);
    assert.deepEqual(content, {
      type: "urn:problem-type:insufficient-funds",
      title: "Insufficient funds",
      status: 422,
      detail: "the balance is 4, too little to withdraw 5",
      instance: PATH,
      request_id: "request-1",
    });
    assert.deepEqual([events.all.length, lines.at(-1)?.["problem"]], [1, "urn:problem-type:insufficient-funds"]);
  });

  test("logs can be traced and tell no amounts", async () => {
    const { lines } = await post(new MemoryEvents(), DEPOSIT);
    assert.equal(lines.length, 1);
    const line = lines[0]!;
    assert.deepEqual([line["message"], line["status"], line["account"], line["version"]], ["request answered", 201, "alice", 1]);
    assert.deepEqual([line["correlation_id"], line["function_request_id"]], ["request-1", "function-request-1"]);
    assert.deepEqual([line["service"], line["method"], line["path"]], ["accounts", "POST", PATH]);
    assert.equal("amount" in line, false);
  });
});

describe("conflicts", () => {
  test("decides anew when somebody was faster", async () => {
    const events = faster(4, 10);
    const { status, content } = await post(events, DEPOSIT);
    assert.deepEqual([status, content], [201, { id: "alice", version: 6, balance: 51 }]);
    assert.deepEqual(events.all.map(({ version }) => version), [1, 2, 3, 4, 5, 6]);
  });

  test("never withdraws what somebody else has withdrawn", async () => {
    const events = faster(1, -3);
    const { status, content } = await post(events, { type: "withdraw", amount: 4 });
    assert.deepEqual([status, content["type"]], [422, "urn:problem-type:insufficient-funds"]);
    assert.equal(events.all.length, 2);
  });

  test("gives up after five attempts", async () => {
    const events = faster(5, 10);
    const { status, headers, content } = await post(events, DEPOSIT);
    assert.deepEqual([status, content["type"]], [409, "urn:problem-type:concurrent-commands"]);
    assert.deepEqual([headers["retry-after"], events.all.length], ["1", 6]);
  });
});

describe("repetition", () => {
  test("a command sent again has the same answer and no second event", async () => {
    const events = new MemoryEvents([event("alice", 1, 5), event("alice", 2, 9)]);
    const { status, headers, content } = await post(events, DEPOSIT, KEY);
    assert.deepEqual([status, content], [201, { id: "alice", version: 1, balance: 5 }]);
    assert.deepEqual([headers["etag"], headers["idempotent-replayed"]], ['"1"', "true"]);
    assert.equal(events.all.length, 2);
  });

  test("a lost reply does not append twice", async () => {
    const events = new MemoryEvents();
    const append = events.append.bind(events);
    events.append = async (event) => (await append(event)) && append(event);
    const { status, headers, content } = await post(events, DEPOSIT);
    assert.deepEqual([status, content["version"], events.all.length], [201, 1, 1]);
    assert.equal("idempotent-replayed" in headers, false);
  });

  test("a key stands for one command", async () => {
    const events = new MemoryEvents([event("alice", 1, 5)]);
    for (const body of [{ type: "deposit", amount: 6 }, { type: "withdraw", amount: 5 }]) {
      const { status, content } = await post(events, body, KEY);
      assert.deepEqual([status, content["type"]], [422, "urn:problem-type:idempotency-key-reused"]);
    }
    assert.equal(events.all.length, 1);
  });

  test("keys of other accounts do not count", async () => {
    assert.equal((await post(new MemoryEvents([event("bob", 1, 5)]), DEPOSIT, KEY)).status, 201);
  });

  test("a key of another form is refused", async () => {
    for (const key of ["", "a b", "k".repeat(256), "ä"]) {
      const { status, content } = await post(new MemoryEvents(), DEPOSIT, { "idempotency-key": key });
      assert.deepEqual([status, content["errors"][0].header], [400, "idempotency-key"], key);
    }
  });
});

describe("content", () => {
  test("every error is named at once", async () => {
    const { status, content } = await post(new MemoryEvents(), { type: "steal", amount: 0, "a/bä": 1 });
    assert.equal(status, 422);
    assert.deepEqual(content["errors"], [
      { pointer: "#/type", detail: "must be deposit or withdraw" },
      { pointer: "#/amount", detail: "must be an integer from 1 to 1000000000" },
      { pointer: "#/a~1b%C3%A4", detail: "is not known" },
    ]);
    const { content: empty } = await post(new MemoryEvents(), '{"\\ud800": 1}');
    assert.deepEqual(empty["errors"].map((flaw: any) => flaw.detail), ["is required", "is required", "is not known"]);
  });

  test("amounts are whole and positive", async () => {
    for (const amount of ["0", "-1", "1.5", "true", '"1"', "null", "1e10", "1e999", "[1]"]) {
      const events = new MemoryEvents();
      const { status } = await post(events, `{"type": "deposit", "amount": ${amount}}`);
      assert.deepEqual([status, events.all], [422, []], amount);
    }
    assert.equal((await post(new MemoryEvents(), '{"type": "deposit", "amount": 1.0}')).status, 201);
  });

  test("what is no object or no JSON", async () => {
    for (const [body, status] of [["[]", 422], ["1", 422], ["null", 422], ["", 400], ["NaN", 400], ["[".repeat(1e5), 400]] as const) {
      assert.equal((await post(new MemoryEvents(), body)).status, status, body.slice(0, 5));
    }
    assert.equal((await post(new MemoryEvents(), DEPOSIT, { "content-type": "text/plain" })).status, 415);
    assert.equal((await post(new MemoryEvents(), DEPOSIT, { "content-type": "application/JSON; charset=utf-8" })).status, 201);
  });

  test("ids of another form are not looked for", async () => {
    for (const account of ["a.b", "a".repeat(65), "ä", ""]) {
      assert.equal((await post(new MemoryEvents(), DEPOSIT, {}, `/accounts/${account}/commands`)).status, 404);
    }
  });
});

describe("failures", () => {
  test("an event that is no request is refused", async () => {
    const events = new MemoryEvents();
    const [answer, lines] = await logged(() => answering(executing(events))({}, CONTEXT));
    assert.deepEqual([answer.statusCode, events.all], [400, []]);
    assert.equal(partsOf(answer).content["type"], "urn:problem-type:invalid-request");
    assert.deepEqual(lines.map((line) => line["message"]), ["request answered"]);
  });

  test("what fails here is a problem that can be found in the log", async () => {
    const events = new MemoryEvents();
    events.of = () => Promise.reject(new TypeError("broken here"));
    const { status, headers, content, lines } = await post(events, DEPOSIT);
    assert.deepEqual([status, headers["content-type"]], [500, "application/problem+json"]);
    assert.equal(content["type"], "urn:problem-type:internal-error");
    assert.deepEqual([lines[0]?.["message"], lines[0]?.["correlation_id"]], ["request failed", "request-1"]);
    assert.match(JSON.stringify(lines[0]?.["error"]), /broken here/);
  });

  test("throttling is told as such", async () => {
    const events = new MemoryEvents();
    events.of = () => Promise.reject(Object.assign(new Error(), { name: "ThrottlingException" }));
    const { status, headers, content } = await post(events, DEPOSIT);
    assert.deepEqual([status, headers["retry-after"], content["type"]], [503, "1", "urn:problem-type:overloaded"]);
  });
});
