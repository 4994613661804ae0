/** What a webhook must look like; knows neither the queue nor the table. */

const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
const TYPE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;
const LARGEST_AMOUNT = 10 ** 12;

/** The body is no webhook, and will not become one by trying again. */
export class InvalidWebhook extends Error {
  override readonly name = "InvalidWebhook";
}

/** One thing that happened elsewhere. Its sender may tell us more than once, always with the same id. */
export interface Webhook {
  readonly id: string;
  readonly type: string;
  readonly amount: number;
}

/** Reads a body; members that nobody knows here are left alone, as senders add some. */
export function webhookIn(body: string): Webhook {
  const members = membersOf(body);
  return { id: idOf(members["id"]), type: typeOf(members["type"]), amount: amountOf(members["amount"]) };
}

function membersOf(body: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new InvalidWebhook("the body is not JSON", { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InvalidWebhook("the body is not an object");
  }
  return value as Record<string, unknown>;
}

function idOf(value: unknown): string {
  if (typeof value === "string" && ID.test(value)) return value;
  throw new InvalidWebhook("id must have 1 to 128 letters, digits or ._:-");
}

function typeOf(value: unknown): string {
  if (typeof value === "string" && TYPE.test(value)) return value;
  throw new InvalidWebhook("type must have 1 to 100 letters, digits or ._:-");
}

function amountOf(value: unknown): number {
  if (Number.isInteger(value) && Math.abs(value as number) <= LARGEST_AMOUNT) return value as number;
  throw new InvalidWebhook(`amount must be an integer from -${LARGEST_AMOUNT} to ${LARGEST_AMOUNT}`);
}
