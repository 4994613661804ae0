"""Finds the functions, and stands in for what they need, so that the tests need no account. Holds no test."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).parent.parent
CONTEXT = SimpleNamespace(
    aws_request_id="function-request-1",
    function_name="function",
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:function",
    memory_limit_in_mb=512,
)
SETTINGS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "session",
    "EVENTS_TABLE": "events",
    "POWERTOOLS_SERVICE_NAME": "accounts",
    "READ_TABLE": "accounts",
    "SEARCH_ENDPOINT": "search.example.com",
}
# The modules read their settings when they are imported.
os.environ.update(SETTINGS)
os.environ.pop("AWS_PROFILE", None)
sys.path.insert(0, str(ROOT / "functions"))

from accounts import Account, Event  # noqa: E402
from documents import KNOWN, WRITTEN, Search, Written, document_of  # noqa: E402


class MemoryEvents:
    """Events in memory. `before_append` runs before each append: what others do meanwhile."""

    def __init__(self, events: Iterable[Event] = (), before_append: Callable[[], None] = lambda: None) -> None:
        self.all = list(events)
        self.before_append = before_append

    def of(self, account: str) -> list[Event]:
        return [event for event in self.all if event.account == account]

    def append(self, event: Event) -> bool:
        self.before_append()
        if any(other.version == event.version for other in self.of(event.account)):
            return False
        self.all.append(event)
        return True


class MemoryReadModel:
    """A read model in memory; documents of the accounts in `refused` cannot be written."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        self.refused: set[str] = set()
        self.searches: list[Search] = []

    def get(self, account: str) -> dict[str, Any] | None:
        return self.documents.get(account)

    def search(self, search: Search) -> list[dict[str, Any]]:
        self.searches.append(search)
        found = sorted(self.documents.values(), key=lambda document: document["balance"], reverse=search.is_descending)
        return found[: search.limit]

    def write(self, accounts: Iterable[Account]) -> Written:
        written = Written()
        for account in accounts:
            if account.id in self.refused:
                written.failures[account.id] = "refused"
            elif self.documents.get(account.id, {}).get("version", 0) < account.version:
                self.documents[account.id] = document_of(account)
                written.outcomes[account.id] = WRITTEN
            else:
                written.outcomes[account.id] = KNOWN
        return written

    def clear(self) -> None:
        self.documents.clear()


def event(account: str, version: int, amount: int) -> Event:
    """An event that a command of this version may have led to."""
    kind = "deposited" if amount > 0 else "withdrawn"
    at = f"2026-01-01T00:00:{version:02}.000Z"
    return Event(account, version, kind, amount, at, f"command-{version}", f"request-{account}-{version}")


def sample(name: str) -> dict[str, Any]:
    """One of the project's sample events."""
    content: dict[str, Any] = json.loads((ROOT / "events" / f"{name}.json").read_text())
    return content


def request(method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **query: str) -> dict[str, Any]:
    """What the HTTP API hands to a function."""
    parts = path.strip("/").split("/")
    text = body if isinstance(body, str) else json.dumps(body)
    return {
        "version": "2.0",
        "rawPath": path,
        "headers": headers or {},
        "requestContext": {"requestId": "request-1", "http": {"method": method, "path": path}},
        "isBase64Encoded": False,
        **({"pathParameters": {"id": parts[1]}} if len(parts) > 1 else {}),
        **({"queryStringParameters": query} if query else {}),
        **({"body": text} if body is not None else {}),
    }


def stream(*events: Event) -> dict[str, Any]:
    """What the stream hands to the projector: one record for each event."""
    record = sample("stream")["Records"][0]
    return {"Records": [{**record, "dynamodb": change_of(event, record["dynamodb"])} for event in events]}


def change_of(event: Event, change: dict[str, Any]) -> dict[str, Any]:
    from event_store import item_of

    item = item_of(event)
    keys = {name: item[name] for name in ("aggregate_id", "version")}
    return {**change, "Keys": keys, "NewImage": item, "SequenceNumber": f"{event.account}-{event.version}"}


def logged(logger: Any, work: Callable[[], Any]) -> tuple[Any, list[dict[str, Any]]]:
    """What the work returns, and the lines that it logs."""
    lines, handler = io.StringIO(), logger.registered_handler
    stream = handler.setStream(lines)
    try:
        result = work()
    finally:
        handler.setStream(stream)
    return result, [json.loads(line) for line in lines.getvalue().splitlines()]
