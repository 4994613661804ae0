/** What a job is, and the errors that the workflow knows by name; knows neither S3 nor DynamoDB. */

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
/** The longest key of S3. */
const LONGEST_SOURCE = 1024;

/** The input names no job, or a source where none can be. */
export class InvalidJob extends Error {
  override readonly name = "InvalidJob";
}

/** The source is not there yet. The workflow tries again. */
export class SourceNotReady extends Error {
  override readonly name = "SourceNotReady";
}

/** The source is no video, and will not become one by trying again. */
export class InvalidVideo extends Error {
  override readonly name = "InvalidVideo";
}

/** Another execution does, or did, a job of this name. */
export class JobExists extends Error {
  override readonly name = "JobExists";
}

/** Another execution is undoing a job of this name. The workflow tries again. */
export class JobNotFree extends Error {
  override readonly name = "JobNotFree";
}

/** What the workflow hands over: its input as it came, and the execution. */
export interface JobEvent {
  readonly job?: unknown;
  readonly source?: unknown;
  readonly execution: string;
}

/** One video to transcode, and the execution of the workflow that does it. */
export interface Job {
  readonly name: string;
  readonly source: string;
  readonly execution: string;
  /** The key of the result in the bucket. */
  readonly result: string;
}

/** The job that the workflow hands over. */
export function jobIn({ job, source, execution }: JobEvent): Job {
  if (typeof job !== "string" || !NAME.test(job)) {
    throw new InvalidJob("job must have 1 to 100 letters, digits or ._-");
  }
  if (typeof source !== "string" || !source.startsWith("uploads/") || Buffer.byteLength(source) > LONGEST_SOURCE) {
    throw new InvalidJob("source must begin with uploads/");
  }
  return { name: job, source, execution, result: `results/${job}.y4m.gz` };
}
