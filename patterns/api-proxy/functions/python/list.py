"""GET of the collection, newest first, a page at a time."""

from __future__ import annotations

import base64
import os
import re
from typing import Any

from table import UUID, calling, client, from_attributes
from web import Answer, Request, answering, invalid_request, json_answer, json_of

# Made once for each execution environment, not once for each request.
DYNAMODB = client()
TABLE = os.environ["TABLE"]
COLLECTION = os.environ["COLLECTION"]

DEFAULT_LIMIT = 20
LIMIT = re.compile(r"[1-9][0-9]?|100")
# Tokens begin with the version of their form, so that a later one can tell them apart.
TOKEN = re.compile(rf"1:({UUID.pattern})")


def read_page(request: Request) -> Answer:
    """One page, and a token for the next one if there is more."""
    limit = limit_in(request)
    # One more than asked for: whether there is a next page is known without an empty last one.
    with calling():
        items = DYNAMODB.query(**query(token_in(request), limit + 1))["Items"]
    page: dict[str, Any] = {"items": [from_attributes(item) for item in items[:limit]]}
    if len(items) > limit:
        page["next"] = token_after(page["items"][-1]["id"])
    return json_answer(200, json_of(page))


def query(after: str | None, limit: int) -> dict[str, Any]:
    """The items of the collection after the given one; ids begin with the time, so the newest come first."""
    condition, values = "#collection = :collection", {":collection": {"S": COLLECTION}}
    if after is not None:
        condition, values = f"{condition} AND id < :after", values | {":after": {"S": after}}
    return {
        "TableName": TABLE,
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": {"#collection": "collection"},
        "ExpressionAttributeValues": values,
        "ScanIndexForward": False,
        "Limit": limit,
    }


def limit_in(request: Request) -> int:
    """How many items the caller wants at once."""
    value = request.query.get("limit", str(DEFAULT_LIMIT))
    if not LIMIT.fullmatch(value):
        raise invalid_request(parameter="limit", detail="must be an integer from 1 to 100")
    return int(value)


def token_after(item_id: str) -> str:
    """A token for the page after this item."""
    return base64.urlsafe_b64encode(f"1:{item_id}".encode()).decode().rstrip("=")


def token_in(request: Request) -> str | None:
    """The item after which the page begins, or None for the first page."""
    token = request.query.get("next")
    if token is None:
        return None
    try:
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        text = ""
    found = TOKEN.fullmatch(text)
    # Several texts decode to the same: only the one that is written here is a token.
    if not found or token_after(found[1]) != token:
        raise invalid_request(parameter="next", detail="is not a token of this list")
    return found[1]


handler = answering(read_page)
