// Accounts: what commands may do, and what events add up to. Knows neither AWS nor HTTP.

/** What somebody wants done. `id` tells a command that is sent twice from two commands. */
export interface Command {
  readonly id: string;
  readonly type: "deposit" | "withdraw";
  readonly amount: number;
}

/** What has happened to an account, and will never change. `amount` is negative for a withdrawal. */
export interface Event {
  readonly account: string;
  readonly version: number;
  readonly type: string;
  readonly amount: number;
  readonly at: string;
  readonly commandId: string;
  readonly correlationId: string;
}

/** The state that a number of events add up to. Version 0: there are none yet. */
export interface Account {
  readonly id: string;
  readonly balance: number;
  readonly version: number;
  readonly openedAt: string;
  readonly updatedAt: string;
}

/** The command breaks a rule of the accounts: no event comes of it. */
export class Refused extends Error {
  override name = "Refused";
}

/** The events of an account are not what commands write; nothing may be concluded from them. */
export class Broken extends Error {
  override name = "Broken";
}

/** The account after one more event. */
export function apply(account: Account, event: Event): Account {
  if (event.version !== account.version + 1) throw new Broken(`version ${account.version + 1} is missing`);
  return {
    id: account.id,
    balance: account.balance + event.amount,
    version: event.version,
    openedAt: account.openedAt || event.at,
    updatedAt: event.at,
  };
}

/** The account after all its events, which must come in order and from the first. */
export function fold(id: string, events: readonly Event[]): Account {
  return events.reduce(apply, { id, balance: 0, version: 0, openedAt: "", updatedAt: "" });
}

/** The event that a command leads to, given what has happened until now. */
export function decide(account: Account, command: Command, at: string, correlationId: string): Event {
  if (command.type === "withdraw" && command.amount > account.balance) {
    throw new Refused(`the balance is ${account.balance}, too little to withdraw ${command.amount}`);
  }
  const version = account.version + 1;
  return { account: account.id, version, ...signed(command), at, commandId: command.id, correlationId };
}

/** Whether this command would lead to this event: else its id was used for another one before. */
export function isOutcomeOf(event: Event, command: Command): boolean {
  const { type, amount } = signed(command);
  return event.type === type && event.amount === amount;
}

/** A command in the words of events. */
function signed(command: Command): { type: string; amount: number } {
  return command.type === "withdraw"
    ? { type: "withdrawn", amount: -command.amount }
    : { type: "deposited", amount: command.amount };
}
