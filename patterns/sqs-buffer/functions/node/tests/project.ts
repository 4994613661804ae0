/** Calls the worker with a stand-in for DynamoDB, so that the tests need no account. */

import { ConditionalCheckFailedException, type UpdateItemCommand, type UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import type { Context, SQSEvent, SQSRecord } from "aws-lambda";
import { mock } from "node:test";

import "./settings";
import { DYNAMODB, LOGGER, handler } from "../worker";

type Item = Record<string, { S?: string; N?: string }>;

/** What the worker uses of DynamoDB, in memory: it obeys the expressions, so a test sees what they really say. */
export class FakeDynamoDB {
  readonly items = new Map<string, Item>();
  /** Ids whose writes fail, as when the table is throttled. */
  readonly outOfOrder = new Set<string>();

  update(input: UpdateItemCommandInput): void {
    const names = (name = ""): string => input.ExpressionAttributeNames?.[name] ?? "";
    const values = (value = ""): { S?: string; N?: string } => (input.ExpressionAttributeValues?.[value] ?? {}) as object;
    const key = input.Key?.["id"]?.S ?? "";
    if (this.outOfOrder.has(key)) throw new Error("DynamoDB does not answer");
    const item: Item = { ...this.items.get(key) };
    for (const [, name] of (input.ConditionExpression ?? "").matchAll(/attribute_not_exists\((#\w+)\)/g)) {
      if (names(name) in item) throw new ConditionalCheckFailedException({ message: "", $metadata: {} });
    }
    const [sets = "", adds = ""] = (input.UpdateExpression ?? "").replace(/^SET /, "").split(" ADD ");
    for (const [name, value] of sets.split(", ").map((clause) => clause.split(" = "))) item[names(name)] = values(value);
    const [name, value] = adds.split(" ");
    item[names(name)] = { N: String(Number(item[names(name)]?.N ?? 0) + Number(values(value).N)) };
    this.items.set(key, { id: { S: key }, ...item });
  }
}

export interface Result {
  /** The ids of the messages that the worker names as failed. */
  readonly failed: string[];
  readonly log: Record<string, unknown>[];
}

/** Hands a batch to the worker. */
export async function run(aws: FakeDynamoDB, ...records: SQSRecord[]): Promise<Result> {
  return handle(aws, { Records: records });
}

/** Calls the worker with any event. */
export async function handle(aws: FakeDynamoDB, event: object): Promise<Result> {
  const log: Record<string, unknown>[] = [];
  // The logger writes through methods of its own console.
  const console = (LOGGER as unknown as { console: Console }).console;
  const write = (line: string): void => void log.push(JSON.parse(line));
  const replaced = [
    mock.method(DYNAMODB, "send", async (command: UpdateItemCommand) => aws.update(command.input)),
    mock.method(console, "info", write),
    mock.method(console, "error", write),
  ];
  try {
    const answer = await handler(event as SQSEvent, { awsRequestId: "request-1" } as Context);
    return { failed: answer.batchItemFailures.map((item) => item.itemIdentifier), log };
  } finally {
    for (const one of replaced) one.mock.restore();
  }
}

/** A message as Lambda hands it over; the body may be text or what becomes JSON. */
export function record(message: string, body: unknown, received = 1): SQSRecord {
  return {
    messageId: message,
    receiptHandle: "handle",
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: String(received),
      SentTimestamp: "0",
      SenderId: "sender",
      ApproximateFirstReceiveTimestamp: "0",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:123456789012:webhooks",
    awsRegion: "us-east-1",
  };
}

/** A webhook that tells of a payment. */
export function payment(id: string, amount: unknown = 1): Record<string, unknown> {
  return { id, type: "payment", amount };
}
