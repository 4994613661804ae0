"""Copies the head of each uploaded picture, which holds its embedded preview."""

import urllib.parse

import boto3

s3 = boto3.client("s3")
PREVIEW_BYTES = 64 * 1024


def handler(event, _context):
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])
        picture = s3.get_object(Bucket=bucket, Key=key)["Body"].read(PREVIEW_BYTES)
        s3.put_object(Bucket=bucket, Key=key.replace("originals/", "previews/", 1), Body=picture)
