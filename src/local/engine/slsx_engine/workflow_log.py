"""Writes the history of an execution to the log group of its state machine.

https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
Stock: keeps the setting and writes nothing.
"""

import json
import logging
import time
from datetime import datetime, timezone

from ministack.services import cloudwatch_logs, stepfunctions

from . import log_delivery, workflow_roles
from .output import Line

_ERRORS = ("Failed", "TimedOut", "Aborted")
_PAYLOADS = ("input", "output", "parameters", "inputDetails", "outputDetails")

_log = logging.getLogger("slsx.engine")


def deliver(machine, execution):
    """Write what the level of the machine asks for."""
    settings = machine.get("loggingConfiguration") or {}
    level = settings.get("level") or "OFF"
    group = next((found for found in map(_group, settings.get("destinations") or []) if found), None)
    if level == "OFF" or group is None:
        return
    if group not in cloudwatch_logs._log_groups or not workflow_roles.may_log(machine):
        _log.warning("%s: nothing logged to %s", execution["executionArn"], group)
        return
    started = datetime.fromtimestamp(_milliseconds(execution["startDate"]) / 1000, timezone.utc)
    stream = f"states/{machine['name']}/{started:%Y-%m-%d-%H-%M}/{execution['executionArn'].split(':')[-1][:8]}"
    lines = [_line(event, execution, settings) for event in execution["events"] if _is_wanted(event["type"], level)]
    log_delivery.append(group, stream, lines)


def _group(destination):
    arn = ((destination.get("cloudWatchLogsLogGroup") or destination.get("CloudWatchLogsLogGroup") or {}))
    parts = (arn.get("logGroupArn") or arn.get("LogGroupArn") or "").split(":")
    return parts[6] if len(parts) > 6 else None


def _is_wanted(event_type, level):
    if level == "ALL":
        return True
    is_error = event_type.endswith(_ERRORS) or event_type == "FailStateEntered"
    return is_error and (level == "ERROR" or event_type.startswith("Execution"))


def _line(event, execution, settings):
    details = next((value for name, value in event.items() if name.endswith("EventDetails")), {})
    if not (settings.get("includeExecutionData") or settings.get("IncludeExecutionData")):
        details = {name: value for name, value in details.items() if name not in _PAYLOADS}
    moment = _milliseconds(event["timestamp"])
    return Line(moment, json.dumps({
        "id": str(event["id"]), "type": event["type"], "details": details,
        "previous_event_id": str(event["previousEventId"]), "event_timestamp": str(moment),
        "execution_arn": execution["executionArn"], "redrive_count": "0"}, ensure_ascii=False))


def _milliseconds(iso):
    moment = stepfunctions._iso_to_epoch_ms(iso)
    return int(time.time() * 1000) if moment is None else moment
