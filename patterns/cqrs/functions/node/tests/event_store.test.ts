// The events in DynamoDB: the requests that are sent, and what is made of the answers.

import assert from "node:assert/strict";
import { test } from "node:test";

import { event } from "./project";
import { answeringInTurn, CONDITION_FAILED } from "./dynamodb";
import { Broken } from "../accounts";
import { eventOf, EventTable, itemOf } from "../event_store";

test("reads all pages consistently", async () => {
  const events = [event("alice", 1, 5), event("alice", 2, -3)] as const;
  const key = { aggregate_id: { S: "alice" }, version: { N: "1" } };
  const pages = [{ Items: [itemOf(events[0])], LastEvaluatedKey: key }, { Items: [itemOf(events[1])] }];
  const { dynamodb, asked } = answeringInTurn(...pages);
  assert.deepEqual(await new EventTable(dynamodb, "events").of("alice"), events);
  assert.equal(asked.length, 2);
  const [name, input] = asked[1]!;
  assert.equal(name, "QueryCommand");
  assert.deepEqual([input.TableName, input.ConsistentRead, input.ExclusiveStartKey], ["events", true, key]);
  assert.equal(input.KeyConditionExpression, "aggregate_id = :account");
  assert.deepEqual(input.ExpressionAttributeValues, { ":account": { S: "alice" } });
});

test("appends only if the version is free", async () => {
  const { dynamodb, asked } = answeringInTurn({}, CONDITION_FAILED);
  const table = new EventTable(dynamodb, "events");
  assert.equal(await table.append(event("alice", 2, -3)), true);
  assert.equal(await table.append(event("alice", 2, -3)), false);
  const Item = {
    aggregate_id: { S: "alice" },
    version: { N: "2" },
    type: { S: "withdrawn" },
    amount: { N: "-3" },
    at: { S: "2026-01-01T00:00:02.000Z" },
    command_id: { S: "command-2" },
    correlation_id: { S: "request-alice-2" },
  };
  const put = { TableName: "events", Item, ConditionExpression: "attribute_not_exists(version)" };
  assert.deepEqual(asked, [["PutItemCommand", put], ["PutItemCommand", put]]);
});

test("other errors are not taken for conflicts", async () => {
  const { dynamodb } = answeringInTurn(new Error("denied"));
  await assert.rejects(new EventTable(dynamodb, "events").append(event("alice", 1, 1)), /denied/);
});

test("an item that is no event is broken", () => {
  const good = itemOf(event("alice", 2, 5));
  assert.deepEqual(eventOf(good), event("alice", 2, 5));
  for (const name of Object.keys(good)) {
    const { [name]: _, ...without } = good;
    for (const item of [without, { ...good, [name]: { N: "five" } }, { ...good, [name]: { BOOL: true } }]) {
      assert.throws(() => eventOf(item), Broken, name);
    }
  }
});
