// Items of the table and calls to DynamoDB, for every function; knows nothing of HTTP but the problems it can meet.

import { randomBytes } from "node:crypto";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import { conflict } from "./versions";
import { notFound, Problem, type Request } from "./web";

export type Attributes = Record<string, AttributeValue>;
export type Item = Record<string, string | number>;

// The members of an item, in the order in which they are answered. Those that are not given are absent.
const MEMBERS = ["id", "title", "note", "quantity", "version", "created_at", "updated_at"];
const THROTTLED = new Set([
  "LimitExceededException",
  "ProvisionedThroughputExceeded",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingError",
  "ThrottlingException",
]);
export const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const ONE_UUID = new RegExp(`^${UUID.source}$`);

/** A client that gives up well before the function's time is over. */
export function client(): DynamoDBClient {
  const requestHandler = { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true };
  return new DynamoDBClient({ maxAttempts: 3, requestHandler });
}

/** A setting that the template gives. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`the environment variable ${name} is missing`);
  }
  return value;
}

/** A UUID of version 7 (RFC 9562): it begins with the time, so ids sort as they were made. */
export function newId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The id in the path. What cannot be an id is not looked for. */
export function idIn(request: Request): string {
  const id = request.parameters.id ?? "";
  if (!ONE_UUID.test(id)) {
    throw notFound();
  }
  return id;
}

/** The item with only those members that it has, in the order in which they are answered. */
export function ordered(given: Item): Item {
  const present = MEMBERS.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]] as const]));
  return Object.fromEntries(present);
}

/** Values as DynamoDB's low-level interface wants them: numbers travel as text. */
export function toAttributes(item: Item): Attributes {
  const attributes = Object.entries(item).map(([name, value]): [string, AttributeValue] => [
    name,
    typeof value === "number" ? { N: String(value) } : { S: value },
  ]);
  return Object.fromEntries(attributes);
}

/** An item as it is answered, without what belongs to the table alone. */
export function fromAttributes(attributes: Attributes): Item {
  const values = Object.entries(attributes).map(([name, { N, S }]) => [name, N === undefined ? (S ?? "") : Number(N)]);
  return ordered(Object.fromEntries(values));
}

/** The result of a call; throttling that outlasts the client's retries is told to the caller as such. */
export async function calling<Output>(call: Promise<Output>): Promise<Output> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && [error.name, ...reasons(error)].some((code) => THROTTLED.has(code))) {
      throw new Problem(503, "overloaded", "Overloaded", "try again in a moment", [], { "retry-after": "1" });
    }
    throw error;
  }
}

/** The result of a change to one item: if its condition does not hold, the item is gone or has another version. */
export async function changing<Output>(call: Promise<Output>): Promise<Output> {
  try {
    return await calling(call);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      throw error.Item === undefined ? notFound() : conflict();
    }
    throw error;
  }
}

/** Why a transaction was cancelled: one code for each of its actions. */
export function reasons(error: unknown): string[] {
  const given = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
  return given.map(({ Code }) => Code ?? "None");
}
