"""Transcode worker: stores each uploaded video in another size."""

from __future__ import annotations

import os
from typing import Any

import boto3

from upload import Upload, log, told, uploads_in
from work import transcode

# Made once for each execution environment, not once for each event.
S3 = boto3.client("s3")
HEIGHT = int(os.environ["HEIGHT"])
RESULT_BUCKET = os.environ["RESULT_BUCKET"]
RESULT_PREFIX = os.environ["RESULT_PREFIX"]
UPLOAD_PREFIX = os.environ["UPLOAD_PREFIX"]


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda calls this for each event; an exception makes Lambda try again and then use the queue."""
    uploads = uploads_in(event)
    if not uploads:
        log("no upload in this event", context)
    return {"results": [work_on(upload, context) for upload in uploads]}


def work_on(upload: Upload, context: Any) -> str:
    """Does the work for one upload. Done twice, it leaves the same result under the same key."""
    with told(upload, context):
        content = S3.get_object(Bucket=upload.bucket, Key=upload.key)["Body"].read()
        key = f"{RESULT_PREFIX}{upload.key.removeprefix(UPLOAD_PREFIX)}.gz"
        body = transcode(content, HEIGHT)
        S3.put_object(Bucket=RESULT_BUCKET, Key=key, Body=body, ContentType="application/gzip")
        log("result written", context, upload, result=f"s3://{RESULT_BUCKET}/{key}")
        return key
