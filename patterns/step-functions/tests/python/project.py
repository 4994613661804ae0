"""Loads the functions with stand-ins for S3 and DynamoDB, so that the tests need neither an account nor boto3."""

from __future__ import annotations

import importlib
import io
import json
import os
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Iterator
from unittest import mock

ROOT = Path(__file__).parent.parent
FUNCTIONS = ROOT / "functions"
SAMPLE = (ROOT / "events" / "sample.y4m").read_bytes()
MODULES = ("job", "video", "scaling", "transcode", "compensate")
SETTINGS = {"BUCKET": "media", "TABLE": "jobs", "HEIGHT": "36", "POWERTOOLS_SERVICE_NAME": "tests"}
CONTEXT = SimpleNamespace(function_name="f", memory_limit_in_mb=128, invoked_function_arn="arn", aws_request_id="request-1")


class NoSuchKey(Exception):
    """What S3 answers when an object is not there."""


class ConditionalCheckFailed(Exception):
    """What DynamoDB answers when the condition of a write does not hold, with the item if it was asked for."""

    def __init__(self, item: dict[str, Any] | None) -> None:
        self.response = {"Item": item} if item else {}


@dataclass
class FakeAws:
    """What the functions use of S3 and DynamoDB, in memory: expressions are obeyed, so a test sees what they say."""

    objects: dict[str, bytes] = field(default_factory=dict)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    exceptions = SimpleNamespace(NoSuchKey=NoSuchKey, ConditionalCheckFailedException=ConditionalCheckFailed)

    def client(self, _service: str) -> FakeAws:
        return self

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        assert Bucket == SETTINGS["BUCKET"]
        if Key not in self.objects:
            raise NoSuchKey
        return {"Body": io.BytesIO(self.objects[Key])}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str) -> None:
        assert (Bucket, ContentType) == (SETTINGS["BUCKET"], "application/gzip")
        self.objects[Key] = Body

    def delete_object(self, *, Bucket: str, Key: str) -> None:
        assert Bucket == SETTINGS["BUCKET"]
        self.objects.pop(Key, None)

    def put_item(self, *, TableName: str, Item: dict[str, Any], **expressions: Any) -> None:
        self._check(TableName, Item["job"]["S"], expressions)
        self.items[Item["job"]["S"]] = Item

    def update_item(self, *, TableName: str, Key: dict[str, Any], UpdateExpression: str, **expressions: Any) -> None:
        self._check(TableName, Key["job"]["S"], expressions)
        names, values = expressions["ExpressionAttributeNames"], expressions["ExpressionAttributeValues"]
        item = dict(self.items.get(Key["job"]["S"], Key))
        sets, _, removes = UpdateExpression.removeprefix("SET ").partition(" REMOVE ")
        for clause in sets.split(", "):
            name, value = clause.split(" = ")
            item[names[name]] = values[value]
        for name in removes.split(", "):
            item.pop(names[name], None)
        self.items[Key["job"]["S"]] = item

    def _check(self, table: str, key: str, expressions: dict[str, Any]) -> None:
        assert table == SETTINGS["TABLE"]
        item = self.items.get(key, {})
        if not any(self._holds(term, item, expressions) for term in expressions["ConditionExpression"].split(" OR ")):
            wants_item = expressions.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
            raise ConditionalCheckFailed(item if wants_item else None)

    def _holds(self, term: str, item: dict[str, Any], expressions: dict[str, Any]) -> bool:
        names, values = expressions["ExpressionAttributeNames"], expressions["ExpressionAttributeValues"]
        if found := re.fullmatch(r"attribute_not_exists\((#\w+)\)", term):
            return names[found[1]] not in item
        name, value = term.split(" = ")
        return item.get(names[name]) == values[value]


@contextmanager
def project(aws: FakeAws | None = None) -> Iterator[SimpleNamespace]:
    """The modules of the functions, by name."""
    boto3 = ModuleType("boto3")
    boto3.client = (aws or FakeAws()).client  # type: ignore[attr-defined]
    with (
        mock.patch.dict(os.environ, SETTINGS),
        mock.patch.dict(sys.modules, {"boto3": boto3}),
        mock.patch.object(sys, "path", [str(FUNCTIONS), *sys.path]),
    ):
        for module in MODULES:
            sys.modules.pop(module, None)
        yield SimpleNamespace(**{module: importlib.import_module(module) for module in MODULES})


@dataclass
class Result:
    """What a function answered, or the name and text of what it raised, and the lines that it logged."""

    answer: dict[str, Any]
    error: str
    reason: str
    log: list[dict[str, Any]]


def run(function: ModuleType, event: dict[str, Any]) -> Result:
    """Calls a function as the workflow does."""
    answer, error, reason = {}, "", ""
    with mock.patch.object(function.LOGGER.registered_handler, "stream", io.StringIO()) as log:
        try:
            answer = function.handler(event, CONTEXT)
        except Exception as raised:
            # Lambda tells Step Functions the name of the class.
            error, reason = type(raised).__name__, str(raised)
    return Result(answer, error, reason, [json.loads(line) for line in log.getvalue().splitlines()])


def event(job: Any = "j", source: Any = "uploads/j.y4m", execution: str = "execution-1", **more: Any) -> dict[str, Any]:
    """What the workflow hands to a function."""
    return {"job": job, "source": source, "execution": execution, **more}


def failed(error: str = "InvalidVideo", cause: str = "not a Y4M video") -> dict[str, str]:
    """What the workflow keeps of a failure."""
    return {"Error": error, "Cause": cause}


def video(*frames: bytes, width: int) -> bytes:
    """A Y4M file of the given frames."""
    height = len(frames[0]) // width
    return b"".join([f"YUV4MPEG2 W{width} H{height} F2:1 Cmono\n".encode(), *(b"FRAME\n" + frame for frame in frames)])
