"""Whether an object exists is told only to those who may list the bucket."""

from ministack.core import iam_evaluator, router
from ministack.services import s3

from . import anchors, authorization

_READING = ("GET", "HEAD")


def apply():
    """Put the correction of this file in place."""
    for name in ("_parse_bucket_key", "_error", "_buckets"):
        anchors.require(s3, name)
    anchors.require(iam_evaluator, "enforce")
    anchors.require(router, "extract_access_key_id")
    anchors.replace(s3, "handle_request", deny_without_list)


def deny_without_list(stock):
    """A missing object is AccessDenied for callers without `s3:ListBucket`.

    AWS: "If you have the s3:ListBucket permission on the bucket, Amazon S3 returns an HTTP status code 404 error. If you
    don't, it returns 403". https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    Stock: always 404.
    """
    async def handle(method, path, headers, body, query_params, *arguments, **options):
        response = await stock(method, path, headers, body, query_params, *arguments, **options)
        if response[0] != 404 or method not in _READING or not authorization.is_enforced():
            return response
        bucket, key = s3._parse_bucket_key(path, headers)
        if not key or bucket not in s3._buckets:
            return response
        caller = router.extract_access_key_id(headers, query_params)
        if iam_evaluator.enforce(caller, "s3:ListBucket", "s3", s3.get_region(), f"arn:aws:s3:::{bucket}") is None:
            return response
        return s3._error("AccessDenied", "Access Denied", 403, f"/{bucket}/{key}")
    return handle
