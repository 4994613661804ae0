// What every worker does with an event, whatever its work is: read the upload, do the work, keep the result, say so.

import { Logger } from "@aws-lambda-powertools/logger";
import type { Context } from "aws-lambda";

import type { Objects } from "./ports";
import type { Keep } from "./results";
import { type UploadEvent, uploadsIn } from "./upload";

/** The parts of a worker: where uploads are, what is done with them, and where the results go. */
export interface Parts<R> {
  readonly name: string;
  readonly uploads: Objects;
  readonly work: (content: Uint8Array) => R | Promise<R>;
  readonly keep: Keep<R>;
}

/** What Lambda calls for each event; an exception makes Lambda try again and then use the queue. */
export type Handler = (event: UploadEvent, context: Pick<Context, "awsRequestId">) => Promise<{ results: string[] }>;

/** A worker made of its parts. */
export function worker<R>(parts: Parts<R>): Handler {
  const logger = new Logger({ persistentKeys: { worker: parts.name } });
  return async (event, context) => {
    const request = { aws_request_id: context.awsRequestId };
    const uploads = uploadsIn(event);
    if (uploads.length === 0) logger.info("no upload in this event", request);
    const results: string[] = [];
    for (const upload of uploads) {
      const trace = { ...request, object_key: upload.key, correlation_id: upload.correlationId };
      logger.info("upload received", trace);
      try {
        // Done twice, it leaves the same result in the same place.
        const result = await parts.work(await parts.uploads.get(upload.bucket, upload.key));
        const written = await parts.keep(upload, result);
        logger.info("result written", { ...trace, result: written.place });
        results.push(written.key);
      } catch (error) {
        logger.error("upload failed", { ...trace, reason: String(error) });
        throw error;
      }
    }
    return { results };
  };
}
