"""Commands, the projector of their events, and queries."""

import datetime
import json
import os

import boto3
from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError

EVENTS = boto3.resource("dynamodb").Table(os.environ["EVENTS"])
MODEL = boto3.resource("dynamodb").Table(os.environ["MODEL"])
IS_NAIVE = os.environ["NAIVE"] == "yes"
CONFLICT = "ConditionalCheckFailedException"


def command(event, context):
    account, body = event["pathParameters"]["id"], json.loads(event["body"])
    past = EVENTS.query(KeyConditionExpression=Key("aggregate_id").eq(account), ConsistentRead=True)["Items"]
    if sum(one["amount"] for one in past) + body["amount"] < 0:
        return {"statusCode": 422}
    try:
        EVENTS.put_item(
            Item={
                "aggregate_id": account, "version": len(past) + 1, "amount": body["amount"],
                "at": datetime.datetime.now(datetime.timezone.utc).isoformat()},
            ConditionExpression="attribute_not_exists(version)")
    except ClientError as error:
        if error.response["Error"]["Code"] == CONFLICT:
            return {"statusCode": 409}
        raise
    return {"statusCode": 202, "body": "{}"}


def project(event, context):
    if event.get("replay") == "clear":
        for item in MODEL.scan()["Items"]:
            MODEL.delete_item(Key={"id": item["id"]})
        return {"replay": "cleared"}
    for record in event["Records"]:
        image = record["dynamodb"]["NewImage"]
        apply(image["aggregate_id"]["S"], int(image["version"]["N"]), int(image["amount"]["N"]))
    return None


def apply(account, version, amount):
    before = {":before": version - 1}
    condition = {} if IS_NAIVE else {
        "ConditionExpression": "version = :before" if version > 1 else "attribute_not_exists(id) OR version = :before"}
    try:
        MODEL.update_item(
            Key={"id": account}, UpdateExpression="SET version = :version ADD balance :amount",
            ExpressionAttributeValues={":version": version, ":amount": amount, **(before if condition else {})},
            **condition)
    except ClientError as error:
        if error.response["Error"]["Code"] != CONFLICT:
            raise


def query(event, context):
    found = MODEL.get_item(Key={"id": event["pathParameters"]["id"]}, ConsistentRead=True).get("Item")
    if not found:
        return {"statusCode": 404}
    return {"statusCode": 200, "body": json.dumps({"balance": int(found["balance"]), "version": int(found["version"])})}
