// What commands may do, and what events add up to.

import assert from "node:assert/strict";
import { test } from "node:test";

import { event } from "./project";
import { Broken, decide, fold, Refused } from "../accounts";

const FIVE = { id: "alice", balance: 5, version: 3, openedAt: "then", updatedAt: "then" };

test("fold adds up all events", () => {
  const account = fold("alice", [event("alice", 1, 5), event("alice", 2, -2), event("alice", 3, 4)]);
  const times = { openedAt: "2026-01-01T00:00:01.000Z", updatedAt: "2026-01-01T00:00:03.000Z" };
  assert.deepEqual(account, { id: "alice", balance: 7, version: 3, ...times });
});

test("no events are an empty account", () => {
  assert.deepEqual(fold("alice", []), { id: "alice", balance: 0, version: 0, openedAt: "", updatedAt: "" });
});

test("a missing event is no reason to guess", () => {
  for (const versions of [[2], [1, 3], [1, 1], [2, 1]]) {
    assert.throws(() => fold("alice", versions.map((version) => event("alice", version, 1))), Broken);
  }
});

test("a deposit adds", () => {
  assert.deepEqual(decide(FIVE, { id: "c", type: "deposit", amount: 4 }, "now", "request"), {
    account: "alice",
    version: 4,
    type: "deposited",
    amount: 4,
    at: "now",
    commandId: "c",
    correlationId: "request",
  });
});

test("a withdrawal takes up to the whole balance, and no more", () => {
  const event = decide(FIVE, { id: "c", type: "withdraw", amount: 5 }, "now", "request");
  assert.deepEqual([event.version, event.type, event.amount], [4, "withdrawn", -5]);
  assert.throws(
    () => decide(FIVE, { id: "c", type: "withdraw", amount: 6 }, "now", "request"),
    new Refused("the balance is 5, too little to withdraw 6"),
  );
});
