// Record worker: keeps an item about each uploaded video in the catalog table.

import { dynamodb, s3 } from "./aws";
import { inCatalog } from "./results";
import { text } from "./settings";
import { describe } from "./work/record";
import { worker } from "./worker";

export const handler = worker({
  name: text("WORKER"),
  uploads: s3(),
  work: describe,
  keep: inCatalog(dynamodb(), text("TABLE"), text("WORKER")),
});
