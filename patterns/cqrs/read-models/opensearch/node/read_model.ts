// The read model in OpenSearch: one index, one document for each account. Trusts the version that comes with each.

import type { Account } from "./accounts";
import { type Document, documentOf, type ReadModel, type Search, type Written } from "./documents";
import { connectDomain, type Domain, SearchFailed } from "./search_domain";

const INDEX = "accounts";
// Fields that are not named here are refused, so that a typing error does not become a field of its own.
const MAPPING = {
  dynamic: "strict",
  properties: {
    id: { type: "keyword" },
    balance: { type: "long" },
    version: { type: "long" },
    opened_at: { type: "date" },
    updated_at: { type: "date" },
  },
};
const CLEAR_ATTEMPTS = 5;

interface Failure {
  readonly type?: string;
  readonly reason?: string;
}

/** What the answer to a bulk request says of one document. */
export interface BulkItem {
  readonly index: { readonly _id: string; readonly status: number; readonly error?: Failure };
}

/** The index of the accounts. */
export class Index implements ReadModel {
  private isThere = false;

  constructor(
    private readonly domain: Domain,
    private readonly replicas: number,
  ) {}

  async get(account: string): Promise<Document | undefined> {
    // By its id a document is found as soon as it is written; a search finds it up to a second later.
    const found = await this.domain.request("GET", `/${INDEX}/_doc/${account}`, undefined, 404);
    return (found as { _source?: Document })._source;
  }

  async search(search: Search): Promise<Document[]> {
    const body = JSON.stringify(queryOf(search));
    // 404: there is no index before the first event.
    const found = await this.domain.request("POST", `/${INDEX}/_search`, body, 404);
    const { hits } = found as { hits?: { hits: readonly { _source: Document }[] } };
    return hits ? hits.hits.map((hit) => hit._source) : [];
  }

  async write(accounts: readonly Account[]): Promise<Written> {
    if (accounts.length === 0) return writtenOf([]);
    if (!this.isThere) await this.create();
    const lines = accounts.flatMap((account) => [actionOf(account), documentOf(account)]);
    const body = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    const answer = await this.domain.request("POST", `/${INDEX}/_bulk`, body);
    return writtenOf((answer as { items: readonly BulkItem[] }).items);
  }

  async clear(): Promise<void> {
    for (let attempt = 0; attempt < CLEAR_ATTEMPTS; attempt += 1) {
      await this.domain.request("DELETE", `/${INDEX}`, undefined, 404);
      // If there is an index already, a write between the two requests has made it, and guessed its mapping.
      if (await this.create()) return;
    }
    throw new SearchFailed(`the index ${INDEX} comes back each time it is deleted`);
  }

  /** Makes the index; whether it was not there before. */
  private async create(): Promise<boolean> {
    const settings = { index: { number_of_shards: 1, number_of_replicas: this.replicas } };
    const definition = JSON.stringify({ settings, mappings: MAPPING });
    const answer = await this.domain.request("PUT", `/${INDEX}`, definition, 400);
    const reason = (answer as { error?: Failure }).error?.type;
    if (reason !== undefined && reason !== "resource_already_exists_exception") {
      throw new SearchFailed(`the index ${INDEX} cannot be made: ${JSON.stringify(answer)}`);
    }
    this.isThere = true;
    return reason === undefined;
  }
}

/** What says where a document belongs. OpenSearch refuses a version that is not higher than the one it has. */
function actionOf(account: Account) {
  return { index: { _id: account.id, version: account.version, version_type: "external" } };
}

function writtenOf(items: readonly BulkItem[]): Written {
  const written: Written = { outcomes: new Map(), failures: new Map() };
  for (const { index } of items) {
    if (index.status < 300) written.outcomes.set(index._id, "written");
    else if (index.status === 409) written.outcomes.set(index._id, "known");
    else written.failures.set(index._id, `${index.status} ${index.error?.type}: ${index.error?.reason}`);
  }
  return written;
}

/** The search in OpenSearch's own language. */
function queryOf(search: Search) {
  const { minimum, maximum, after, limit } = search;
  const order = search.isDescending ? "desc" : "asc";
  const isBounded = minimum !== undefined || maximum !== undefined;
  return {
    size: limit,
    query: isBounded ? { range: { balance: { gte: minimum, lte: maximum } } } : { match_all: {} },
    sort: [{ balance: order }, { id: order }],
    ...(after ? { search_after: [after.balance, after.id] } : {}),
  };
}

/** The read model of this project. */
export function connect(): ReadModel {
  return new Index(connectDomain(), Number(process.env["REPLICAS"] ?? 0));
}
