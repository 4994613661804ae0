// Stands in for what the functions need, so that the tests need no account. Import it first: modules read their
// settings when they are loaded. Holds no test.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";

import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context, DynamoDBRecord } from "aws-lambda";

import type { Account, Event } from "../accounts";
import { type Document, documentOf, type ReadModel, type Search, type Written } from "../documents";
import type { Events } from "../event_store";

Object.assign(process.env, {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_REGION: "us-east-1",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_SESSION_TOKEN: "session",
  EVENTS_TABLE: "events",
  POWERTOOLS_SERVICE_NAME: "accounts",
  READ_TABLE: "accounts",
  SEARCH_ENDPOINT: "search.example.com",
});

export const CONTEXT = {
  awsRequestId: "function-request-1",
  functionName: "function",
  invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:function",
  memoryLimitInMB: "512",
} as Context;

/** Events in memory. `beforeAppend` runs before each append: what others do meanwhile. */
export class MemoryEvents implements Events {
  readonly all: Event[];
  beforeAppend: () => void = () => undefined;

  constructor(events: readonly Event[] = []) {
    this.all = [...events];
  }

  async of(account: string): Promise<Event[]> {
    return this.all.filter((event) => event.account === account);
  }

  async append(event: Event): Promise<boolean> {
    this.beforeAppend();
    if ((await this.of(event.account)).some((other) => other.version === event.version)) return false;
    this.all.push(event);
    return true;
  }
}

/** A read model in memory; documents of the accounts in `refused` cannot be written. */
export class MemoryReadModel implements ReadModel {
  documents = new Map<string, Document>();
  readonly refused = new Set<string>();
  readonly searches: Search[] = [];

  async get(account: string): Promise<Document | undefined> {
    return this.documents.get(account);
  }

  async search(search: Search): Promise<Document[]> {
    this.searches.push(search);
    const sign = search.isDescending ? -1 : 1;
    const found = [...this.documents.values()].sort((a, b) => sign * (a.balance - b.balance));
    return found.slice(0, search.limit);
  }

  async write(accounts: readonly Account[]): Promise<Written> {
    const written: Written = { outcomes: new Map(), failures: new Map() };
    for (const account of accounts) {
      if (this.refused.has(account.id)) {
        written.failures.set(account.id, "refused");
      } else if ((this.documents.get(account.id)?.version ?? 0) < account.version) {
        this.documents.set(account.id, documentOf(account));
        written.outcomes.set(account.id, "written");
      } else {
        written.outcomes.set(account.id, "known");
      }
    }
    return written;
  }

  async clear(): Promise<void> {
    this.documents.clear();
  }
}

/** An event that a command of this version may have led to. */
export function event(account: string, version: number, amount: number): Event {
  return {
    account,
    version,
    type: amount > 0 ? "deposited" : "withdrawn",
    amount,
    at: `2026-01-01T00:00:${String(version).padStart(2, "0")}.000Z`,
    commandId: `command-${version}`,
    correlationId: `request-${account}-${version}`,
  };
}

/** One of the project's sample events. */
export function sample<T>(name: string): T {
  return JSON.parse(readFileSync(join(__dirname, "..", "..", "events", `${name}.json`), "utf8")) as T;
}

/** What the HTTP API hands to a function. */
export function request(
  method: string,
  path: string,
  parts: { body?: unknown; headers?: Record<string, string>; query?: Record<string, string> } = {},
): APIGatewayProxyEventV2 {
  const id = path.split("/")[2];
  const { body, headers = {}, query } = parts;
  return {
    version: "2.0",
    rawPath: path,
    headers,
    requestContext: { requestId: "request-1", http: { method, path } },
    isBase64Encoded: false,
    ...(id === undefined ? {} : { pathParameters: { id } }),
    ...(query ? { queryStringParameters: query } : {}),
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  } as unknown as APIGatewayProxyEventV2;
}

/** What the stream hands to the projector: one record for each event. */
export function stream(...events: readonly Event[]): { Records: DynamoDBRecord[] } {
  return {
    Records: events.map(({ account, version, correlationId }) => ({
      eventName: "INSERT",
      dynamodb: {
        Keys: { aggregate_id: { S: account }, version: { N: String(version) } },
        NewImage: { correlation_id: { S: correlationId } },
        SequenceNumber: `${account}-${version}`,
      },
    })),
  };
}

/** What the work returns, and the lines that it logs. */
export async function logged<T>(work: () => Promise<T>): Promise<[T, Record<string, unknown>[]]> {
  // The logger writes through a console of its own, which ends here; errors go the other way.
  const lines: string[] = [];
  const take = (chunk: string | Uint8Array) => lines.push(...String(chunk).split("\n")) > 0;
  const writes = [process.stdout, process.stderr].map((output) => mock.method(output, "write", take));
  try {
    const result = await work();
    return [result, lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line))];
  } finally {
    for (const write of writes) write.mock.restore();
  }
}

/** The parts of an answer, with its content read. */
export function partsOf(answer: APIGatewayProxyStructuredResultV2) {
  const { statusCode: status, headers = {}, body = "" } = answer;
  return { status, headers, content: JSON.parse(body) as Record<string, any> };
}
