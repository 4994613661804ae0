"""Record worker: keeps an item about each uploaded video in the catalog table."""

from __future__ import annotations

import os
from typing import Any

import boto3

from upload import Upload, log, told, uploads_in
from work import describe

# Made once for each execution environment, not once for each event.
S3 = boto3.client("s3")
DYNAMODB = boto3.client("dynamodb")
TABLE = os.environ["TABLE"]
WORKER = os.environ["WORKER"]


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda calls this for each event; an exception makes Lambda try again and then use the queue."""
    uploads = uploads_in(event)
    if not uploads:
        log("no upload in this event", context)
    return {"results": [work_on(upload, context) for upload in uploads]}


def work_on(upload: Upload, context: Any) -> str:
    """Does the work for one upload. Done twice, it leaves the same item under the same key."""
    with told(upload, context):
        content = S3.get_object(Bucket=upload.bucket, Key=upload.key)["Body"].read()
        facts = {"object_key": upload.key, "worker": WORKER} | describe(content)
        DYNAMODB.put_item(TableName=TABLE, Item={name: attribute(value) for name, value in facts.items()})
        log("result written", context, upload, result=f"dynamodb://{TABLE}/{upload.key}")
        return upload.key


def attribute(value: str | int) -> dict[str, str]:
    """A value as DynamoDB's low-level interface wants it: numbers travel as text."""
    return {"N": str(value)} if isinstance(value, int) else {"S": value}
