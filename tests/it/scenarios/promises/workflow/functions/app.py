"""Work that needs a file, and a question that somebody else answers."""

import os

import boto3

S3 = boto3.client("s3")


class Missing(Exception):
    """The file is not there yet."""


def work(event, context):
    found = S3.list_objects_v2(Bucket=os.environ["BUCKET"], Prefix=event["source"])
    if not found.get("KeyCount"):
        raise Missing(event["source"])
    return {"bytes": found["Contents"][0]["Size"]}


def ask(event, context):
    return {"asked": bool(event["proof"])}
