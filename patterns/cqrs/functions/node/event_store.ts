// The events in DynamoDB: read whole, in order and consistently; only ever appended. Decides nothing.

import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  paginateQuery,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";

import { Broken, type Event } from "./accounts";

/** What the functions need of the events. */
export interface Events {
  /** All events of an account, in order. */
  of(account: string): Promise<Event[]>;
  /** Adds an event, unless its version is taken: then nothing is changed, and the answer is false. */
  append(event: Event): Promise<boolean>;
}

/** An item of a table. */
export type Item = Record<string, AttributeValue>;

/** Events as items: the account is the partition key, the version the sort key. */
export class EventTable implements Events {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  async of(account: string): Promise<Event[]> {
    const events: Event[] = [];
    const query = {
      TableName: this.table,
      KeyConditionExpression: "aggregate_id = :account",
      ExpressionAttributeValues: { ":account": { S: account } },
      // Without this the newest events may be missing: a projector woken by the stream would miss its own event.
      ConsistentRead: true,
    };
    for await (const page of paginateQuery({ client: this.client }, query)) {
      events.push(...(page.Items ?? []).map(eventOf));
    }
    return events;
  }

  async append(event: Event): Promise<boolean> {
    // Of two commands that saw the same events, only one can append the next version.
    const ConditionExpression = "attribute_not_exists(version)";
    try {
      await this.client.send(new PutItemCommand({ TableName: this.table, Item: itemOf(event), ConditionExpression }));
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
    return true;
  }
}

/** An event as DynamoDB wants it: numbers travel as text. */
export function itemOf(event: Event): Item {
  return {
    aggregate_id: { S: event.account },
    version: { N: String(event.version) },
    type: { S: event.type },
    amount: { N: String(event.amount) },
    at: { S: event.at },
    command_id: { S: event.commandId },
    correlation_id: { S: event.correlationId },
  };
}

/** The event in an item; an item that is none is no reason to guess. */
export function eventOf(item: Item): Event {
  return {
    account: textIn(item, "aggregate_id"),
    version: integerIn(item, "version"),
    type: textIn(item, "type"),
    amount: integerIn(item, "amount"),
    at: textIn(item, "at"),
    commandId: textIn(item, "command_id"),
    correlationId: textIn(item, "correlation_id"),
  };
}

function textIn(item: Item, name: string): string {
  const value = item[name]?.S;
  if (value === undefined) throw broken(item, name);
  return value;
}

function integerIn(item: Item, name: string): number {
  const value = Number(item[name]?.N);
  if (!Number.isSafeInteger(value)) throw broken(item, name);
  return value;
}

function broken(item: Item, name: string): Broken {
  return new Broken(`version ${item["version"]?.N ?? "?"} is not an event: look at its ${name}`);
}
