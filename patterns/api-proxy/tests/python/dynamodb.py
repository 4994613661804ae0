"""The part of DynamoDB that the functions use, in memory. It knows the expressions they write, and no others."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

Attributes = dict[str, dict[str, str]]


class ClientError(Exception):
    """What boto3 raises, with the same response."""

    def __init__(self, code: str, **response: Any) -> None:
        super().__init__(code)
        self.response = {"Error": {"Code": code}} | response


class FakeDynamoDB:
    """Tables of items. `failures` are raised by the next calls, one by each."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[tuple[str, ...], Attributes]] = {"items": {}, "keys": {}}
        self.calls: list[str] = []
        self.failures: list[Exception] = []

    def called(self, name: str) -> None:
        self.calls.append(name)
        if self.failures:
            raise self.failures.pop(0)

    def put_item(self, **request: Any) -> None:
        self.called("PutItem")
        self.check(request)
        self.put(request)

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]]) -> None:
        self.called("TransactWriteItems")
        puts = [action["Put"] for action in TransactItems]
        reasons: list[dict[str, Any]] = []
        for put in puts:
            try:
                self.check(put)
                reasons.append({"Code": "None"})
            except ClientError as error:
                item = {"Item": error.response["Item"]} if "Item" in error.response else {}
                reasons.append({"Code": "ConditionalCheckFailed"} | item)
        if any(reason["Code"] != "None" for reason in reasons):
            raise ClientError("TransactionCanceledException", CancellationReasons=reasons)
        for put in puts:
            self.put(put)

    def get_item(self, *, TableName: str, Key: Attributes, ConsistentRead: bool) -> dict[str, Any]:
        self.called("GetItem")
        assert ConsistentRead
        found = self.tables[TableName].get(key_of(Key))
        return {"Item": deepcopy(found)} if found else {}

    def query(self, **request: Any) -> dict[str, Any]:
        self.called("Query")
        assert request["ScanIndexForward"] is False
        items = sorted(self.tables[request["TableName"]].values(), key=lambda item: item["id"]["S"], reverse=True)
        found = [item for item in items if holds(request["KeyConditionExpression"], item, request)]
        return {"Items": deepcopy(found[: request["Limit"]])}

    def update_item(self, **request: Any) -> dict[str, Any]:
        self.called("UpdateItem")
        self.check(request)
        key = key_of(request["Key"])
        item = self.tables[request["TableName"]].setdefault(key, dict(request["Key"]))
        sets, _, removes = request["UpdateExpression"].removeprefix("SET ").partition(" REMOVE ")
        for change in sets.split(", "):
            name, value = change.split(" = ")
            item[name_in(name, request)] = value_in(value, item, request)
        for name in removes.split(", ") if removes else []:
            item.pop(name_in(name, request), None)
        return {"Attributes": deepcopy(item)}

    def delete_item(self, **request: Any) -> None:
        self.called("DeleteItem")
        self.check(request)
        del self.tables[request["TableName"]][key_of(request["Key"])]

    def put(self, request: dict[str, Any]) -> None:
        self.tables[request["TableName"]][key_of(request["Item"])] = deepcopy(request["Item"])

    def check(self, request: dict[str, Any]) -> None:
        """Raises unless the condition of a write holds for the item that is there."""
        found = self.tables[request["TableName"]].get(key_of(request.get("Key") or request["Item"]))
        if not holds(request["ConditionExpression"], found or {}, request):
            wants_old = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
            raise ClientError("ConditionalCheckFailedException", **({"Item": found} if found and wants_old else {}))


def key_of(attributes: Attributes) -> tuple[str, ...]:
    """The key of an item of either table."""
    return tuple(attributes[name]["S"] for name in ("collection", "id", "key") if name in attributes)


def holds(expression: str, item: Attributes, request: dict[str, Any]) -> bool:
    """Whether a condition holds: comparisons and functions, joined by AND or by OR."""
    if " OR " in expression:
        return any(holds(part, item, request) for part in expression.split(" OR "))
    if " AND " in expression:
        return all(holds(part, item, request) for part in expression.split(" AND "))
    if found := re.fullmatch(r"attribute_(not_)?exists\((\S+)\)", expression):
        return (name_in(found[2], request) in item) is (found[1] is None)
    name, operator, value = expression.split(" ")
    name, given = name_in(name, request), request["ExpressionAttributeValues"][value]
    if name not in item:
        return False
    (left, right) = (int(x["N"]) if "N" in x else x["S"] for x in (item[name], given))
    return bool({"=": left == right, "<": left < right}[operator])


def name_in(name: str, request: dict[str, Any]) -> str:
    """The attribute that a name or its placeholder stands for."""
    return request["ExpressionAttributeNames"][name] if name.startswith("#") else name


def value_in(text: str, item: Attributes, request: dict[str, Any]) -> dict[str, str]:
    """The value of `:value` or of `#name + :value`."""
    name, _, added = text.rpartition(" + ")
    value: dict[str, str] = request["ExpressionAttributeValues"][added]
    return {"N": str(int(item[name_in(name, request)]["N"]) + int(value["N"]))} if name else value
