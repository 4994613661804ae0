/** What a webhook does here: one item in a table. It knows nothing of queues, and takes place once per webhook. */

import { ConditionalCheckFailedException, UpdateItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

import type { Webhook } from "./webhook";

/**
 * Writes the item unless it is there; says whether it was this call that wrote it.
 *
 * The queue delivers at least once, and senders send again what they are not sure of. The condition makes both
 * harmless. `times` counts how often the effect took place: more than 1 would tell that the condition is gone.
 */
export async function takeEffect(
  dynamodb: DynamoDBClient,
  table: string,
  webhook: Webhook,
  message: string,
): Promise<boolean> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: { id: { S: webhook.id } },
    ConditionExpression: "attribute_not_exists(#id)",
    UpdateExpression: "SET #type = :type, #amount = :amount, #message = :message, #at = :at ADD #times :one",
    ExpressionAttributeNames: {
      "#id": "id",
      "#type": "type",
      "#amount": "amount",
      "#message": "message",
      "#at": "at",
      "#times": "times",
    },
    ExpressionAttributeValues: {
      ":type": { S: webhook.type },
      ":amount": { N: webhook.amount.toFixed() },
      ":message": { S: message },
      ":at": { S: new Date().toISOString() },
      ":one": { N: "1" },
    },
  });
  try {
    await dynamodb.send(update);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
  return true;
}
