// POST: makes a new item. With an idempotency key, a request that is sent again makes no second one.

import { createHash } from "node:crypto";
import {
  type Put,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { type Content, checked } from "./content";
import { calling, client, type Item, newId, ordered, reasons, setting, toAttributes } from "./table";
import { tagOf } from "./versions";
import { type Answer, answering, invalidRequest, jsonAnswer, parsed, Problem, type Request, requireJson } from "./web";

// Made once for each execution environment, not once for each request.
const DYNAMODB = client();
const TABLE = setting("TABLE");
const KEYS_TABLE = setting("KEYS_TABLE");
const COLLECTION = setting("COLLECTION");

// How long a key is remembered: as long as a client may reasonably go on trying.
const KEY_SECONDS = 24 * 60 * 60;
const KEY = /^[\x21-\x7e]{1,255}$/;

/** Checks the content and stores it as the first version of a new item. */
async function create(request: Request): Promise<Answer> {
  requireJson(request);
  const key = idempotencyKey(request);
  const content = checked(parsed(request));
  const now = new Date().toISOString();
  const item = ordered({ ...content, id: newId(), version: 1, created_at: now, updated_at: now });
  if (key !== undefined) {
    return createOnce(request, key, content, item);
  }
  await calling(DYNAMODB.send(new PutItemCommand(putOf(item))));
  return created(request, JSON.stringify(item));
}

/** Stores the item together with its key: both or neither, so that no failure comes between them. */
async function createOnce(request: Request, key: string, content: Content, item: Item): Promise<Answer> {
  const answer = JSON.stringify(item);
  const fingerprint = fingerprintOf(content);
  const seconds = Math.floor(Date.now() / 1000);
  const remember: Put = {
    TableName: KEYS_TABLE,
    Item: toAttributes({ key, fingerprint, answer, expires_at: seconds + KEY_SECONDS }),
    // DynamoDB deletes expired keys in its own time, which may be days later.
    ConditionExpression: "attribute_not_exists(#key) OR expires_at < :now",
    ExpressionAttributeNames: { "#key": "key" },
    ExpressionAttributeValues: { ":now": { N: String(seconds) } },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
  try {
    const puts = { TransactItems: [{ Put: putOf(item) }, { Put: remember }] };
    await calling(DYNAMODB.send(new TransactWriteItemsCommand(puts)));
  } catch (error) {
    return repeated(request, fingerprint, error);
  }
  return created(request, answer);
}

/** The first answer again, if the request is the same as it was then. */
function repeated(request: Request, fingerprint: string, error: unknown): Answer {
  const codes = reasons(error);
  if (codes.includes("TransactionConflict")) {
    const detail = "another request is using this idempotency key right now";
    throw new Problem(409, "request-in-progress", "Request in progress", detail, [], { "retry-after": "1" });
  }
  const first = error instanceof TransactionCanceledException ? error.CancellationReasons?.[1]?.Item : undefined;
  if (codes[1] !== "ConditionalCheckFailed" || first?.answer?.S === undefined) {
    throw error;
  }
  if (first.fingerprint?.S !== fingerprint) {
    const detail = "this idempotency key was used with other content";
    throw new Problem(422, "idempotency-key-reused", "Idempotency key reused", detail);
  }
  const answer = created(request, first.answer.S);
  return { ...answer, headers: { ...answer.headers, "idempotent-replayed": "true" } };
}

/** The answer that tells of a new item. */
function created(request: Request, body: string): Answer {
  const { id, version } = JSON.parse(body) as { id: string; version: number };
  const headers = { location: `${request.path.replace(/\/+$/, "")}/${id}`, etag: tagOf(version) };
  return jsonAnswer(201, body, headers, id);
}

/** What puts a new item, and never over another one. */
function putOf(item: Item): Put {
  return {
    TableName: TABLE,
    Item: toAttributes({ collection: COLLECTION, ...item }),
    ConditionExpression: "attribute_not_exists(id)",
  };
}

/** The key under which the caller may send this request again. */
function idempotencyKey(request: Request): string | undefined {
  const key = request.headers["idempotency-key"];
  if (key !== undefined && !KEY.test(key)) {
    throw invalidRequest({ header: "idempotency-key", detail: "must have 1 to 255 printable ASCII characters" });
  }
  return key;
}

/** The same for the same content, in whatever order and layout it was sent. */
function fingerprintOf(content: Content): string {
  const canonical = JSON.stringify(Object.fromEntries(Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1))));
  return createHash("sha256").update(canonical).digest("hex");
}

export const handler = answering(create);
