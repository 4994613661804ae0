// Thumbnail worker: stores a small picture of each uploaded video.

import { s3 } from "./aws";
import { inBucket } from "./results";
import { text } from "./settings";
import { thumbnail } from "./work/thumbnail";
import { worker } from "./worker";

const uploads = s3();

export const handler = worker({
  name: text("WORKER"),
  uploads,
  work: thumbnail,
  keep: inBucket(uploads, text("RESULT_BUCKET"), text("RESULT_PREFIX"), text("UPLOAD_PREFIX")),
});
