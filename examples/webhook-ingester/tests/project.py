"""Loads the worker with a stand-in for DynamoDB, so that the tests need neither an account nor boto3."""

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
MODULES = ("webhook", "effect", "worker")
SETTINGS = {"TABLE": "effects", "POWERTOOLS_SERVICE_NAME": "tests"}
CONTEXT = SimpleNamespace(
    function_name="worker", memory_limit_in_mb=128, invoked_function_arn="arn", aws_request_id="request-1"
)


class ConditionalCheckFailed(Exception):
    """What DynamoDB answers when the condition of a write does not hold."""


@dataclass
class FakeDynamoDB:
    """What the worker uses of DynamoDB, in memory: it obeys the expressions, so a test sees what they really say."""

    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    # Ids whose writes fail, as when the table is throttled.
    out_of_order: set[str] = field(default_factory=set)
    exceptions = SimpleNamespace(ConditionalCheckFailedException=ConditionalCheckFailed)

    def client(self, service: str, config: Any) -> FakeDynamoDB:
        assert service == "dynamodb"
        return self

    def update_item(
        self,
        *,
        TableName: str,
        Key: dict[str, Any],
        UpdateExpression: str,
        ExpressionAttributeNames: dict[str, str],
        ExpressionAttributeValues: dict[str, Any],
        ConditionExpression: str = "",
    ) -> None:
        assert TableName == SETTINGS["TABLE"]
        key = Key["id"]["S"]
        if key in self.out_of_order:
            raise TimeoutError("DynamoDB does not answer")
        item = dict(self.items.get(key, {}))
        for name in re.findall(r"attribute_not_exists\((#\w+)\)", ConditionExpression):
            if ExpressionAttributeNames[name] in item:
                raise ConditionalCheckFailed
        sets, _, adds = UpdateExpression.removeprefix("SET ").partition(" ADD ")
        for clause in sets.split(", "):
            name, value = clause.split(" = ")
            item[ExpressionAttributeNames[name]] = ExpressionAttributeValues[value]
        name, value = adds.split(" ")
        before = int(item.get(ExpressionAttributeNames[name], {"N": "0"})["N"])
        item[ExpressionAttributeNames[name]] = {"N": str(before + int(ExpressionAttributeValues[value]["N"]))}
        self.items[key] = Key | item


@contextmanager
def project(aws: FakeDynamoDB | None = None) -> Iterator[SimpleNamespace]:
    """The modules of the worker: `webhook`, `effect` and `worker`."""
    boto3, config = ModuleType("boto3"), ModuleType("botocore.config")
    boto3.client = (aws or FakeDynamoDB()).client  # type: ignore[attr-defined]
    config.Config = dict  # type: ignore[attr-defined]
    stand_ins = {"boto3": boto3, "botocore": ModuleType("botocore"), "botocore.config": config}
    with (
        mock.patch.dict(os.environ, SETTINGS),
        mock.patch.dict(sys.modules, stand_ins),
        mock.patch.object(sys, "path", [str(FUNCTIONS), *sys.path]),
    ):
        for module in MODULES:
            sys.modules.pop(module, None)
        yield SimpleNamespace(**{module: importlib.import_module(module) for module in MODULES})


def run(modules: SimpleNamespace, *records: dict[str, Any]) -> tuple[list[str], list[dict[str, Any]]]:
    """The message ids that the worker names as failed, and the lines that it logs."""
    with mock.patch.object(modules.worker.LOGGER.registered_handler, "stream", io.StringIO()) as log:
        answer = modules.worker.handler({"Records": list(records)}, CONTEXT)
    failed = [item["itemIdentifier"] for item in answer["batchItemFailures"]]
    return failed, [json.loads(line) for line in log.getvalue().splitlines()]


def record(message: str, body: Any, received: int = 1) -> dict[str, Any]:
    """A message as Lambda hands it over; the body may be text or what becomes JSON."""
    return {
        "messageId": message,
        "receiptHandle": "handle",
        "body": body if isinstance(body, str) else json.dumps(body),
        "attributes": {"ApproximateReceiveCount": str(received)},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:webhooks",
        "awsRegion": "us-east-1",
    }


def charge(id: str, amount: Any = 1, currency: Any = "eur") -> dict[str, Any]:
    """A webhook that tells of a charge."""
    return {"id": id, "type": "charge.succeeded", "data": {"object": {"amount": amount, "currency": currency}}}
