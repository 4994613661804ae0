"""What loopback stands for."""

import json

from world import Case, Function, allow, client, name, role

READING = """
import os
import boto3

S3 = boto3.client("s3")


def handler(event, context):
    return S3.get_object(Bucket=os.environ["BUCKET"], Key="key")["Body"].read().decode()
"""


class SecureTransport(Case):
    def test_a_bucket_that_refuses_plain_http_is_open_to_a_role(self):
        bucket = name("bucket")
        s3, arn = client("s3"), f"arn:aws:s3:::{bucket}"
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="key", Body=b"content")
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [{
            "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}))
        function = Function(READING, Role=role(allow("s3:GetObject", f"{arn}/*")), Timeout=20,
                            Environment={"Variables": {"BUCKET": bucket}})
        self.assertEqual(function.invoke().value, "content")
