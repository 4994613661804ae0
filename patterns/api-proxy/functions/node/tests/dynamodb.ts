// The part of DynamoDB that the functions use, in memory. It knows the expressions they write, and no others.

import assert from "node:assert/strict";
import {
  type AttributeValue,
  type CancellationReason,
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";

type Item = Record<string, AttributeValue>;

/** The members of requests that matter here. */
interface Input {
  TableName: string;
  Key?: Item;
  Item?: Item;
  ConditionExpression: string;
  KeyConditionExpression: string;
  UpdateExpression: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
  ReturnValuesOnConditionCheckFailure?: string;
  Limit: number;
  ConsistentRead?: boolean;
  ScanIndexForward?: boolean;
  TransactItems: { Put: Input }[];
}

/** Tables of items. `failures` are thrown by the next calls, one by each. */
export class FakeDynamoDB {
  readonly tables: Record<string, Map<string, Item>> = { items: new Map(), keys: new Map() };
  readonly calls: string[] = [];
  readonly failures: Error[] = [];

  async send(command: { constructor: { name: string }; input: unknown }): Promise<unknown> {
    const action = command.constructor.name.replace("Command", "");
    const input = structuredClone(command.input) as Input;
    this.calls.push(action);
    const failure = this.failures.shift();
    if (failure) {
      throw failure;
    }
    switch (action) {
      case "PutItem":
        this.check(input);
        return this.put(input);
      case "TransactWriteItems":
        return this.transact(input.TransactItems.map(({ Put }) => Put));
      case "GetItem":
        assert.equal(input.ConsistentRead, true);
        return { Item: this.found(input) };
      case "Query":
        return this.query(input);
      case "UpdateItem":
        return this.update(input);
      case "DeleteItem":
        this.check(input);
        return this.items(input).delete(keyOf(input));
      default:
        throw new Error(`no function may call ${action}`);
    }
  }

  items({ TableName }: Input): Map<string, Item> {
    const items = this.tables[TableName];
    assert(items, TableName);
    return items;
  }

  found(input: Input): Item | undefined {
    return this.items(input).get(keyOf(input));
  }

  put(input: Input): void {
    this.items(input).set(keyOf(input), input.Item ?? {});
  }

  transact(puts: Input[]): void {
    const reasons = puts.map((put): CancellationReason => {
      try {
        this.check(put);
        return { Code: "None" };
      } catch (error) {
        assert(error instanceof ConditionalCheckFailedException);
        return { Code: "ConditionalCheckFailed", ...(error.Item && { Item: error.Item }) };
      }
    });
    if (reasons.some(({ Code }) => Code !== "None")) {
      throw new TransactionCanceledException({ message: "", $metadata: {}, CancellationReasons: reasons });
    }
    puts.forEach((put) => this.put(put));
  }

  query(input: Input): { Items: Item[] } {
    assert.equal(input.ScanIndexForward, false);
    const items = [...this.items(input).values()].sort((a, b) => (String(a.id?.S) < String(b.id?.S) ? 1 : -1));
    const found = items.filter((item) => holds(input.KeyConditionExpression, item, input));
    return { Items: found.slice(0, input.Limit) };
  }

  update(input: Input): { Attributes: Item } {
    this.check(input);
    const item = { ...this.found(input) };
    const [sets = "", removes] = input.UpdateExpression.replace("SET ", "").split(" REMOVE ");
    for (const change of sets.split(", ")) {
      const [name = "", value = ""] = change.split(" = ");
      item[nameIn(name, input)] = valueIn(value, item, input);
    }
    for (const name of removes?.split(", ") ?? []) {
      delete item[nameIn(name, input)];
    }
    this.items(input).set(keyOf(input), item);
    return { Attributes: item };
  }

  /** Throws unless the condition of a write holds for the item that is there. */
  check(input: Input): void {
    const found = this.found(input);
    if (!holds(input.ConditionExpression, found ?? {}, input)) {
      const isWanted = input.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
      const item = found && isWanted ? { Item: found } : {};
      throw new ConditionalCheckFailedException({ message: "", $metadata: {}, ...item });
    }
  }
}

/** The key of an item of either table. */
function keyOf({ Key, Item }: Input): string {
  const attributes = Key ?? Item ?? {};
  return ["collection", "id", "key"].map((name) => attributes[name]?.S ?? "").join("\n");
}

/** Whether a condition holds: comparisons and functions, joined by AND or by OR. */
function holds(expression: string, item: Item, input: Input): boolean {
  for (const [word, method] of [[" OR ", "some"], [" AND ", "every"]] as const) {
    const parts = expression.split(word);
    if (parts.length > 1) {
      return parts[method]((part) => holds(part, item, input));
    }
  }
  const exists = /^attribute_(not_)?exists\((\S+)\)$/.exec(expression);
  if (exists) {
    return nameIn(exists[2] ?? "", input) in item === (exists[1] === undefined);
  }
  const [name = "", operator, value = ""] = expression.split(" ");
  const left = item[nameIn(name, input)];
  const right = input.ExpressionAttributeValues?.[value];
  assert(right, value);
  if (left === undefined) {
    return false;
  }
  const [a, b] = [left, right].map(({ N, S }) => (N === undefined ? String(S) : Number(N)));
  assert(a !== undefined && b !== undefined);
  return operator === "=" ? a === b : a < b;
}

/** The attribute that a name or its placeholder stands for. */
function nameIn(name: string, input: Input): string {
  const given = name.startsWith("#") ? input.ExpressionAttributeNames?.[name] : name;
  assert(given, name);
  return given;
}

/** The value of `:value` or of `#name + :value`. */
function valueIn(text: string, item: Item, input: Input): AttributeValue {
  const [added = "", name] = text.split(" + ").reverse();
  const value = input.ExpressionAttributeValues?.[added];
  assert(value, added);
  return name === undefined ? value : { N: String(Number(item[nameIn(name, input)]?.N) + Number(value.N)) };
}
