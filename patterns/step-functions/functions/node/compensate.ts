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
  readonly Cause: string;
}

export interface Compensated {
  readonly job: string;
  readonly status: "compensated" | "left";
  readonly error: Failure;
}

/** The workflow calls this when it gives up. */
export async function handler(
  event: JobEvent & { readonly error: Partial<Failure> },
  context: Context,
): Promise<Compensated | Record<string, never>> {
  // Such as slsx coldstart-bench sends: it asks for nothing.
  if (Object.keys(event).length === 0) return {};
  LOGGER.addContext(context);
  LOGGER.setCorrelationId(event.execution);
  const job = jobIn(event);
  // Whoever answers for a task may leave out both.
  const error = { Error: event.error.Error || "TaskFailed", Cause: event.error.Cause || "no cause was given" };
  if (!(await isUndone(job, error))) {
    LOGGER.info("job belongs to another execution", { job: job.name });
    return { job: job.name, status: "left", error };
  }
  LOGGER.info("job compensated", { job: job.name, error: error.Error });
  return { job: job.name, status: "compensated", error };
}

/** Removes the result and says so in the job's item; false if the job belongs to another execution. */
async function isUndone(job: Job, failure: Failure): Promise<boolean> {
  // Until the result is gone, nobody may take the job: it would be their result that is removed.
  if (!(await isMarked(job, "compensating", failure))) return false;
  // Deleting what is not there is no error.
  await S3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: job.result }));
  return isMarked(job, "compensated", failure);
}

/** Gives the job this status; false, and nothing done, if it belongs to another execution. */
async function isMarked(job: Job, status: "compensating" | "compensated", failure: Failure): Promise<boolean> {
  const update = new UpdateItemCommand({
    TableName: TABLE,
    Key: { job: { S: job.name } },
    ConditionExpression: "attribute_not_exists(#job) OR #execution = :execution",
    UpdateExpression:
      "SET #status = :status, #execution = :execution, #error = :error, #cause = :cause, " +
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
      ":status": { S: status },
      ":execution": { S: job.execution },
      ":error": { S: failure.Error },
      ":cause": { S: failure.Cause.slice(0, LONGEST_CAUSE) },
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
