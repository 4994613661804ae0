// What the workers need of the world. `aws.ts` has it from AWS, the tests have it from memory.

import type { Artifact, Facts } from "./work/result";

/** Objects in buckets. */
export interface Objects {
  get(bucket: string, key: string): Promise<Uint8Array>;
  put(bucket: string, key: string, artifact: Artifact): Promise<void>;
}

/** Items in tables. */
export interface Items {
  put(table: string, item: Facts): Promise<void>;
}
