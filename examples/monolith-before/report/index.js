// Counts yesterday's orders.
const { DynamoDBClient, ScanCommand } = require("@aws-sdk/client-dynamodb");

const client = new DynamoDBClient({});

exports.handler = async () => {
  const page = await client.send(new ScanCommand({ TableName: process.env.ORDERS, Select: "COUNT" }));
  console.log(JSON.stringify({ orders: page.Count }));
};
