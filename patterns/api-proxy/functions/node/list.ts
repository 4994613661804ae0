// GET of the collection, newest first, a page at a time.

import { QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { calling, client, fromAttributes, setting, UUID } from "./table";
import { type Answer, answering, invalidRequest, jsonAnswer, type Request } from "./web";

// Made once for each execution environment, not once for each request.
const DYNAMODB = client();
const TABLE = setting("TABLE");
const COLLECTION = setting("COLLECTION");

const DEFAULT_LIMIT = "20";
const LIMIT = /^([1-9][0-9]?|100)$/;
// Tokens begin with the version of their form, so that a later one can tell them apart.
const TOKEN = new RegExp(`^1:(${UUID.source})$`);

/** One page, and a token for the next one if there is more. */
async function readPage(request: Request): Promise<Answer> {
  const limit = limitIn(request);
  // One more than asked for: whether there is a next page is known without an empty last one.
  const found = await calling(DYNAMODB.send(new QueryCommand(query(tokenIn(request), limit + 1))));
  const all = found.Items ?? [];
  const items = all.slice(0, limit).map(fromAttributes);
  const page = { items, ...(all.length > limit && { next: tokenAfter(String(items.at(-1)?.id)) }) };
  return jsonAnswer(200, JSON.stringify(page));
}

/** The items of the collection after the given one; ids begin with the time, so the newest come first. */
function query(after: string | undefined, limit: number): QueryCommandInput {
  const collection = "#collection = :collection";
  return {
    TableName: TABLE,
    KeyConditionExpression: after === undefined ? collection : `${collection} AND id < :after`,
    ExpressionAttributeNames: { "#collection": "collection" },
    ExpressionAttributeValues: {
      ":collection": { S: COLLECTION },
      ...(after !== undefined && { ":after": { S: after } }),
    },
    ScanIndexForward: false,
    Limit: limit,
  };
}

/** How many items the caller wants at once. */
function limitIn(request: Request): number {
  const value = request.query.limit ?? DEFAULT_LIMIT;
  if (!LIMIT.test(value)) {
    throw invalidRequest({ parameter: "limit", detail: "must be an integer from 1 to 100" });
  }
  return Number(value);
}

/** A token for the page after this item. */
function tokenAfter(id: string): string {
  return Buffer.from(`1:${id}`).toString("base64url");
}

/** The item after which the page begins, or undefined for the first page. */
function tokenIn(request: Request): string | undefined {
  const token = request.query.next;
  if (token === undefined) {
    return undefined;
  }
  const id = TOKEN.exec(Buffer.from(token, "base64url").toString())?.[1];
  // Buffer reads over what is not base64: only what it would write itself is a token.
  if (id === undefined || tokenAfter(id) !== token) {
    throw invalidRequest({ parameter: "next", detail: "is not a token of this list" });
  }
  return id;
}

export const handler = answering(readPage);
