/** Compensate: undoes what the execution did of a job, and only that. Done twice, it leaves the same. */

import { Logger } from "@aws-lambda-powertools/logger";
import { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { DeleteObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Context } from "aws-lambda";

import { jobIn, type Job, type JobEvent } from "./job";
import { setting } from "./settings";

// Made once for each execution environment, not once for each job.
export const S3 = new S3Client({});
export const DYNAMODB = new DynamoDBClient({});
const BUCKET = setting("BUCKET");
const TABLE = setting("TABLE");
// What goes wrong in a function comes with its whole stack trace.
const LONGEST_CAUSE = 1000;
// Service name and level come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL.
export const LOGGER = new Logger();

/** What the workflow keeps of a failure. */
export interface Failure {
  readonly Error: string;
  readonly Cause?: string;
}

export interface Compensated {
  readonly job: string;
  readonly status: "compensated" | "left";
}

/** The workflow calls this when it gives up. */
export async function handler(
  event: JobEvent & { readonly error: Failure },
  context: Context,
): Promise<Compensated | Record<string, never>> {
  // Such as slsx coldstart-bench sends: it asks for nothing.
  if (Object.keys(event).length === 0) return {};
  LOGGER.addContext(context);
  LOGGER.setCorrelationId(event.execution);
  const job = jobIn(event);
  if (!(await isMarked(job, event.error))) {
    LOGGER.info("job belongs to another execution", { job: job.name });
    return { job: job.name, status: "left" };
  }
  // Deleting what is not there is no error.
  await S3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: job.result }));
  LOGGER.info("job compensated", { job: job.name, error: event.error.Error });
  return { job: job.name, status: "compensated" };
}

/** Marks the job as compensated; false, and nothing done, if it belongs to another execution. */
async function isMarked(job: Job, failure: Failure): Promise<boolean> {
  const update = new UpdateItemCommand({
    TableName: TABLE,
    Key: { job: { S: job.name } },
    ConditionExpression: "attribute_not_exists(#job) OR #execution = :execution",
    UpdateExpression:
      "SET #status = :compensated, #execution = :execution, #error = :error, #cause = :cause, " +
      "#updated_at = :updated_at REMOVE #result",
    ExpressionAttributeNames: {
      "#job": "job",
      "#status": "status",
      "#execution": "execution",
      "#error": "error",
      "#cause": "cause",
      "#updated_at": "updated_at",
      "#result": "result",
    },
    ExpressionAttributeValues: {
      ":compensated": { S: "compensated" },
      ":execution": { S: job.execution },
      ":error": { S: failure.Error },
      ":cause": { S: (failure.Cause ?? "").slice(0, LONGEST_CAUSE) },
      ":updated_at": { S: new Date().toISOString() },
    },
  });
  try {
    await DYNAMODB.send(update);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
  return true;
}
