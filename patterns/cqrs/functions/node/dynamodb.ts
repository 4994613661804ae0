// The client of DynamoDB. Made once for each execution environment, not once for each request.

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** A client that gives up well before the function's time is over. */
export function client(): DynamoDBClient {
  const requestHandler = { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true };
  return new DynamoDBClient({ maxAttempts: 3, requestHandler });
}
