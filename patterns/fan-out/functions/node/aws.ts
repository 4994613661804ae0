// The workers' way to AWS. Decides nothing.

import { DynamoDBClient, PutItemCommand, type AttributeValue } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

import type { Items, Objects } from "./ports";
import type { Facts } from "./work/result";

/** Objects in S3. Made once for each execution environment, not once for each event. */
export function s3(): Objects {
  const client = new S3Client();
  return {
    async get(Bucket, Key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      if (!Body) throw new Error(`s3://${Bucket}/${Key} came without content`);
      return Body.transformToByteArray();
    },
    async put(Bucket, Key, { body, contentType }) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: body, ContentType: contentType }));
    },
  };
}

/** Items in DynamoDB. */
export function dynamodb(): Items {
  const client = new DynamoDBClient();
  return {
    async put(TableName, item) {
      await client.send(new PutItemCommand({ TableName, Item: attributes(item) }));
    },
  };
}

/** Values as DynamoDB wants them: numbers travel as text. */
export function attributes(item: Facts): Record<string, AttributeValue> {
  const typed = Object.entries(item).map(([name, value]) => [name, attribute(value)] as const);
  return Object.fromEntries(typed);
}

function attribute(value: string | number): AttributeValue {
  return typeof value === "number" ? { N: String(value) } : { S: value };
}
