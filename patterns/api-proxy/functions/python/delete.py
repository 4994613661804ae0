"""DELETE of one item; with If-Match, only if nobody else has changed it meanwhile."""

from __future__ import annotations

import os
from typing import Any

from botocore.exceptions import ClientError

from table import calling, client, id_in, is_condition_failure
from versions import conflict, expected_version
from web import Answer, Request, answering, not_found

# Made once for each execution environment, not once for each request.
DYNAMODB = client()
TABLE = os.environ["TABLE"]
COLLECTION = os.environ["COLLECTION"]


def delete(request: Request) -> Answer:
    """Deletes what is there; a second time there is nothing to delete, and the caller is told."""
    expected = expected_version(request)
    item_id = id_in(request)
    try:
        with calling():
            DYNAMODB.delete_item(**deletion(item_id, expected))
    except ClientError as error:
        if not is_condition_failure(error):
            raise
        raise conflict() if error.response.get("Item") else not_found()
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
