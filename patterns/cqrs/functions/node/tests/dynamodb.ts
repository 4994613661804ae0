// A DynamoDB that answers in turn and keeps what it was asked. Holds no test.

import { mock } from "node:test";

import { ConditionalCheckFailedException, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

import { client } from "../dynamodb";

/** What a condition that does not hold is answered with. */
export const CONDITION_FAILED = new ConditionalCheckFailedException({ message: "", $metadata: {} });

/** A client, and the commands it was given: name and input. */
export function answeringInTurn(...answers: (object | Error)[]): { dynamodb: DynamoDBClient; asked: [string, any][] } {
  const dynamodb = client();
  const asked: [string, any][] = [];
  mock.method(dynamodb, "send", async (command: { constructor: { name: string }; input: object }) => {
    asked.push([command.constructor.name, command.input]);
    const answer = answers.shift();
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error("asked too often");
    return answer;
  });
  return { dynamodb, asked };
}
