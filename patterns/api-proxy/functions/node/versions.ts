// Versions of items as entity tags: who changes an item must name the version he has seen. Knows nothing of AWS.

import { invalidRequest, Problem, type Request } from "./web";

const ENTITY_TAG = /(W\/)?"([\x21\x23-\x7e\x80-\u{10ffff}]*)"/u;
const ONE_ENTITY_TAG = new RegExp(`^${ENTITY_TAG.source}$`, "u");
const ENTITY_TAGS = new RegExp(ENTITY_TAG.source, "gu");
const VERSION = /^[1-9][0-9]{0,17}$/;

/** The strong entity tag of a version. */
export function tagOf(version: number): string {
  return `"${version}"`;
}

/** The version that If-Match names (in digits, as DynamoDB takes it), or undefined if any version will do or none is named. */
export function expectedVersion(request: Request): string | undefined {
  const header = (request.headers["if-match"] ?? "*").trim();
  if (header === "*") {
    return undefined;
  }
  const tag = ONE_ENTITY_TAG.exec(header);
  if (!tag) {
    throw invalidRequest({ header: "if-match", detail: "must be one entity tag or *" });
  }
  const [, weak, value = ""] = tag;
  if (weak !== undefined || !VERSION.test(value)) {
    // Well formed, but never a tag of ours: it cannot match.
    throw conflict();
  }
  return value;
}

/** Refuses a change that does not say which version it changes: it might undo somebody else's. */
export function requireIfMatch(request: Request): void {
  if (request.headers["if-match"] === undefined) {
    const detail = "name the version to change in an if-match header";
    throw new Problem(428, "precondition-required", "Precondition required", detail);
  }
}

/** Whether If-None-Match names this version, so that the caller has it already. */
export function isKnownToCaller(request: Request, version: number): boolean {
  const header = (request.headers["if-none-match"] ?? "").trim();
  return header === "*" || [...header.matchAll(ENTITY_TAGS)].some(([, , value]) => value === String(version));
}

/** Somebody else was faster. */
export function conflict(): Problem {
  return new Problem(412, "version-conflict", "Version conflict", "it has changed since the version named in if-match");
}
