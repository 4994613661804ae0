// Calls the functions as API Gateway does, with a stand-in for DynamoDB, and holds every answer against the contract.

import "./settings";
import assert from "node:assert/strict";
import { beforeEach, mock } from "node:test";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Context } from "aws-lambda";
import { handler as create } from "../create";
import { handler as remove } from "../delete";
import { handler as list } from "../list";
import { handler as read } from "../read";
import { handler as update } from "../update";
import type { Event, Headers } from "../web";
import { checkAnswer, COLLECTION } from "./contract";
import { FakeDynamoDB } from "./dynamodb";

export const FUNCTIONS = { create, read, list, update, delete: remove };
export const METHODS = { create: "POST", read: "GET", list: "GET", update: "PUT", delete: "DELETE" };
export const NAMES = Object.keys(FUNCTIONS) as Name[];
export const MISSING = "01890000-0000-7000-8000-000000000000";
export const STAGE = "/v1";
export type Name = keyof typeof FUNCTIONS;

/** What to send; a body that is no text is sent as JSON. */
export interface Sent {
  body?: unknown;
  id?: string;
  headers?: Headers;
  query?: Record<string, string>;
  isBase64?: boolean;
  api?: "http" | "rest";
}

interface Page {
  items: Item[];
  next?: string;
}

interface Item {
  id: string;
  title: string;
  version: number;
  updated_at: string;
  [name: string]: unknown;
}

interface Problem {
  type: string;
  instance: string;
  request_id: string;
  errors: Record<string, string>[];
}

/** An answer, and the lines that were logged on the way to it. */
export interface Received {
  status: number;
  headers: Headers;
  text: string;
  item: Item;
  page: Page;
  problem: Problem;
  /** The last part of the problem's type. */
  kind: string;
  log: Record<string, unknown>[];
}

/** The table that the functions share, empty before each test. */
export let aws = new FakeDynamoDB();

beforeEach(() => {
  aws = new FakeDynamoDB();
});

mock.method(DynamoDBClient.prototype, "send", (command: Parameters<FakeDynamoDB["send"]>[0]) => aws.send(command));

const CONTEXT = { functionName: "f", memoryLimitInMB: "128", invokedFunctionArn: "arn", awsRequestId: "invocation-1" };

/** Calls one function. */
export async function call(name: Name, sent: Sent = {}): Promise<Received> {
  const text = sent.body === undefined || typeof sent.body === "string" ? sent.body : JSON.stringify(sent.body);
  const body = sent.isBase64 && text !== undefined ? Buffer.from(text).toString("base64") : text;
  return handle(name, (sent.api === "rest" ? restEvent : httpEvent)(METHODS[name], sent, body));
}

/** Hands an event to one function and holds the answer against the contract. */
export async function handle(name: Name, event: Event): Promise<Received> {
  const lines: string[] = [];
  const output = mock.method(process.stdout, "write", (line: string) => lines.push(line) > 0);
  const errors = mock.method(process.stderr, "write", (line: string) => lines.push(line) > 0);
  const answer = await FUNCTIONS[name](event, CONTEXT as Context).finally(() => {
    output.mock.restore();
    errors.mock.restore();
  });
  checkAnswer(name, answer);
  const value = answer.body === "" ? undefined : JSON.parse(answer.body);
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text: answer.body,
    item: value,
    page: value,
    problem: value,
    kind: String(value?.type).replace("urn:problem-type:", ""),
    log: lines.join("").trim().split("\n").map((line) => JSON.parse(line)),
  };
}

/** Makes an item. */
export async function made(content: object = {}): Promise<Item> {
  const result = await call("create", { body: { title: "first", ...content } });
  assert.equal(result.status, 201);
  return result.item;
}

/** An event in payload format 2.0: names in lower case, and what is absent has no member. */
function httpEvent(method: string, sent: Sent, body: string | undefined): Event {
  const headers = Object.entries(sent.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const event = {
    version: "2.0",
    rawPath: pathOf(sent.id),
    headers: Object.fromEntries(headers),
    requestContext: { requestId: "request-1", http: { method, path: pathOf(sent.id) } },
    isBase64Encoded: sent.isBase64 ?? false,
    ...(body !== undefined && { body }),
    ...(sent.query && { queryStringParameters: sent.query }),
    ...(sent.id !== undefined && { pathParameters: { id: sent.id } }),
  };
  return event as unknown as Event;
}

/** An event in payload format 1.0: names as they were sent, and what is absent is null. */
function restEvent(method: string, sent: Sent, body: string | undefined): Event {
  const event = {
    version: "1.0",
    httpMethod: method,
    path: pathOf(sent.id),
    headers: sent.headers ?? null,
    requestContext: { requestId: "request-1", path: `${STAGE}${pathOf(sent.id)}` },
    isBase64Encoded: sent.isBase64 ?? false,
    body: body ?? null,
    queryStringParameters: sent.query ?? null,
    pathParameters: sent.id === undefined ? null : { id: sent.id },
  };
  return event as unknown as Event;
}

/** The path of an item, or of the collection. */
function pathOf(id: string | undefined): string {
  return id === undefined ? COLLECTION : `${COLLECTION}/${id}`;
}
