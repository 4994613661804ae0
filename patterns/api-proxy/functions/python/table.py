"""Items of the table and calls to DynamoDB, for every function; knows nothing of HTTP but the problems it can meet."""

from __future__ import annotations

import re
import secrets
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from versions import conflict
from web import Problem, Request, not_found

Item = dict[str, str | int]

# The members of an item, in the order in which they are answered. Those that are not given are absent.
MEMBERS = ("id", "title", "note", "quantity", "version", "created_at", "updated_at")
THROTTLED = {
    "LimitExceededException",
    "ProvisionedThroughputExceeded",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingError",
    "ThrottlingException",
}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def client() -> Any:
    """A client that gives up well before the function's time is over."""
    retries = {"mode": "standard", "total_max_attempts": 3}
    return boto3.client("dynamodb", config=Config(connect_timeout=1, read_timeout=2, retries=retries))


def new_id() -> str:
    """A UUID of version 7 (RFC 9562): it begins with the time, so ids sort as they were made."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def id_in(request: Request) -> str:
    """The id in the path. What cannot be an id is not looked for."""
    value = request.parameters.get("id", "")
    if not UUID.fullmatch(value):
        raise not_found()
    return value


def now() -> str:
    """This moment as ISO 8601 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_attributes(item: dict[str, str | int]) -> dict[str, dict[str, str]]:
    """Values as DynamoDB's low-level interface wants them: numbers travel as text."""
    return {name: {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in item.items()}


def from_attributes(attributes: dict[str, dict[str, str]]) -> Item:
    """An item as it is answered, without what belongs to the table alone."""
    present = ((name, attributes[name]) for name in MEMBERS if name in attributes)
    return {name: int(value["N"]) if "N" in value else value["S"] for name, value in present}


@contextmanager
def calling() -> Iterator[None]:
    """Around a call: throttling that outlasts the client's retries is told to the caller as such."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in THROTTLED or THROTTLED & set(reasons(error)):
            raise Problem(
                503, "overloaded", "Overloaded", "try again in a moment", headers={"retry-after": "1"}
            ) from error
        raise


@contextmanager
def changing() -> Iterator[None]:
    """Around a change to one item: if its condition does not hold, the item is gone or has another version."""
    try:
        with calling():
            yield
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        raise (conflict() if error.response.get("Item") else not_found()) from error


def reasons(error: ClientError) -> list[str]:
    """Why a transaction was cancelled: one code for each of its actions."""
    return [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
