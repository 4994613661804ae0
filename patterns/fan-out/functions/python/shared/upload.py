"""Which uploads an event tells of, and log lines that can be traced. The same file in every worker."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Iterator
from urllib.parse import unquote_plus

SERVICE = os.environ["POWERTOOLS_SERVICE_NAME"]
WORKER = os.environ["WORKER"]


@dataclass(frozen=True)
class Upload:
    """One object that somebody put into the upload bucket."""

    bucket: str
    key: str
    # S3's id of the upload request: the same in the log lines of every worker.
    correlation_id: str


def uploads_in(event: dict[str, Any]) -> list[Upload]:
    """The uploads of one event, from SNS or from EventBridge.

    None for the `s3:TestEvent` that S3 sends once, when the notification is set up.
    """
    if event.get("source") == "aws.s3":
        return [_from_eventbridge(event["detail"])]
    return [_from_s3(record) for record in _s3_records(event)]


def _s3_records(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for record in event.get("Records", []):
        yield from json.loads(record["Sns"]["Message"]).get("Records", [])


def _from_s3(record: dict[str, Any]) -> Upload:
    # S3 notifications carry the key URL-encoded, with `+` for a space.
    key = unquote_plus(record["s3"]["object"]["key"])
    correlation_id = record.get("responseElements", {}).get("x-amz-request-id", key)
    return Upload(record["s3"]["bucket"]["name"], key, correlation_id)


def _from_eventbridge(detail: dict[str, Any]) -> Upload:
    # EventBridge carries the key as it is.
    key = detail["object"]["key"]
    return Upload(detail["bucket"]["name"], key, detail.get("request-id", key))


@contextmanager
def told(upload: Upload, context: Any) -> Iterator[None]:
    """Writes that the work on an upload begins, and why it failed if it does."""
    log("upload received", context, upload)
    try:
        yield
    except Exception as error:
        log("upload failed", context, upload, level="ERROR", reason=str(error))
        raise


def log(message: str, context: Any, upload: Upload | None = None, level: str = "INFO", **fields: Any) -> None:
    """Writes one line of JSON, which CloudWatch Logs Insights splits into fields by itself."""
    line = {"timestamp": _now(), "level": level, "message": message, "service": SERVICE, "worker": WORKER}
    line["aws_request_id"] = context.aws_request_id
    if upload is not None:
        line |= {"object_key": upload.key, "correlation_id": upload.correlation_id}
    print(json.dumps(line | fields), flush=True)


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
