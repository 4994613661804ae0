// Where results are kept: files in the result bucket, facts in the catalog table. A result has one place, so a
// repeated event writes the same thing over itself.

import type { Items, Objects } from "./ports";
import type { Upload } from "./upload";
import type { Artifact, Facts } from "./work/result";

/** Where a result was written: what the handler returns, and the same with bucket or table for the log. */
export interface Written {
  readonly key: string;
  readonly place: string;
}

/** Keeps a result of one upload. */
export type Keep<R> = (upload: Upload, result: R) => Promise<Written>;

/** Keeps files under the worker's own prefix. */
export function inBucket(objects: Objects, bucket: string, prefix: string, uploadPrefix: string): Keep<Artifact> {
  return async (upload, artifact) => {
    const name = upload.key.startsWith(uploadPrefix) ? upload.key.slice(uploadPrefix.length) : upload.key;
    const key = `${prefix}${name}.${artifact.suffix}`;
    await objects.put(bucket, key, artifact);
    return { key, place: `s3://${bucket}/${key}` };
  };
}

/** Keeps one item for each upload and worker. */
export function inCatalog(items: Items, table: string, worker: string): Keep<Facts> {
  return async (upload, facts) => {
    await items.put(table, { object_key: upload.key, worker, ...facts });
    return { key: upload.key, place: `dynamodb://${table}/${upload.key}` };
  };
}
