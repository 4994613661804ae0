// What a read model keeps and must be able to do. `read_model.ts` does it with the store that this project uses.

import type { Account } from "./accounts";

/** An account as it is kept and answered. */
export interface Document {
  readonly id: string;
  readonly balance: number;
  readonly version: number;
  readonly opened_at: string;
  readonly updated_at: string;
}

/** Which documents a list shows, by balance. `after` is the balance and id of the last document before. */
export interface Search {
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly isDescending: boolean;
  readonly limit: number;
  readonly after?: { readonly balance: number; readonly id: string } | undefined;
}

/** What became of documents, by account: how those went that are in the read model now, and why the others are not. */
export interface Written {
  readonly outcomes: Map<string, "written" | "known">;
  readonly failures: Map<string, string>;
}

/** The accounts as queries want them: one document for each. */
export interface ReadModel {
  /** The document of an account. */
  get(account: string): Promise<Document | undefined>;
  /** The documents that match, in order of their balances; equal ones in an order of the store's own. */
  search(search: Search): Promise<Document[]>;
  /** Keeps each account, unless it has a document of the same version or a later one. */
  write(accounts: readonly Account[]): Promise<Written>;
  /** Deletes all documents. */
  clear(): Promise<void>;
}

/** The document of an account. */
export function documentOf(account: Account): Document {
  const { id, balance, version, openedAt, updatedAt } = account;
  return { id, balance, version, opened_at: openedAt, updated_at: updatedAt };
}
