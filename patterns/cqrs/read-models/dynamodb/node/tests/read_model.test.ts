// The read model in DynamoDB: the requests that are sent, and what is made of the answers.

import assert from "node:assert/strict";
import { test } from "node:test";

import { event } from "./project";
import { answeringInTurn, CONDITION_FAILED } from "./dynamodb";
import { fold } from "../accounts";
import { documentOf } from "../documents";
import { queryOf, ReadTable } from "../read_model";

const ALICE = fold("alice", [event("alice", 1, 5), event("alice", 2, -2)]);
const ITEM = {
  collection: { S: "accounts" },
  id: { S: "alice" },
  balance: { N: "3" },
  version: { N: "2" },
  opened_at: { S: "2026-01-01T00:00:01.000Z" },
  updated_at: { S: "2026-01-01T00:00:02.000Z" },
};

test("writes only over older versions", async () => {
  const { dynamodb, asked } = answeringInTurn({}, CONDITION_FAILED);
  const table = new ReadTable(dynamodb, "accounts");
  assert.deepEqual([...(await table.write([ALICE])).outcomes], [["alice", "written"]]);
  assert.deepEqual([...(await table.write([ALICE])).outcomes], [["alice", "known"]]);
  const put = {
    TableName: "accounts",
    Item: ITEM,
    ConditionExpression: "attribute_not_exists(id) OR version < :version",
    ExpressionAttributeValues: { ":version": { N: "2" } },
  };
  assert.deepEqual(asked, [["PutItemCommand", put], ["PutItemCommand", put]]);
});

test("other errors are not taken for known versions", async () => {
  const { dynamodb } = answeringInTurn(new Error("denied"));
  await assert.rejects(new ReadTable(dynamodb, "accounts").write([ALICE]), /denied/);
});

test("gets a document or none", async () => {
  const { dynamodb, asked } = answeringInTurn({ Item: ITEM }, {});
  const table = new ReadTable(dynamodb, "accounts");
  assert.deepEqual(await table.get("alice"), documentOf(ALICE));
  assert.equal(await table.get("alice"), undefined);
  assert.deepEqual(asked[0], ["GetItemCommand", { TableName: "accounts", Key: { id: { S: "alice" } }, ConsistentRead: true }]);
});

test("searches the index", async () => {
  const { dynamodb, asked } = answeringInTurn({ Items: [ITEM] });
  const search = { isDescending: true, limit: 21 };
  assert.deepEqual(await new ReadTable(dynamodb, "accounts").search(search), [documentOf(ALICE)]);
  assert.deepEqual(asked, [["QueryCommand", { TableName: "accounts", IndexName: "by-balance", ...queryOf(search) }]]);
});

test("clear deletes every page and what was left over", async () => {
  const keys = Array.from({ length: 30 }, (_, number) => ({ id: { S: `account-${number}` } }));
  const left = { UnprocessedItems: { accounts: [{ DeleteRequest: { Key: keys[3] } }] } };
  const pages = [{ Items: keys.slice(0, 26), LastEvaluatedKey: keys[25]! }, { Items: keys.slice(26) }] as const;
  const { dynamodb, asked } = answeringInTurn(pages[0], left, {}, {}, pages[1], {});
  await new ReadTable(dynamodb, "accounts").clear();
  const deleted = asked.map(([, input]) =>
    input.RequestItems?.accounts.map((request: any) => request.DeleteRequest.Key.id.S.replace("account-", "")).join(),
  );
  const first = Array.from({ length: 25 }, (_, number) => number).join();
  assert.deepEqual(deleted, [undefined, first, "3", "25", undefined, "26,27,28,29"]);
  assert.deepEqual(asked[4]?.[1].ExclusiveStartKey, keys[25]);
});

test("bounds and order of a search", () => {
  const cases = [
    [undefined, undefined, ""],
    [1, undefined, " AND balance >= :minimum"],
    [undefined, 9, " AND balance <= :maximum"],
    [1, 9, " AND balance BETWEEN :minimum AND :maximum"],
  ] as const;
  for (const [minimum, maximum, condition] of cases) {
    const query = queryOf({ minimum, maximum, isDescending: false, limit: 3 });
    assert.equal(query.KeyConditionExpression, `#collection = :collection${condition}`);
    assert.equal(Object.keys(query.ExpressionAttributeValues ?? {}).length, condition.split(":").length);
    assert.deepEqual([query.ScanIndexForward, query.Limit], [true, 3]);
  }
});

test("a search begins after a document", () => {
  const query = queryOf({ isDescending: true, limit: 3, after: { balance: 5, id: "bob" } });
  const start = { collection: { S: "accounts" }, balance: { N: "5" }, id: { S: "bob" } };
  assert.deepEqual([query.ExclusiveStartKey, query.ScanIndexForward], [start, false]);
});
