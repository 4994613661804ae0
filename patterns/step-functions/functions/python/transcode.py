"""Transcode: makes the result of a job. Tried again by the same execution, it leaves the same result."""

from __future__ import annotations

import os
from typing import Any

import boto3
from aws_lambda_powertools import Logger

from job import InvalidJob, InvalidVideo, Job, JobExists, JobNotFree, SourceNotReady, job_in, now
from scaling import Scaled, scaled
from video import read_video

# Made once for each execution environment, not once for each job.
S3 = boto3.client("s3")
DYNAMODB = boto3.client("dynamodb")
BUCKET = os.environ["BUCKET"]
TABLE = os.environ["TABLE"]
HEIGHT = int(os.environ["HEIGHT"])
# Service name and level come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL.
LOGGER = Logger(use_rfc3339=True)


@LOGGER.inject_lambda_context(correlation_id_path="execution")
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The workflow calls this; it knows what to do by the class of the exception."""
    if not event:
        # Such as slsx coldstart-bench sends: it asks for nothing.
        return {}
    with LOGGER.append_context_keys(job=event.get("job")):
        try:
            return transcode(job_in(event))
        except SourceNotReady:
            LOGGER.info("source not ready", extra={"source": event["source"]})
            raise
        except JobNotFree:
            LOGGER.info("job not free")
            raise
        except (InvalidJob, InvalidVideo, JobExists) as error:
            LOGGER.error("transcode refused", extra={"error": type(error).__name__, "reason": str(error)})
            raise


def transcode(job: Job) -> dict[str, Any]:
    """Reads the source, makes the result, and says what it is."""
    video = scaled(read_video(source_of(job)), HEIGHT)
    # First the item: it says whose the job is, so that nobody writes over another's result.
    record(job, video)
    S3.put_object(Bucket=BUCKET, Key=job.result, Body=video.content, ContentType="application/gzip")
    facts = {"frames": video.frames, "bytes": len(video.content)}
    LOGGER.info("source transcoded", extra={"result": job.result, **facts})
    return {"job": job.name, "result": job.result, "width": video.width, "height": video.height, **facts}


def source_of(job: Job) -> bytes:
    """The uploaded video."""
    try:
        return S3.get_object(Bucket=BUCKET, Key=job.source)["Body"].read()
    except S3.exceptions.NoSuchKey as error:
        raise SourceNotReady(f"s3://{BUCKET}/{job.source} is not there yet") from error


def record(job: Job, video: Scaled) -> None:
    """Writes the job's item, unless the job belongs to another execution that did not give it up."""
    texts = {"job": job.name, "execution": job.execution, "source": job.source, "result": job.result}
    numbers = {"width": video.width, "height": video.height, "frames": video.frames, "bytes": len(video.content)}
    item = {name: {"S": text} for name, text in texts.items()} | {name: {"N": str(n)} for name, n in numbers.items()}
    try:
        DYNAMODB.put_item(
            TableName=TABLE,
            Item=item | {"status": {"S": "transcoded"}, "updated_at": {"S": now()}},
            ConditionExpression="attribute_not_exists(#job) OR #execution = :execution OR #status = :compensated",
            ExpressionAttributeNames={"#job": "job", "#execution": "execution", "#status": "status"},
            ExpressionAttributeValues={":execution": {"S": job.execution}, ":compensated": {"S": "compensated"}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except DYNAMODB.exceptions.ConditionalCheckFailedException as error:
        if error.response.get("Item", {}).get("status") == {"S": "compensating"}:
            raise JobNotFree(f"job {job.name} is being undone by another execution") from error
        raise JobExists(f"job {job.name} belongs to another execution") from error
