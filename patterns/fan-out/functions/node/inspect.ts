// Inspect worker: stores a report about each uploaded video.

import { s3 } from "./aws";
import { inBucket } from "./results";
import { text } from "./settings";
import { inspect } from "./work/inspect";
import { worker } from "./worker";

const uploads = s3();

export const handler = worker({
  name: text("WORKER"),
  uploads,
  work: inspect,
  keep: inBucket(uploads, text("RESULT_BUCKET"), text("RESULT_PREFIX"), text("UPLOAD_PREFIX")),
});
