/** Transcode: makes the result of a job. Tried again by the same execution, it leaves the same result. */

import { Logger } from "@aws-lambda-powertools/logger";
import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Context } from "aws-lambda";

import {
  InvalidJob,
  InvalidVideo,
  JobExists,
  JobNotFree,
  SourceNotReady,
  jobIn,
  type Job,
  type JobEvent,
} from "./job";
import { scaled, type Scaled } from "./scaling";
import { setting } from "./settings";
import { readVideo } from "./video";

// Made once for each execution environment, not once for each job.
export const S3 = new S3Client({});
export const DYNAMODB = new DynamoDBClient({});
const BUCKET = setting("BUCKET");
const TABLE = setting("TABLE");
const HEIGHT = Number(setting("HEIGHT"));
// Service name and level come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL.
export const LOGGER = new Logger();

/** What the workflow keeps of a result. */
export interface Transcoded {
  readonly job: string;
  readonly result: string;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly bytes: number;
}

/** The workflow calls this; it knows what to do by the name of the error. */
export async function handler(event: JobEvent, context: Context): Promise<Transcoded | Record<string, never>> {
  // Such as slsx coldstart-bench sends: it asks for nothing.
  if (Object.keys(event).length === 0) return {};
  LOGGER.addContext(context);
  LOGGER.setCorrelationId(event.execution);
  try {
    return await transcode(jobIn(event));
  } catch (error) {
    if (error instanceof SourceNotReady) {
      LOGGER.info("source not ready", { job: String(event.job), source: String(event.source) });
    } else if (error instanceof JobNotFree) {
      LOGGER.info("job not free", { job: String(event.job) });
    } else if (error instanceof InvalidJob || error instanceof InvalidVideo || error instanceof JobExists) {
      LOGGER.error("transcode refused", { job: String(event.job), error: error.name, reason: error.message });
    }
    throw error;
  }
}

/** Reads the source, makes the result, and says what it is. */
async function transcode(job: Job): Promise<Transcoded> {
  const video = await scaled(readVideo(await sourceOf(job)), HEIGHT);
  // First the item: it says whose the job is, so that nobody writes over another's result.
  await record(job, video);
  await S3.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: job.result, Body: video.content, ContentType: "application/gzip" }),
  );
  const facts = { frames: video.frames, bytes: video.content.length };
  LOGGER.info("source transcoded", { job: job.name, result: job.result, ...facts });
  return { job: job.name, result: job.result, width: video.width, height: video.height, ...facts };
}

/** The uploaded video. */
async function sourceOf(job: Job): Promise<Buffer> {
  try {
    const { Body } = await S3.send(new GetObjectCommand({ Bucket: BUCKET, Key: job.source }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  } catch (error) {
    if (!(error instanceof NoSuchKey)) throw error;
    throw new SourceNotReady(`s3://${BUCKET}/${job.source} is not there yet`, { cause: error });
  }
}

/** Writes the job's item, unless the job belongs to another execution that did not give it up. */
async function record(job: Job, video: Scaled): Promise<void> {
  const put = new PutItemCommand({
    TableName: TABLE,
    Item: {
      job: { S: job.name },
      execution: { S: job.execution },
      source: { S: job.source },
      result: { S: job.result },
      status: { S: "transcoded" },
      updated_at: { S: new Date().toISOString() },
      width: { N: String(video.width) },
      height: { N: String(video.height) },
      frames: { N: String(video.frames) },
      bytes: { N: String(video.content.length) },
    },
    ConditionExpression: "attribute_not_exists(#job) OR #execution = :execution OR #status = :compensated",
    ExpressionAttributeNames: { "#job": "job", "#execution": "execution", "#status": "status" },
    ExpressionAttributeValues: { ":execution": { S: job.execution }, ":compensated": { S: "compensated" } },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  try {
    await DYNAMODB.send(put);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    if (error.Item?.["status"]?.S === "compensating") {
      throw new JobNotFree(`job ${job.name} is being undone by another execution`, { cause: error });
    }
    throw new JobExists(`job ${job.name} belongs to another execution`, { cause: error });
  }
}
