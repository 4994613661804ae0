"""GET of one item, as it is now; a caller who has that version already is told so instead."""

from __future__ import annotations

import os

from table import calling, client, from_attributes, id_in
from versions import is_known_to_caller, tag_of
from web import Answer, Request, answering, json_answer, json_of, not_found

# Made once for each execution environment, not once for each request.
DYNAMODB = client()
TABLE = os.environ["TABLE"]
COLLECTION = os.environ["COLLECTION"]


def read(request: Request) -> Answer:
    """Reads consistently: the tag is what the caller will name when he changes the item."""
    item_id = id_in(request)
    key = {"collection": {"S": COLLECTION}, "id": {"S": item_id}}
    with calling():
        found = DYNAMODB.get_item(TableName=TABLE, Key=key, ConsistentRead=True)
    if "Item" not in found:
        raise not_found()
    item = from_attributes(found["Item"])
    version = int(item["version"])
    headers = {"etag": tag_of(version)}
    if is_known_to_caller(request, version):
        return Answer(304, headers={"cache-control": "no-cache"} | headers, about=item_id)
    return json_answer(200, json_of(item), headers, about=item_id)


handler = answering(read)
