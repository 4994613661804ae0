"""Calls the functions as API Gateway does, with a stand-in for DynamoDB, and holds every answer against the contract."""

from __future__ import annotations

import base64
import importlib
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

from tests.contract import COLLECTION, ROOT, check_answer
from tests.dynamodb import ClientError, FakeDynamoDB

FUNCTIONS = ROOT / "functions"
MODULES = sorted(path.stem for path in FUNCTIONS.glob("*.py"))
ROUTES = {"create": "POST", "read": "GET", "list": "GET", "update": "PUT", "delete": "DELETE"}
STAGE = "/v1"
CONTEXT = SimpleNamespace(
    function_name="f", memory_limit_in_mb=128, invoked_function_arn="arn", aws_request_id="invocation-1"
)
SETTINGS = {
    "TABLE": "items",
    "KEYS_TABLE": "keys",
    "COLLECTION": "things",
    "POWERTOOLS_SERVICE_NAME": "tests",
    "ALLOWED_ORIGIN": "",
}


@dataclass
class Result:
    """An answer, and the lines that were logged on the way to it."""

    status: int
    headers: dict[str, str]
    body: Any
    text: str
    log: list[dict[str, Any]]

    @property
    def problem(self) -> str:
        """The last part of the problem's type."""
        return str(self.body["type"]).removeprefix("urn:problem-type:")


@dataclass
class Project:
    """The functions, and the table they share."""

    modules: dict[str, ModuleType]
    aws: FakeDynamoDB
    api: str = "http"

    def call(
        self,
        name: str,
        body: Any = None,
        *,
        id: str | None = None,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        is_base64: bool = False,
    ) -> Result:
        """Calls one function; a body that is no text is sent as JSON."""
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        event = {"http": http_event, "rest": rest_event}[self.api](ROUTES[name], id, text, headers or {}, query)
        if is_base64:
            event |= {"body": base64.b64encode((text or "").encode()).decode(), "isBase64Encoded": True}
        return self.handle(name, event)

    def handle(self, name: str, event: dict[str, Any]) -> Result:
        """Hands an event to one function and holds the answer against the contract."""
        with redirect_stdout(io.StringIO()) as output:
            self.modules["web"].LOGGER.registered_handler.setStream(sys.stdout)
            answer = self.modules[name].handler(event, CONTEXT)
        check_answer(name, answer)
        text = answer["body"]
        lines = [json.loads(line) for line in output.getvalue().splitlines()]
        return Result(answer["statusCode"], answer["headers"], json.loads(text) if text else None, text, lines)

    def create(self, title: str = "first", **more: Any) -> dict[str, Any]:
        """Makes an item."""
        result = self.call("create", {"title": title} | more)
        assert result.status == 201, result
        return dict(result.body)


def http_event(
    method: str, item_id: str | None, body: str | None, headers: dict[str, str], query: dict[str, str] | None
) -> dict[str, Any]:
    """An event in payload format 2.0: names in lower case, and what is absent has no member."""
    event: dict[str, Any] = {
        "version": "2.0",
        "rawPath": path_of(item_id),
        "headers": {name.lower(): value for name, value in headers.items()},
        "requestContext": {"requestId": "request-1", "http": {"method": method, "path": path_of(item_id)}},
        "isBase64Encoded": False,
    }
    given = {"body": body, "queryStringParameters": query, "pathParameters": {"id": item_id} if item_id else None}
    return event | {name: value for name, value in given.items() if value is not None}


def rest_event(
    method: str, item_id: str | None, body: str | None, headers: dict[str, str], query: dict[str, str] | None
) -> dict[str, Any]:
    """An event in payload format 1.0: names as they were sent, and what is absent is null."""
    return {
        "version": "1.0",
        "httpMethod": method,
        "path": path_of(item_id),
        "headers": {name.title(): value for name, value in headers.items()} or None,
        "queryStringParameters": query,
        "pathParameters": {"id": item_id} if item_id else None,
        "requestContext": {"requestId": "request-1", "path": STAGE + path_of(item_id)},
        "body": body,
        "isBase64Encoded": False,
    }


def path_of(item_id: str | None) -> str:
    """The path of an item, or of the collection."""
    return f"{COLLECTION}/{item_id}" if item_id else COLLECTION


@contextmanager
def project(api: str = "http", **environment: str) -> Iterator[Project]:
    """The functions, loaded anew with these settings and an empty table."""
    aws = FakeDynamoDB()
    boto3, config, exceptions = (ModuleType(name) for name in ("boto3", "botocore.config", "botocore.exceptions"))
    boto3.client = lambda _service, config: aws  # type: ignore[attr-defined]
    config.Config = SimpleNamespace  # type: ignore[attr-defined]
    exceptions.ClientError = ClientError  # type: ignore[attr-defined]
    stubs = {"boto3": boto3, "botocore": ModuleType("botocore"), "botocore.config": config} | {
        "botocore.exceptions": exceptions
    }
    with (
        mock.patch.dict(os.environ, SETTINGS | environment),
        mock.patch.dict(sys.modules, stubs),
        mock.patch.object(sys, "path", [str(FUNCTIONS), *sys.path]),
    ):
        for module in MODULES:
            sys.modules.pop(module, None)
        yield Project({module: importlib.import_module(module) for module in MODULES}, aws, api)
