"""Compensate: undoes what the execution did of a job, and only that. Done twice, it leaves the same."""

from __future__ import annotations

import os
from typing import Any

import boto3
from aws_lambda_powertools import Logger

from job import Job, job_in, now

# Made once for each execution environment, not once for each job.
S3 = boto3.client("s3")
DYNAMODB = boto3.client("dynamodb")
BUCKET = os.environ["BUCKET"]
TABLE = os.environ["TABLE"]
# What goes wrong in a function comes with its whole stack trace.
LONGEST_CAUSE = 1000
# Whoever answers for a task may leave out both.
DEFAULTS = {"Error": "TaskFailed", "Cause": "no cause was given"}
# Service name and level come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL.
LOGGER = Logger(use_rfc3339=True)


@LOGGER.inject_lambda_context(correlation_id_path="execution")
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The workflow calls this when it gives up."""
    if not event:
        # Such as slsx coldstart-bench sends: it asks for nothing.
        return {}
    job, error = job_in(event), failure_in(event)
    with LOGGER.append_context_keys(job=job.name):
        if not is_undone(job, error):
            LOGGER.info("job belongs to another execution")
            return {"job": job.name, "status": "left", "error": error}
        LOGGER.info("job compensated", extra={"error": error["Error"]})
        return {"job": job.name, "status": "compensated", "error": error}


def failure_in(event: dict[str, Any]) -> dict[str, str]:
    """What the workflow keeps of the failure, and what it was not told."""
    return {name: event["error"].get(name) or default for name, default in DEFAULTS.items()}


def is_undone(job: Job, error: dict[str, str]) -> bool:
    """Removes the result and says so in the job's item; False if the job belongs to another execution."""
    # Until the result is gone, nobody may take the job: it would be their result that is removed.
    if not is_marked(job, "compensating", error):
        return False
    # Deleting what is not there is no error.
    S3.delete_object(Bucket=BUCKET, Key=job.result)
    return is_marked(job, "compensated", error)


def is_marked(job: Job, status: str, error: dict[str, str]) -> bool:
    """Gives the job this status; False, and nothing done, if it belongs to another execution."""
    try:
        DYNAMODB.update_item(
            TableName=TABLE,
            Key={"job": {"S": job.name}},
            ConditionExpression="attribute_not_exists(#job) OR #execution = :execution",
            UpdateExpression=(
                "SET #status = :status, #execution = :execution, #error = :error, #cause = :cause, "
                "#updated_at = :updated_at REMOVE #result"
            ),
            ExpressionAttributeNames={
                "#job": "job",
                "#status": "status",
                "#execution": "execution",
                "#error": "error",
                "#cause": "cause",
                "#updated_at": "updated_at",
                "#result": "result",
            },
            ExpressionAttributeValues={
                ":status": {"S": status},
                ":execution": {"S": job.execution},
                ":error": {"S": error["Error"]},
                ":cause": {"S": error["Cause"][:LONGEST_CAUSE]},
                ":updated_at": {"S": now()},
            },
        )
    except DYNAMODB.exceptions.ConditionalCheckFailedException:
        return False
    return True
