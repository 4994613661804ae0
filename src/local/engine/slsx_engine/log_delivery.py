"""Writes what environments logged to CloudWatch Logs.

AWS: one log stream per execution environment, named in AWS_LAMBDA_LOG_STREAM_NAME; every event carries the moment it
was logged; the execution role needs `logs:CreateLogStream` and `logs:PutLogEvents`, else nothing is written.
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
Stock: a new stream with another name for every invocation, every event stamped when the invocation was over, no role
asked.
"""

import logging
import time
import uuid

from ministack.services import cloudwatch_logs

from . import anchors, authorization

_log = logging.getLogger("slsx.engine")


def deliver(function, stream_name, lines):
    """Append `lines` to the function's log group if its role may."""
    if not lines:
        return
    denied = _denied_action(function, stream_name)
    if denied:
        _log.warning("%s: no logs, the role %s may not call %s on %s",
                     function.name, function.role_name, denied, function.log_group)
        return
    append(function.log_group, stream_name, lines)


def append(group_name, stream_name, lines):
    """Append `lines` to a stream; group and stream come into being when they are missing."""
    stream = _stream(_group(group_name), stream_name)
    ingested = int(time.time() * 1000)
    cloudwatch_logs._append_log_events(stream, [
        {"timestamp": line.timestamp, "message": line.text, "ingestionTime": ingested, "eventId": str(uuid.uuid4())}
        for line in lines])
    cloudwatch_logs._fanout_to_subscription_filters(
        group_name, stream_name, [{"timestamp": line.timestamp, "message": line.text} for line in lines])


def _group(name):
    # In one step: two environments may end at once.
    return cloudwatch_logs._log_groups.setdefault(name, {
        "arn": cloudwatch_logs._make_group_arn(name), "creationTime": int(time.time() * 1000),
        "retentionInDays": None, "tags": {}, "subscriptionFilters": {}, "streams": {}})


def _stream(group, name):
    return group["streams"].setdefault(name, {
        "events": [], "uploadSequenceToken": "1", "creationTime": int(time.time() * 1000),
        "firstEventTimestamp": None, "lastEventTimestamp": None, "lastIngestionTime": None})


def _denied_action(function, stream_name):
    """The first call Lambda would make for the function and its role does not allow."""
    group_arn = f"arn:aws:logs:{function.region}:{function.account}:log-group:{function.log_group}"
    stream_arn = f"{group_arn}:log-stream:{stream_name}"
    needed = [("logs:CreateLogStream", stream_arn), ("logs:PutLogEvents", stream_arn)]
    if function.log_group not in cloudwatch_logs._log_groups:
        needed.insert(0, ("logs:CreateLogGroup", group_arn))
    return next((action for action, resource in needed if not authorization.role_may(function, action, resource)), None)


def apply():
    """Check what this file uses; the invocations call it."""
    for name in ("_append_log_events", "_fanout_to_subscription_filters", "_log_groups", "_make_group_arn"):
        anchors.require(cloudwatch_logs, name)
