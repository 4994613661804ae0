/** Calls the functions with stand-ins for S3 and DynamoDB, so that the tests need no account. */

import { ConditionalCheckFailedException, PutItemCommand, UpdateItemCommand, type AttributeValue } from "@aws-sdk/client-dynamodb";
import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Context } from "aws-lambda";
import { readFileSync } from "node:fs";
import { mock } from "node:test";

import "./settings";
import * as compensate from "../compensate";
import * as transcode from "../transcode";

export const ROOT = `${__dirname}/../..`;
export const SAMPLE = readFileSync(`${ROOT}/events/sample.y4m`);

type Item = Record<string, AttributeValue>;
interface Expressions {
  ConditionExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Item | undefined;
  ReturnValuesOnConditionCheckFailure?: string | undefined;
}

/** What the functions use of S3 and DynamoDB, in memory: expressions are obeyed, so a test sees what they say. */
export class FakeAws {
  readonly objects = new Map<string, Buffer>();
  readonly items = new Map<string, Item>();
  /** Happens before an object is deleted. */
  beforeDelete = async (): Promise<unknown> => undefined;

  constructor(objects: Record<string, Buffer> = {}) {
    for (const [key, content] of Object.entries(objects)) this.objects.set(key, content);
  }

  async send(command: unknown): Promise<unknown> {
    if (command instanceof GetObjectCommand) return this.get(command.input.Key ?? "");
    if (command instanceof PutObjectCommand) return this.objects.set(command.input.Key ?? "", command.input.Body as Buffer);
    if (command instanceof DeleteObjectCommand) {
      await this.beforeDelete();
      return this.objects.delete(command.input.Key ?? "");
    }
    if (command instanceof PutItemCommand) return this.put(command.input.Item ?? {}, command.input);
    if (command instanceof UpdateItemCommand) {
      return this.update(command.input.Key ?? {}, command.input.UpdateExpression ?? "", command.input);
    }
    throw new Error("the stand-in does not know this command");
  }

  private get(key: string): unknown {
    const content = this.objects.get(key);
    if (content === undefined) throw new NoSuchKey({ message: "", $metadata: {} });
    return { Body: { transformToByteArray: async () => content } };
  }

  private put(item: Item, expressions: Expressions): void {
    const key = item["job"]?.S ?? "";
    this.check(key, expressions);
    this.items.set(key, item);
  }

  private update(key: Item, update: string, expressions: Expressions): void {
    const job = key["job"]?.S ?? "";
    this.check(job, expressions);
    const names = (name = ""): string => expressions.ExpressionAttributeNames?.[name] ?? "";
    const item: Item = { ...(this.items.get(job) ?? key) };
    const [sets = "", removes = ""] = update.replace(/^SET /, "").split(" REMOVE ");
    for (const [name, value = ""] of sets.split(", ").map((clause) => clause.split(" = "))) {
      item[names(name)] = expressions.ExpressionAttributeValues?.[value] as AttributeValue;
    }
    for (const name of removes.split(", ")) delete item[names(name)];
    this.items.set(job, item);
  }

  private check(key: string, expressions: Expressions): void {
    const item = this.items.get(key) ?? {};
    const holds = (term: string): boolean => {
      const names = (name = ""): string => expressions.ExpressionAttributeNames?.[name] ?? "";
      const absent = /^attribute_not_exists\((#\w+)\)$/.exec(term);
      if (absent) return !(names(absent[1]) in item);
      const [name, value = ""] = term.split(" = ");
      return item[names(name)]?.S === expressions.ExpressionAttributeValues?.[value]?.S;
    };
    if (!(expressions.ConditionExpression ?? "").split(" OR ").some(holds)) {
      const wanted = expressions.ReturnValuesOnConditionCheckFailure === "ALL_OLD" ? { Item: item } : {};
      throw new ConditionalCheckFailedException({ message: "", $metadata: {}, ...wanted });
    }
  }
}

/** What a function answered, or the name and text of what it threw, and the lines that it logged. */
export interface Result {
  readonly answer: Record<string, unknown>;
  readonly error: string;
  readonly reason: string;
  readonly log: Record<string, unknown>[];
}

type Function = typeof transcode | typeof compensate;

/** Calls a function as the workflow does. */
async function run(module: Function, aws: FakeAws, event: unknown): Promise<Result> {
  const log: Record<string, unknown>[] = [];
  const write = (line: string): void => void log.push(JSON.parse(line));
  // The logger writes through methods of its own console.
  const console = (module.LOGGER as unknown as { console: Console }).console;
  const send = (command: unknown): Promise<unknown> => aws.send(command);
  const replaced = [
    mock.method(module.S3, "send", send as never),
    mock.method(module.DYNAMODB, "send", send as never),
    mock.method(console, "info", write),
    mock.method(console, "error", write),
  ];
  const handler = module.handler as (event: unknown, context: Context) => Promise<object>;
  try {
    const answer = await handler(event, { awsRequestId: "request-1" } as Context);
    return { answer: { ...answer }, error: "", reason: "", log };
  } catch (error) {
    // Lambda tells Step Functions the name of the error.
    const { name, message } = error as Error;
    return { answer: {}, error: name, reason: message, log };
  } finally {
    for (const one of replaced) one.mock.restore();
  }
}

export const runTranscode = (aws: FakeAws, given: unknown): Promise<Result> => run(transcode, aws, given);
export const runCompensate = (aws: FakeAws, given: unknown): Promise<Result> => run(compensate, aws, given);

/** What the workflow hands to a function. */
export function event(more: Record<string, unknown> = {}): Record<string, unknown> {
  return { job: "j", source: "uploads/j.y4m", execution: "execution-1", ...more };
}

/** What the workflow keeps of a failure. */
export function failed(error = "InvalidVideo", cause = "not a Y4M video"): Record<string, string> {
  return { Error: error, Cause: cause };
}

/** A Y4M file of the given frames. */
export function video(width: number, ...frames: Buffer[]): Buffer {
  const height = (frames[0]?.length ?? 0) / width;
  const parts = frames.flatMap((frame) => [Buffer.from("FRAME\n"), frame]);
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F2:1 Cmono\n`), ...parts]);
}
