"""PUT of one item: replaces its content, if nobody else has changed it meanwhile."""

from __future__ import annotations

import os
from typing import Any

import content
from content import Content
from table import changing, client, from_attributes, id_in, now, to_attributes
from versions import expected_version, require_if_match, tag_of
from web import Answer, Request, answering, json_answer, json_of, parsed, require_json

# Made once for each execution environment, not once for each request.
DYNAMODB = client()
TABLE = os.environ["TABLE"]
COLLECTION = os.environ["COLLECTION"]


def update(request: Request) -> Answer:
    """Writes only over the version that the caller has seen; DynamoDB compares and writes in one step."""
    require_json(request)
    require_if_match(request)
    expected = expected_version(request)
    given = content.checked(parsed(request))
    item_id = id_in(request)
    with changing():
        written = DYNAMODB.update_item(**replacement(item_id, given, expected))
    item = from_attributes(written["Attributes"])
    return json_answer(200, json_of(item), {"etag": tag_of(int(item["version"]))}, about=item_id)


def replacement(item_id: str, given: Content, expected: int | None) -> dict[str, Any]:
    """What sets the given members, removes the others, and counts the version up."""
    absent = [name for name in content.MEMBERS if name not in given]
    changes = to_attributes({**given, "updated_at": now()})
    sets = [f"#{name} = :{name}" for name in changes] + ["#version = #version + :one"]
    removes = f" REMOVE {', '.join(f'#{name}' for name in absent)}" if absent else ""
    values = {f":{name}": value for name, value in changes.items()} | {":one": {"N": "1"}}
    condition = "attribute_exists(#id)"
    if expected is not None:
        condition, values = f"{condition} AND #version = :expected", values | {":expected": {"N": str(expected)}}
    return {
        "TableName": TABLE,
        "Key": {"collection": {"S": COLLECTION}, "id": {"S": item_id}},
        "UpdateExpression": f"SET {', '.join(sets)}{removes}",
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {f"#{name}": name for name in [*changes, *absent, "version", "id"]},
        "ExpressionAttributeValues": values,
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


handler = answering(update)
