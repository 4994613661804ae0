// POST of a command: appends the event it leads to, or says why there is none. Never touches the read model.

import { setTimeout } from "node:timers/promises";

import { accountIn } from "./account_id";
import { type Command, decide, type Event, fold, isOutcomeOf, Refused } from "./accounts";
import { commandIn } from "./command_content";
import { client } from "./dynamodb";
import { type Events, EventTable } from "./event_store";
import { text } from "./settings";
import { type Answer, answering, jsonAnswer, Problem, type Request, type Work } from "./web";

const ATTEMPTS = 5;
const FIRST_PAUSE_MILLISECONDS = 20;

/** Appends the command's event as the next version; if somebody else was faster, looks again and decides anew. */
export function executing(events: Events): Work {
  return async (request) => {
    const account = accountIn(request);
    const command = commandIn(request);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (attempt > 0) await setTimeout(Math.random() * FIRST_PAUSE_MILLISECONDS * 2 ** attempt);
      const history = await events.of(account);
      const done = outcomeIn(history, command);
      if (done) return accepted(history.slice(0, done.version), done.correlationId !== request.id);
      const event = decided(account, history, command, request);
      if (await events.append(event)) return accepted([...history, event], false);
    }
    const detail = "too many commands for this account at once";
    throw new Problem(409, "concurrent-commands", detail, [], { "retry-after": "1" });
  };
}

/**
 * The event that this command has led to before.
 *
 * Finds commands that the caller sends again, and those that the SDK has sent again because the first reply was lost:
 * without this the second attempt would see its own event as somebody else's, and append another.
 */
function outcomeIn(history: readonly Event[], command: Command): Event | undefined {
  const event = history.find((event) => event.commandId === command.id);
  if (event && !isOutcomeOf(event, command)) {
    throw new Problem(422, "idempotency-key-reused", "this idempotency key was used for another command");
  }
  return event;
}

function decided(account: string, history: readonly Event[], command: Command, request: Request): Event {
  try {
    return decide(fold(account, history), command, new Date().toISOString(), request.id);
  } catch (error) {
    if (error instanceof Refused) throw new Problem(422, "insufficient-funds", error.message);
    throw error;
  }
}

/** The answer that tells of the last of these events. The version lets the caller see when a query is up to date. */
function accepted(history: readonly Event[], isRepeated: boolean): Answer {
  const { id, version, balance } = fold(history[0]?.account ?? "", history);
  const headers = {
    location: `/accounts/${id}`,
    etag: `"${version}"`,
    ...(isRepeated ? { "idempotent-replayed": "true" } : {}),
  };
  return jsonAnswer(201, { id, version, balance }, headers, { account: id, version });
}

export const handler = answering(executing(new EventTable(client(), text("EVENTS_TABLE"))));
