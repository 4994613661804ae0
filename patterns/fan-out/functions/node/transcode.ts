// Transcode worker: stores each uploaded video in another size.

import { s3 } from "./aws";
import { inBucket } from "./results";
import { number, text } from "./settings";
import { transcode } from "./work/transcode";
import { worker } from "./worker";

const height = number("HEIGHT");
const uploads = s3();

export const handler = worker({
  name: text("WORKER"),
  uploads,
  work: (content) => transcode(content, height),
  keep: inBucket(uploads, text("RESULT_BUCKET"), text("RESULT_PREFIX"), text("UPLOAD_PREFIX")),
});
