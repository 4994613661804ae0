"""The events in DynamoDB: read whole, in order and consistently; only ever appended. Decides nothing."""

from __future__ import annotations

from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from accounts import Broken, Event


class Events(Protocol):
    """What the functions need of the events."""

    def of(self, account: str) -> list[Event]:
        """All events of an account, in order."""

    def append(self, event: Event) -> bool:
        """Adds an event, unless its version is taken: then nothing is changed, and the answer is False."""


class EventTable:
    """Events as items: the account is the partition key, the version the sort key."""

    def __init__(self, table: str) -> None:
        # Gives up well before the function's time is over.
        retries = {"mode": "standard", "total_max_attempts": 3}
        self._client = boto3.client("dynamodb", config=Config(connect_timeout=1, read_timeout=3, retries=retries))
        self._table = table

    def of(self, account: str) -> list[Event]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="aggregate_id = :account",
            ExpressionAttributeValues={":account": {"S": account}},
            # Without this the newest events may be missing: a projector woken by the stream would miss its own event.
            ConsistentRead=True,
        )
        return [event_of(item) for page in pages for item in page["Items"]]

    def append(self, event: Event) -> bool:
        try:
            self._client.put_item(
                TableName=self._table,
                Item=item_of(event),
                # Of two commands that saw the same events, only one can append the next version.
                ConditionExpression="attribute_not_exists(version)",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True


def item_of(event: Event) -> dict[str, dict[str, str]]:
    """An event as DynamoDB wants it: numbers travel as text."""
    return {
        "aggregate_id": {"S": event.account},
        "version": {"N": str(event.version)},
        "type": {"S": event.type},
        "amount": {"N": str(event.amount)},
        "at": {"S": event.at},
        "command_id": {"S": event.command_id},
        "correlation_id": {"S": event.correlation_id},
    }


def event_of(item: dict[str, Any]) -> Event:
    """The event in an item; an item that is none is no reason to guess."""
    try:
        return Event(
            account=item["aggregate_id"]["S"],
            version=int(item["version"]["N"]),
            type=item["type"]["S"],
            amount=int(item["amount"]["N"]),
            at=item["at"]["S"],
            command_id=item["command_id"]["S"],
            correlation_id=item["correlation_id"]["S"],
        )
    except (KeyError, TypeError, ValueError) as error:
        version = item.get("version", {}).get("N", "?")
        raise Broken(f"version {version} is not an event: {error!r}") from error
