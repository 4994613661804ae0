// DELETE of one item; with If-Match, only if nobody else has changed it meanwhile.

import { DeleteItemCommand, type DeleteItemCommandInput } from "@aws-sdk/client-dynamodb";
import { changing, client, idIn, setting } from "./table";
import { expectedVersion } from "./versions";
import { type Answer, answering, type Request } from "./web";

// Made once for each execution environment, not once for each request.
const DYNAMODB = client();
const TABLE = setting("TABLE");
const COLLECTION = setting("COLLECTION");

/** Deletes what is there; a second time there is nothing to delete, and the caller is told. */
async function remove(request: Request): Promise<Answer> {
  const expected = expectedVersion(request);
  const id = idIn(request);
  await changing(DYNAMODB.send(new DeleteItemCommand(deletion(id, expected))));
  return { status: 204, body: "", headers: {}, about: id };
}

/** What deletes the item in the expected version, or in any. */
function deletion(id: string, expected: string | undefined): DeleteItemCommandInput {
  return {
    TableName: TABLE,
    Key: { collection: { S: COLLECTION }, id: { S: id } },
    ConditionExpression: "attribute_exists(id)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    ...(expected !== undefined && {
      ConditionExpression: "attribute_exists(id) AND #version = :expected",
      ExpressionAttributeNames: { "#version": "version" },
      ExpressionAttributeValues: { ":expected": { N: expected } },
    }),
  };
}

export const handler = answering(remove);
