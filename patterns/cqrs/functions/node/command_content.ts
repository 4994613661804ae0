// What a request for a command may look like. Knows nothing of what the command does.

import type { Command } from "./accounts";
import { type Flaw, invalidRequest, parsed, Problem, type Request } from "./web";

const MAXIMUM_AMOUNT = 1_000_000_000;

/** The command of the request; else a problem that names every error at once. */
export function commandIn(request: Request): Command {
  const key = request.headers["idempotency-key"];
  if (key !== undefined && !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw invalidRequest({ header: "idempotency-key", detail: "must have 1 to 255 printable ASCII characters" });
  }
  const content = parsed(request);
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw invalid([{ pointer: "#", detail: "must be an object" }]);
  }
  const flaws = flawsIn(content);
  if (flaws.length > 0) throw invalid(flaws);
  const { type, amount } = content as Pick<Command, "type" | "amount">;
  // Without a key of its own, each request is a command of its own.
  return { id: key ?? request.id, type, amount };
}

function flawsIn(content: object): Flaw[] {
  const { type, amount, ...unknown } = content as Record<string, unknown>;
  const flaws: Flaw[] = [];
  if (type === undefined) flaws.push({ pointer: "#/type", detail: "is required" });
  else if (type !== "deposit" && type !== "withdraw") {
    flaws.push({ pointer: "#/type", detail: "must be deposit or withdraw" });
  }
  if (amount === undefined) flaws.push({ pointer: "#/amount", detail: "is required" });
  else if (!isAmount(amount)) {
    flaws.push({ pointer: "#/amount", detail: `must be an integer from 1 to ${MAXIMUM_AMOUNT}` });
  }
  const names = Object.keys(unknown).sort();
  return [...flaws, ...names.map((name) => ({ pointer: pointer(name), detail: "is not known" }))];
}

function isAmount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAXIMUM_AMOUNT;
}

/** A JSON pointer to a member, as the fragment of a URI. */
function pointer(name: string): string {
  // A lone surrogate cannot be encoded.
  const escaped = name.replaceAll("~", "~0").replaceAll("/", "~1").replace(/\p{Surrogate}/gu, "?");
  return `#/${encodeURIComponent(escaped)}`;
}

function invalid(flaws: readonly Flaw[]): Problem {
  return new Problem(422, "invalid-content", "the content does not have the expected members", flaws);
}
