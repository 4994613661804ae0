"""DELETE of one item; with If-Match, only if nobody else has changed it meanwhile."""

from __future__ import annotations

import os
from typing import Any

from table import changing, client, id_in
from versions import expected_version
from web import Answer, Request, answering

# Made once for each execution environment, not once for each request.
DYNAMODB = client()
TABLE = os.environ["TABLE"]
COLLECTION = os.environ["COLLECTION"]


def delete(request: Request) -> Answer:
    """Deletes what is there; a second time there is nothing to delete, and the caller is told."""
    expected = expected_version(request)
    item_id = id_in(request)
    with changing():
        DYNAMODB.delete_item(**deletion(item_id, expected))
    return Answer(204, about=item_id)


def deletion(item_id: str, expected: int | None) -> dict[str, Any]:
    """What deletes the item in the expected version, or in any."""
    request: dict[str, Any] = {
        "TableName": TABLE,
        "Key": {"collection": {"S": COLLECTION}, "id": {"S": item_id}},
        "ConditionExpression": "attribute_exists(id)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    if expected is not None:
        request["ConditionExpression"] += " AND #version = :expected"
        request["ExpressionAttributeNames"] = {"#version": "version"}
        request["ExpressionAttributeValues"] = {":expected": {"N": str(expected)}}
    return request


handler = answering(delete)
