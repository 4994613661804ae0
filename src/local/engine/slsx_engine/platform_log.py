"""The lines Lambda itself writes about an execution environment, in text and in JSON; pure, no I/O.

Formats: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html (START, END, REPORT),
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html (INIT_REPORT),
https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html (platform.*).
"""

import datetime
import json
import math
from dataclasses import dataclass
from typing import List, Optional

from .output import Line

ON_DEMAND = "on-demand"
PROVISIONED = "provisioned-concurrency"
SNAP_START = "snap-start"
SUCCESS, TIMEOUT, FAILED = "success", "timeout", "error"
_INFO, _DEBUG, _WARN = "INFO", "DEBUG", "WARN"
_LEVELS = (_DEBUG, _INFO, _WARN)


@dataclass
class Initialization:
    """The Init phase of an execution environment."""

    kind: str
    started_ms: int
    duration_ms: float
    lines: List[Line]
    status: str = SUCCESS
    error_type: str = ""
    is_logged: bool = False
    """Its lines were written when the environment was prepared, before any invocation."""


@dataclass
class Invocation:
    """One invocation, from the moment the runtime took the event until it reported the result."""

    request_id: str
    started_ms: int
    ended_ms: int
    duration_ms: float
    max_memory_mb: int
    lines: List[Line]
    status: str = SUCCESS
    error_type: str = ""
    is_platform_error: bool = False
    init: Optional[Initialization] = None
    """Present for the first invocation of an environment only."""


def billed_ms(invocation):
    """Milliseconds that are billed: since August 2025 the Init phase of an on-demand environment too.

    https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
    """
    init = invocation.init
    billed_init = init.duration_ms if init and init.kind == ON_DEMAND else 0
    # A float such as 416.00000000000006 must not be billed as 417.
    return max(1, math.ceil(round(invocation.duration_ms + billed_init, 4)))


def initialization_lines(init, function):
    """INIT_START, what the code wrote while it was loaded, and INIT_REPORT where AWS writes one."""
    if init is None or init.is_logged:
        return []
    lines = [Line(init.started_ms, _init_start(init, function))] if _shows(function, _INFO) else []
    lines += init.lines
    # INIT_REPORT appears for environments prepared in advance and for failures only.
    if init.kind != ON_DEMAND or init.status != SUCCESS:
        level = _INFO if init.status == SUCCESS else _WARN
        if _shows(function, level):
            lines.append(Line(init.started_ms + round(init.duration_ms), _init_report(init, function)))
    return lines


def invocation_lines(invocation, function):
    """START, what the code wrote, END and REPORT."""
    lines = []
    if _shows(function, _INFO):
        lines.append(Line(invocation.started_ms, _start(invocation, function)))
    lines += invocation.lines
    if not function.logs_json:
        lines.append(Line(invocation.ended_ms, f"END RequestId: {invocation.request_id}"))
    elif _shows(function, _DEBUG if invocation.status == SUCCESS else _WARN):
        lines.append(Line(invocation.ended_ms, _runtime_done(invocation)))
    if _shows(function, _INFO if invocation.status == SUCCESS else _WARN):
        lines.append(Line(invocation.ended_ms, _report(invocation, function)))
    return lines


def _shows(function, level):
    """Whether the function's SystemLogLevel lets a platform event of this level through; text has no levels.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    """
    wanted = function.system_log_level if function.system_log_level in _LEVELS else _INFO
    return not function.logs_json or _LEVELS.index(level) >= _LEVELS.index(wanted)


def _init_start(init, function):
    if function.logs_json:
        return _json(init.started_ms, "platform.initStart", {
            "initializationType": init.kind, "phase": "init", "runtimeVersion": function.runtime_version,
            "runtimeVersionArn": function.runtime_version_arn, "functionName": function.name,
            "functionVersion": function.version})
    return (f"INIT_START Runtime Version: {function.runtime_version}\t"
            f"Runtime Version ARN: {function.runtime_version_arn}")


def _init_report(init, function):
    if function.logs_json:
        return _json(init.started_ms + round(init.duration_ms), "platform.initReport", {
            "initializationType": init.kind, "phase": "init", **_status(init),
            "metrics": {"durationMs": round(init.duration_ms, 3)}})
    return (f"INIT_REPORT Init Duration: {init.duration_ms:.2f} ms\tPhase: init\tStatus: {init.status}"
            + (f"\tError Type: {init.error_type}" if init.error_type else ""))


def _start(invocation, function):
    if function.logs_json:
        return _json(invocation.started_ms, "platform.start", {
            "requestId": invocation.request_id, "version": function.version})
    return f"START RequestId: {invocation.request_id} Version: {function.version}"


def _runtime_done(invocation):
    return _json(invocation.ended_ms, "platform.runtimeDone", {
        "requestId": invocation.request_id, **_status(invocation),
        "metrics": {"durationMs": round(invocation.duration_ms, 3)}})


def _report(invocation, function):
    init = invocation.init if invocation.init and invocation.init.status != FAILED else None
    if function.logs_json:
        return _json(invocation.ended_ms, "platform.report", {
            "requestId": invocation.request_id, **_status(invocation),
            "metrics": {
                "durationMs": round(invocation.duration_ms, 3), "billedDurationMs": billed_ms(invocation),
                "memorySizeMB": function.memory_mb, "maxMemoryUsedMB": invocation.max_memory_mb,
                **({"initDurationMs": round(init.duration_ms, 3)} if init else {})}})
    fields = [
        f"REPORT RequestId: {invocation.request_id}", f"Duration: {invocation.duration_ms:.2f} ms",
        f"Billed Duration: {billed_ms(invocation)} ms", f"Memory Size: {function.memory_mb} MB",
        f"Max Memory Used: {invocation.max_memory_mb} MB"]
    if init:
        fields.append(f"Init Duration: {init.duration_ms:.2f} ms")
    if invocation.status == TIMEOUT:
        fields.append("Status: timeout")
    elif invocation.is_platform_error:
        fields += ["Status: error", f"Error Type: {invocation.error_type}"]
    return "\t".join(fields) + "\t"


def _status(phase):
    return {"status": phase.status, **({"errorType": phase.error_type} if phase.error_type else {})}


def _json(timestamp, kind, record):
    return json.dumps({"time": iso_time(timestamp), "type": kind, "record": record}, separators=(",", ":"))


def iso_time(timestamp):
    """`timestamp` (milliseconds since 1970) as Lambda writes times, such as 2026-11-22T10:00:00.123Z."""
    moment = datetime.datetime.fromtimestamp(timestamp / 1000, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{timestamp % 1000:03d}Z"
