// Brings the read model up to date with the events that come through the stream. Never writes an event.

import { Logger } from "@aws-lambda-powertools/logger";
import type { Context, DynamoDBBatchResponse, DynamoDBRecord } from "aws-lambda";

import { type Account, Broken, fold } from "./accounts";
import type { ReadModel } from "./documents";
import { client } from "./dynamodb";
import { type Events, EventTable } from "./event_store";
import { connect } from "./read_model";
import { text } from "./settings";

const logger = new Logger();

/** A batch of the stream, or the wish of `slsx replay` for an empty read model. */
export interface Batch {
  readonly Records?: readonly DynamoDBRecord[];
  readonly replay?: string;
}

/** What the projector needs of a stream record: whose event it is, and how to name the record when it fails. */
interface Record {
  readonly sequenceNumber: string;
  readonly account: string;
  readonly version: number;
  readonly correlationId: string;
}

/**
 * What Lambda calls for each batch of the stream; `slsx replay` calls it with `{"replay": "clear"}` first.
 *
 * An exception makes Lambda halve the batch and try again; named failures make it try again from the first of them.
 */
export function projecting(events: Events, readModel: ReadModel) {
  return async (batch: Batch, context: Context): Promise<DynamoDBBatchResponse | { replay: "cleared" }> => {
    logger.addContext(context);
    if (batch.replay === "clear") {
      await readModel.clear();
      logger.info("read model cleared");
      return { replay: "cleared" };
    }
    return project((batch.Records ?? []).map(recordOf), events, readModel);
  };
}

/**
 * Folds every account of the batch from all its events, and writes the result if it is newer than what is there.
 *
 * The stream only says *which* accounts have changed. Adding each record's amount to the document would be cheaper for
 * accounts with thousands of events, but right only if every record came once and in order; and streams, retries and
 * replays promise neither. This way a record that comes twice, late or out of order leads to the same document, and one
 * that was given up on is made good by the next event of its account.
 */
async function project(
  records: readonly Record[],
  events: Events,
  readModel: ReadModel,
): Promise<DynamoDBBatchResponse> {
  const { accounts, failures } = await folded(new Set(records.map((record) => record.account)), events);
  const written = await readModel.write(accounts);
  for (const [account, reason] of written.failures) failures.set(account, reason);
  const versions = new Map(accounts.map((account) => [account.id, account.version]));
  for (const record of records) {
    const { account, version, correlationId } = record;
    const facts = { correlation_id: correlationId, account, version };
    const reason = failures.get(account);
    if (reason !== undefined) {
      logger.error("event not projected", { ...facts, reason });
    } else {
      const outcome = written.outcomes.get(account) ?? "nothing";
      logger.info("event projected", { ...facts, document_version: versions.get(account) ?? 0, outcome });
    }
  }
  const failed = records.filter((record) => failures.has(record.account));
  return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.sequenceNumber })) };
}

/** The accounts as they are now, and why some cannot be told: a broken account must not hold up the others. */
async function folded(ids: ReadonlySet<string>, events: Events) {
  const failures = new Map<string, string>();
  const states = await Promise.all(
    [...ids].map(async (id): Promise<Account[]> => {
      try {
        const state = fold(id, await events.of(id));
        return state.version > 0 ? [state] : [];
      } catch (error) {
        if (!(error instanceof Broken)) throw error;
        failures.set(id, error.message);
        return [];
      }
    }),
  );
  return { accounts: states.flat(), failures };
}

function recordOf(record: DynamoDBRecord): Record {
  const { SequenceNumber, Keys, NewImage } = record.dynamodb ?? {};
  const account = Keys?.["aggregate_id"]?.S;
  // Not a record of this table: the mapping in template.yaml is wrong, and nothing in the batch can be trusted.
  if (SequenceNumber === undefined || account === undefined) throw new Error("a record without an account");
  return {
    sequenceNumber: SequenceNumber,
    account,
    version: Number(Keys?.["version"]?.N),
    correlationId: NewImage?.["correlation_id"]?.S ?? "",
  };
}

export const handler = projecting(new EventTable(client(), text("EVENTS_TABLE")), connect());
