// The projector: whatever order records come in and however often, the read model ends as the fold of the events.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { CONTEXT, event, logged, MemoryEvents, MemoryReadModel, sample, stream } from "./project";
import { Broken, type Event, fold } from "../accounts";
import { documentOf } from "../documents";
import { type Batch, projecting } from "../projector";

const ALICE = [event("alice", 1, 5), event("alice", 2, -2), event("alice", 3, 4)] as const;
const BOB = event("bob", 1, 1);
const DONE = { batchItemFailures: [] };

let events: MemoryEvents;
let readModel: MemoryReadModel;

beforeEach(() => {
  events = new MemoryEvents([...ALICE, BOB]);
  readModel = new MemoryReadModel();
});

function project(batch: Batch, from: MemoryEvents = events) {
  return logged(() => projecting(from, readModel)(batch, CONTEXT));
}

/** What the read model must hold after these events. */
async function folds(): Promise<Map<string, unknown>> {
  const accounts = [...new Set(events.all.map(({ account }) => account))];
  return new Map(await Promise.all(accounts.map(async (id) => [id, documentOf(fold(id, await events.of(id)))] as const)));
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

test("every account of the batch becomes the fold of its events", async () => {
  const [answer] = await project(stream(...ALICE, BOB));
  assert.deepEqual([answer, readModel.documents], [DONE, await folds()]);
  assert.equal(readModel.documents.get("alice")?.balance, 7);
});

test("order does not matter", async () => {
  for (const order of permutations<Event>([...ALICE, BOB])) {
    readModel = new MemoryReadModel();
    for (const record of order) await project(stream(record));
    assert.deepEqual(readModel.documents, await folds());
  }
});

test("a duplicate changes nothing", async () => {
  await project(stream(...ALICE));
  const before = new Map(readModel.documents);
  const [answer, lines] = await project(stream(...ALICE, ALICE[0]));
  assert.deepEqual([answer, readModel.documents], [DONE, before]);
  assert.deepEqual(lines.map((line) => line["outcome"]), ["known", "known", "known", "known"]);
});

test("a late record does not bring back an old state", async () => {
  await project(stream(ALICE[2]));
  await project(stream(ALICE[0]));
  assert.equal(readModel.documents.get("alice")?.version, 3);
  // Not even if the events were read before others were appended.
  await project(stream(ALICE[0]), new MemoryEvents([ALICE[0]]));
  assert.equal(readModel.documents.get("alice")?.version, 3);
});

test("a broken account fails alone", async () => {
  const gap = event("carol", 2, 1);
  events.all.push(gap);
  const [answer, lines] = await project(stream(BOB, gap, ALICE[0]));
  assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "carol-2" }] });
  assert.deepEqual([...readModel.documents.keys()].sort(), ["alice", "bob"]);
  const line = lines.find(({ level }) => level === "ERROR");
  assert.deepEqual([line?.["message"], line?.["account"]], ["event not projected", "carol"]);
  assert.deepEqual([line?.["correlation_id"], line?.["reason"]], ["request-carol-2", "version 1 is missing"]);
});

test("an item that is no event fails alone", async () => {
  const of = events.of.bind(events);
  events.of = async (account) => {
    if (account === "bob") throw new Broken("version 1 is not an event");
    return of(account);
  };
  const [answer] = await project(stream(BOB, ...ALICE));
  assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "bob-1" }] });
  assert.deepEqual([...readModel.documents.keys()], ["alice"]);
});

test("a document that is refused fails all records of its account", async () => {
  readModel.refused.add("alice");
  const [answer] = await project(stream(ALICE[0], BOB, ALICE[1]));
  assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "alice-1" }, { itemIdentifier: "alice-2" }] });
});

test("what is away fails the whole batch", async () => {
  readModel.write = () => Promise.reject(new Error("no read model"));
  await assert.rejects(project(stream(BOB)), /no read model/);
  events.of = () => Promise.reject(new Error("no events"));
  await assert.rejects(project(stream(BOB)), /no events/);
  await assert.rejects(project({ Records: [{}] }), /a record without an account/);
});

test("an account whose events are gone is done", async () => {
  const [answer, lines] = await project(stream(BOB), new MemoryEvents());
  assert.deepEqual([answer, readModel.documents.size, lines[0]?.["outcome"]], [DONE, 0, "nothing"]);
});

test("clear and the same events again give the same documents", async () => {
  await project(stream(...ALICE, BOB));
  const before = new Map(readModel.documents);
  const [answer, lines] = await project(sample("clear"));
  assert.deepEqual([answer, readModel.documents.size], [{ replay: "cleared" }, 0]);
  assert.equal(lines[0]?.["message"], "read model cleared");
  await project(stream(BOB, ...ALICE));
  assert.deepEqual(readModel.documents, before);
});

test("logs can be traced to the command", async () => {
  const [, lines] = await project(stream(ALICE[1]));
  assert.equal(lines.length, 1);
  const line = lines[0]!;
  assert.deepEqual([line["message"], line["correlation_id"]], ["event projected", "request-alice-2"]);
  assert.deepEqual([line["account"], line["version"], line["document_version"]], ["alice", 2, 3]);
  assert.deepEqual([line["outcome"], line["function_request_id"]], ["written", "function-request-1"]);
});

test("the sample is a batch", async () => {
  const [answer, lines] = await project(sample("stream"));
  assert.deepEqual([answer, lines[0]?.["correlation_id"]], [DONE, "request-1"]);
});

test("an event without records asks for nothing", async () => {
  for (const batch of [{}, { Records: [] }]) {
    const [answer, lines] = await project(batch);
    assert.deepEqual([answer, lines, readModel.documents.size], [DONE, [], 0]);
  }
});
