// The read model in DynamoDB: a table with one item for each account, and an index of them by balance.

import { setTimeout } from "node:timers/promises";

import {
  BatchWriteItemCommand,
  type BatchWriteItemCommandInput,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  paginateScan,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";

import type { Account } from "./accounts";
import { type Document, documentOf, type ReadModel, type Search, type Written } from "./documents";
import { client } from "./dynamodb";
import type { Item } from "./event_store";
import { text } from "./settings";

const INDEX = "by-balance";
// The index keeps all accounts under one key, to have them in one order. A key takes about a thousand writes a second:
// who needs more spreads the accounts over several keys and merges their pages.
const COLLECTION = { S: "accounts" };
const DELETES_AT_ONCE = 25;
const PAUSE_MILLISECONDS = 100;

/** The table of the accounts. */
export class ReadTable implements ReadModel {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  async get(account: string): Promise<Document | undefined> {
    // Consistent, so that whoever has seen a version never sees an older one afterwards.
    const get = { TableName: this.table, Key: { id: { S: account } }, ConsistentRead: true };
    const { Item } = await this.client.send(new GetItemCommand(get));
    return Item && documentIn(Item);
  }

  async search(search: Search): Promise<Document[]> {
    const query = { TableName: this.table, IndexName: INDEX, ...queryOf(search) };
    const { Items = [] } = await this.client.send(new QueryCommand(query));
    return Items.map(documentIn);
  }

  async write(accounts: readonly Account[]): Promise<Written> {
    const outcomes = await Promise.all(
      accounts.map(async (account) => [account.id, (await this.put(account)) ? "written" : "known"] as const),
    );
    return { outcomes: new Map(outcomes), failures: new Map() };
  }

  private async put(account: Account): Promise<boolean> {
    const put = {
      TableName: this.table,
      Item: itemOf(account),
      // An older state, or the same one again, changes nothing.
      ConditionExpression: "attribute_not_exists(id) OR version < :version",
      ExpressionAttributeValues: { ":version": { N: String(account.version) } },
    };
    try {
      await this.client.send(new PutItemCommand(put));
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
    return true;
  }

  async clear(): Promise<void> {
    // Should the time not suffice, the next call deletes the rest.
    const scan = { TableName: this.table, ProjectionExpression: "id" };
    for await (const { Items = [] } of paginateScan({ client: this.client }, scan)) {
      for (let start = 0; start < Items.length; start += DELETES_AT_ONCE) {
        await this.delete(Items.slice(start, start + DELETES_AT_ONCE));
      }
    }
  }

  private async delete(keys: readonly Item[]): Promise<void> {
    let requests: WriteRequest[] | undefined = keys.map((Key) => ({ DeleteRequest: { Key } }));
    while (requests) {
      const input: BatchWriteItemCommandInput = { RequestItems: { [this.table]: requests } };
      const { UnprocessedItems } = await this.client.send(new BatchWriteItemCommand(input));
      requests = UnprocessedItems?.[this.table];
      if (requests) await setTimeout(PAUSE_MILLISECONDS);
    }
  }
}

/** An account as DynamoDB wants it: numbers travel as text. */
function itemOf(account: Account): Item {
  const { id, balance, version, opened_at, updated_at } = documentOf(account);
  return {
    collection: COLLECTION,
    id: { S: id },
    balance: { N: String(balance) },
    version: { N: String(version) },
    opened_at: { S: opened_at },
    updated_at: { S: updated_at },
  };
}

/** The document in an item, without what belongs to the index alone. */
function documentIn(item: Item): Document {
  return {
    id: item["id"]?.S ?? "",
    balance: Number(item["balance"]?.N),
    version: Number(item["version"]?.N),
    opened_at: item["opened_at"]?.S ?? "",
    updated_at: item["updated_at"]?.S ?? "",
  };
}

/** The search in DynamoDB's own language. */
export function queryOf(search: Search): Omit<QueryCommandInput, "TableName"> {
  const { minimum, maximum, after, isDescending, limit } = search;
  const values: Item = { ":collection": COLLECTION };
  if (minimum !== undefined) values[":minimum"] = { N: String(minimum) };
  if (maximum !== undefined) values[":maximum"] = { N: String(maximum) };
  return {
    KeyConditionExpression: `#collection = :collection${rangeOf(minimum, maximum)}`,
    // COLLECTION is a word of DynamoDB's own.
    ExpressionAttributeNames: { "#collection": "collection" },
    ExpressionAttributeValues: values,
    ScanIndexForward: !isDescending,
    Limit: limit,
    ...(after ? { ExclusiveStartKey: startAfter(after) } : {}),
  };
}

function rangeOf(minimum: number | undefined, maximum: number | undefined): string {
  if (minimum !== undefined && maximum !== undefined) return " AND balance BETWEEN :minimum AND :maximum";
  if (minimum !== undefined) return " AND balance >= :minimum";
  return maximum === undefined ? "" : " AND balance <= :maximum";
}

function startAfter(document: Pick<Document, "balance" | "id">): Item {
  return { collection: COLLECTION, balance: { N: String(document.balance) }, id: { S: document.id } };
}

/** The read model of this project. */
export function connect(): ReadModel {
  return new ReadTable(client(), text("READ_TABLE"));
}
