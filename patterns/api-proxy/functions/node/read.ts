// GET of one item, as it is now; a caller who has that version already is told so instead.

import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { calling, client, fromAttributes, idIn, setting } from "./table";
import { isKnownToCaller, tagOf } from "./versions";
import { type Answer, answering, jsonAnswer, notFound, type Request } from "./web";

// Made once for each execution environment, not once for each request.
const DYNAMODB = client();
const TABLE = setting("TABLE");
const COLLECTION = setting("COLLECTION");

/** Reads consistently: the tag is what the caller will name when he changes the item. */
async function read(request: Request): Promise<Answer> {
  const id = idIn(request);
  const key = { collection: { S: COLLECTION }, id: { S: id } };
  const found = await calling(
    DYNAMODB.send(new GetItemCommand({ TableName: TABLE, Key: key, ConsistentRead: true })),
  );
  if (found.Item === undefined) {
    throw notFound();
  }
  const item = fromAttributes(found.Item);
  const version = Number(item.version);
  const headers = { etag: tagOf(version) };
  if (isKnownToCaller(request, version)) {
    return { status: 304, body: "", headers: { "cache-control": "no-cache", ...headers }, about: id };
  }
  return jsonAnswer(200, JSON.stringify(item), headers, id);
}

export const handler = answering(read);
