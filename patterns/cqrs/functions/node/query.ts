// GET of one account or of many, from the read model alone. Never reads an event.

import { accountIn } from "./account_id";
import type { Document, ReadModel, Search } from "./documents";
import { connect } from "./read_model";
import { type Answer, answering, invalidRequest, jsonAnswer, notFound, type Request, type Work } from "./web";

const DEFAULT_LIMIT = "20";
const ORDERS = new Map([
  ["balance", false],
  ["-balance", true],
]);
// Tokens begin with the version of their form, so that a later one can tell them apart.
const TOKEN = /^1:(-?[0-9]{1,16}):([A-Za-z0-9_-]{1,64})$/;

/** Answers either route. */
export function querying(readModel: ReadModel): Work {
  return (request) => ("id" in request.parameters ? read(request, readModel) : readPage(request, readModel));
}

/** One account, as the projector last left it: its version says how many events it knows of. */
async function read(request: Request, readModel: ReadModel): Promise<Answer> {
  const account = accountIn(request);
  const document = await readModel.get(account);
  if (!document) throw notFound();
  const { version } = document;
  return jsonAnswer(200, document, { etag: `"${version}"` }, { account, version });
}

/** One page of accounts by balance, and a token for the next one if there is more. */
async function readPage(request: Request, readModel: ReadModel): Promise<Answer> {
  const limit = limitIn(request);
  // One more than asked for: whether there is a next page is known without an empty last one.
  const documents = await readModel.search(searchIn(request, limit + 1));
  const items = documents.slice(0, limit);
  const last = items.at(-1);
  const page = { items, ...(documents.length > limit && last ? { next: tokenAfter(last) } : {}) };
  return jsonAnswer(200, page, {}, { items: items.length });
}

/** What the caller looks for. */
function searchIn(request: Request, limit: number): Search {
  const minimum = balanceIn(request, "minimum_balance");
  const maximum = balanceIn(request, "maximum_balance");
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
    throw invalidRequest({ parameter: "maximum_balance", detail: "must not be less than minimum_balance" });
  }
  const after = tokenIn(request);
  if (after && (after.balance < (minimum ?? -Infinity) || after.balance > (maximum ?? Infinity))) throw noToken();
  return { minimum, maximum, isDescending: isDescendingIn(request), limit, after };
}

/** How many accounts the caller wants at once. */
function limitIn(request: Request): number {
  const value = request.query["limit"] ?? DEFAULT_LIMIT;
  if (!/^([1-9][0-9]?|100)$/.test(value)) {
    throw invalidRequest({ parameter: "limit", detail: "must be an integer from 1 to 100" });
  }
  return Number(value);
}

/** A bound of the balance, which belongs to the range. */
function balanceIn(request: Request, parameter: string): number | undefined {
  const value = request.query[parameter];
  if (value === undefined) return undefined;
  if (!/^-?[0-9]{1,15}$/.test(value)) {
    throw invalidRequest({ parameter, detail: "must be an integer of at most 15 digits" });
  }
  return Number(value);
}

/** Whether the largest balance comes first, as it does unless asked otherwise. */
function isDescendingIn(request: Request): boolean {
  const isDescending = ORDERS.get(request.query["sort"] ?? "-balance");
  if (isDescending === undefined) throw invalidRequest({ parameter: "sort", detail: "must be balance or -balance" });
  return isDescending;
}

/** A token for the page after this account. */
export function tokenAfter(document: Pick<Document, "balance" | "id">): string {
  return Buffer.from(`1:${document.balance}:${document.id}`).toString("base64url");
}

/** The account after which the page begins, or undefined for the first page. */
function tokenIn(request: Request): Search["after"] {
  const token = request.query["next"];
  if (token === undefined) return undefined;
  const [, balance, id] = TOKEN.exec(Buffer.from(token, "base64url").toString("latin1")) ?? [];
  // Buffer reads over what is not base64: only what it would write itself is a token.
  if (balance === undefined || id === undefined || tokenAfter({ balance: Number(balance), id }) !== token) throw noToken();
  return { balance: Number(balance), id };
}

function noToken() {
  return invalidRequest({ parameter: "next", detail: "is not a token of this list" });
}

export const handler = answering(querying(connect()));
