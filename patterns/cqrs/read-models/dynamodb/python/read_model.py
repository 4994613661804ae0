"""The read model in DynamoDB: a table with one item for each account, and an index of them by balance."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from accounts import Account
from documents import KNOWN, WRITTEN, Search, Written, document_of

INDEX = "by-balance"
# The index keeps all accounts under one key, to have them in one order. A key takes about a thousand writes a second:
# who needs more spreads the accounts over several keys and merges their pages.
COLLECTION = {"S": "accounts"}
NUMBERS = {"balance", "version"}
DELETES_AT_ONCE = 25
PAUSE_SECONDS = 0.1


class ReadTable:
    """The table of the accounts."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, account: str) -> dict[str, Any] | None:
        # Consistent, so that whoever has seen a version never sees an older one afterwards.
        found = self._client.get_item(TableName=self._table, Key={"id": {"S": account}}, ConsistentRead=True)
        return document_in(found["Item"]) if "Item" in found else None

    def search(self, search: Search) -> list[dict[str, Any]]:
        found = self._client.query(TableName=self._table, IndexName=INDEX, **query_of(search))
        return [document_in(item) for item in found["Items"]]

    def write(self, accounts: Iterable[Account]) -> Written:
        written = Written()
        for account in accounts:
            written.outcomes[account.id] = WRITTEN if self._put(account) else KNOWN
        return written

    def _put(self, account: Account) -> bool:
        try:
            self._client.put_item(
                TableName=self._table,
                Item=item_of(account),
                # An older state, or the same one again, changes nothing.
                ConditionExpression="attribute_not_exists(id) OR version < :version",
                ExpressionAttributeValues={":version": {"N": str(account.version)}},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def clear(self) -> None:
        # Should the time not suffice, the next call deletes the rest.
        pages = self._client.get_paginator("scan").paginate(TableName=self._table, ProjectionExpression="id")
        for page in pages:
            for keys in parts(page["Items"], DELETES_AT_ONCE):
                self._delete(keys)

    def _delete(self, keys: list[dict[str, Any]]) -> None:
        requests = {self._table: [{"DeleteRequest": {"Key": key}} for key in keys]}
        while requests:
            requests = self._client.batch_write_item(RequestItems=requests).get("UnprocessedItems")
            if requests:
                time.sleep(PAUSE_SECONDS)


def parts(items: list[Any], size: int) -> Iterator[list[Any]]:
    """The items in parts of at most this size."""
    return (items[start : start + size] for start in range(0, len(items), size))


def item_of(account: Account) -> dict[str, dict[str, str]]:
    """An account as DynamoDB wants it: numbers travel as text."""
    document = document_of(account)
    return {"collection": COLLECTION} | {
        name: {"N": str(value)} if name in NUMBERS else {"S": value} for name, value in document.items()
    }


def document_in(item: dict[str, dict[str, str]]) -> dict[str, Any]:
    """The document in an item, without what belongs to the index alone."""
    names = ("id", "balance", "version", "opened_at", "updated_at")
    return {name: int(item[name]["N"]) if name in NUMBERS else item[name]["S"] for name in names}


def query_of(search: Search) -> dict[str, Any]:
    """The search in DynamoDB's own language."""
    condition = "#collection = :collection"
    values: dict[str, dict[str, str]] = {":collection": COLLECTION}
    if search.minimum is not None:
        values[":minimum"] = {"N": str(search.minimum)}
    if search.maximum is not None:
        values[":maximum"] = {"N": str(search.maximum)}
    if search.minimum is not None and search.maximum is not None:
        condition += " AND balance BETWEEN :minimum AND :maximum"
    elif search.minimum is not None:
        condition += " AND balance >= :minimum"
    elif search.maximum is not None:
        condition += " AND balance <= :maximum"
    query: dict[str, Any] = {
        "KeyConditionExpression": condition,
        # COLLECTION is a word of DynamoDB's own.
        "ExpressionAttributeNames": {"#collection": "collection"},
        "ExpressionAttributeValues": values,
        "ScanIndexForward": not search.is_descending,
        "Limit": search.limit,
    }
    if search.after:
        balance, account = search.after
        query["ExclusiveStartKey"] = {"collection": COLLECTION, "balance": {"N": str(balance)}, "id": {"S": account}}
    return query


def connect() -> ReadTable:
    """The read model of this project. The client gives up well before the function's time is over."""
    retries = {"mode": "standard", "total_max_attempts": 3}
    config = Config(connect_timeout=1, read_timeout=3, retries=retries)
    return ReadTable(boto3.client("dynamodb", config=config), os.environ["READ_TABLE"])
