"""Loads a worker with stand-ins for AWS, so that the tests need neither an account nor boto3."""

from __future__ import annotations

import importlib
import io
import json
import os
import sys
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Iterator
from unittest import mock
from urllib.parse import quote_plus

ROOT = Path(__file__).parent.parent
FUNCTIONS = ROOT / "functions"
SAMPLE = (ROOT / "events" / "sample.y4m").read_bytes()
CONTEXT = SimpleNamespace(aws_request_id="request-1")


@dataclass
class FakeAws:
    """What the workers use of S3 and DynamoDB, in memory."""

    objects: dict[tuple[str, str], bytes] = field(default_factory=dict)
    items: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def client(self, _service: str) -> FakeAws:
        return self

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        return {"Body": io.BytesIO(self.objects[Bucket, Key])}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str) -> None:
        self.objects[Bucket, Key] = Body

    def put_item(self, *, TableName: str, Item: dict[str, Any]) -> None:
        self.items.setdefault(TableName, []).append(Item)


@contextmanager
def worker(name: str, aws: FakeAws | None = None, **environment: str) -> Iterator[SimpleNamespace]:
    """The modules of one worker: `app`, `work`, `upload` and `video`."""
    folder = FUNCTIONS / name
    boto3 = ModuleType("boto3")
    boto3.client = (aws or FakeAws()).client  # type: ignore[attr-defined]
    settings = {
        "HEIGHT": "144",
        "POWERTOOLS_SERVICE_NAME": "tests",
        "RESULT_BUCKET": "results",
        "RESULT_PREFIX": f"{name}/",
        "TABLE": "catalog",
        "UPLOAD_PREFIX": "uploads/",
        "WORKER": name,
    }
    names = sorted(path.stem for path in folder.glob("*.py"))
    # Every worker has modules of these names: those of another worker must not be found.
    with (
        mock.patch.dict(os.environ, settings | environment),
        mock.patch.dict(sys.modules, {"boto3": boto3}),
        mock.patch.object(sys, "path", [str(folder), *sys.path]),
    ):
        for module in names:
            sys.modules.pop(module, None)
        importlib.invalidate_caches()
        yield SimpleNamespace(**{module: importlib.import_module(module) for module in names})


@contextmanager
def logged() -> Iterator[list[dict[str, Any]]]:
    """The lines that are logged meanwhile, there at its end whatever happens."""
    lines: list[dict[str, Any]] = []
    with redirect_stdout(io.StringIO()) as output:
        try:
            yield lines
        finally:
            lines.extend(json.loads(line) for line in output.getvalue().splitlines())


def run(app: ModuleType, event: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the handler returns, and the lines that it logs."""
    with logged() as lines:
        result = app.handler(event, CONTEXT)
    return result, lines


def from_sns(*keys: str) -> dict[str, Any]:
    """The event that SNS delivers for the upload of these keys."""
    message = {
        "Records": [
            {
                "s3": {"bucket": {"name": "uploads"}, "object": {"key": quote_plus(key)}},
                "responseElements": {"x-amz-request-id": "upload-1"},
            }
            for key in keys
        ]
    }
    return {"Records": [{"Sns": {"Message": json.dumps(message)}}]}


def from_eventbridge(key: str) -> dict[str, Any]:
    """The event that EventBridge delivers for the upload of this key."""
    return {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": {"bucket": {"name": "uploads"}, "object": {"key": key}, "request-id": "upload-1"},
    }


def video(*frames: bytes, width: int) -> bytes:
    """A Y4M file of the given frames."""
    height = len(frames[0]) // width
    return b"".join([f"YUV4MPEG2 W{width} H{height} F2:1 Cmono\n".encode(), *(b"FRAME\n" + frame for frame in frames)])
