"""One function for each route of a small API."""

import json
import os
import boto3

TABLE = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def create(event, context):
    item = json.loads(event["body"])
    TABLE.put_item(Item=item)
    return {"statusCode": 201, "headers": {"location": "/items/" + item["id"], "content-type": "application/json"}, "body": json.dumps(item)}


def read(event, context):
    found = TABLE.get_item(Key={"id": event["pathParameters"]["id"]}).get("Item")
    if not found:
        return {"statusCode": 404, "body": "{}"}
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(found)}
