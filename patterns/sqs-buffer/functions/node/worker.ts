/** Worker: drains the queue of webhooks in batches. One that fails does not take the others with it. */

import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";

import { takeEffect } from "./effect";
import { setting } from "./settings";
import { InvalidWebhook, webhookIn } from "./webhook";

// Made once for each execution environment, not once for each batch. The patience is short because the batch has only
// the few seconds of the function's timeout: a webhook that could not be written comes back by itself.
export const DYNAMODB = new DynamoDBClient({
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 1000, throwOnRequestTimeout: true },
});
const TABLE = setting("TABLE");
// Service name and level come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL.
export const LOGGER = new Logger();
const PROCESSOR = new BatchProcessor(EventType.SQS);

/** Lambda calls this for each batch; what is not named in the answer is deleted from the queue. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  LOGGER.addContext(context);
  // An event without records, such as slsx coldstart-bench sends, asks for nothing.
  if (!event.Records) return { batchItemFailures: [] };
  return processPartialResponse(event, workOn, PROCESSOR, {
    context,
    // A batch of poison only is answered like any other: thrown, it would look like a broken function.
    throwOnFullBatchFailure: false,
  });
}

/** Lets one webhook take effect. An exception makes it come back, and in the end go to the dead-letter queue. */
async function workOn(record: SQSRecord): Promise<void> {
  // Given to each line by itself: the webhooks of a batch are worked on at the same time.
  const about = { correlation_id: record.messageId, received: Number(record.attributes.ApproximateReceiveCount) };
  try {
    const webhook = webhookIn(record.body);
    const isFirst = await takeEffect(DYNAMODB, TABLE, webhook, record.messageId);
    const message = isFirst ? "webhook took effect" : "webhook had taken effect before";
    LOGGER.info(message, { ...about, webhook: webhook.id });
  } catch (error) {
    if (error instanceof InvalidWebhook) {
      LOGGER.error("webhook refused", { ...about, reason: error.message });
    } else {
      LOGGER.error("webhook failed", { ...about, error: error as Error });
    }
    throw error;
  }
}
