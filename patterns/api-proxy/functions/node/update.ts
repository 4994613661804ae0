// PUT of one item: replaces its content, if nobody else has changed it meanwhile.

import { UpdateItemCommand, type UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import { type Content, checked, MEMBERS } from "./content";
import { changing, client, fromAttributes, idIn, setting, toAttributes } from "./table";
import { expectedVersion, requireIfMatch, tagOf } from "./versions";
import { type Answer, answering, jsonAnswer, parsed, type Request, requireJson } from "./web";

// Made once for each execution environment, not once for each request.
const DYNAMODB = client();
const TABLE = setting("TABLE");
const COLLECTION = setting("COLLECTION");

/** Writes only over the version that the caller has seen; DynamoDB compares and writes in one step. */
async function update(request: Request): Promise<Answer> {
  requireJson(request);
  requireIfMatch(request);
  const expected = expectedVersion(request);
  const content = checked(parsed(request));
  const id = idIn(request);
  const written = await changing(DYNAMODB.send(new UpdateItemCommand(replacement(id, content, expected))));
  const item = fromAttributes(written.Attributes ?? {});
  return jsonAnswer(200, JSON.stringify(item), { etag: tagOf(Number(item.version)) }, id);
}

/** What sets the given members, removes the others, and counts the version up. */
function replacement(id: string, content: Content, expected: string | undefined): UpdateItemCommandInput {
  const absent = Object.keys(MEMBERS).filter((name) => content[name] === undefined);
  const changes = toAttributes({ ...content, updated_at: new Date().toISOString() });
  const names = Object.keys(changes);
  const sets = [...names.map((name) => `#${name} = :${name}`), "#version = #version + :one"];
  const removes = absent.length > 0 ? ` REMOVE ${absent.map((name) => `#${name}`).join(", ")}` : "";
  return {
    TableName: TABLE,
    Key: { collection: { S: COLLECTION }, id: { S: id } },
    UpdateExpression: `SET ${sets.join(", ")}${removes}`,
    ConditionExpression: expected === undefined ? "attribute_exists(#id)" : "attribute_exists(#id) AND #version = :expected",
    ExpressionAttributeNames: Object.fromEntries([...names, ...absent, "version", "id"].map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.entries(changes).map(([name, value]) => [`:${name}`, value])),
      ":one": { N: "1" },
      ...(expected !== undefined && { ":expected": { N: expected } }),
    },
    ReturnValues: "ALL_NEW",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
}

export const handler = answering(update);
