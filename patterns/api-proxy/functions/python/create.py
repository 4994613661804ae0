"""POST: makes a new item. With an idempotency key, a request that is sent again makes no second one."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time

from botocore.exceptions import ClientError

from content import Content, checked
from table import MEMBERS, Item, calling, client, new_id, now, reasons, to_attributes
from versions import tag_of
from web import Answer, Problem, Request, answering, invalid_request, json_answer, json_of, parsed, require_json

# Made once for each execution environment, not once for each request.
DYNAMODB = client()
TABLE = os.environ["TABLE"]
KEYS_TABLE = os.environ["KEYS_TABLE"]
COLLECTION = os.environ["COLLECTION"]

# How long a key is remembered: as long as a client may reasonably go on trying.
KEY_SECONDS = 24 * 60 * 60
KEY = re.compile(r"[\x21-\x7e]{1,255}")


def create(request: Request) -> Answer:
    """Checks the content and stores it as the first version of a new item."""
    require_json(request)
    key = idempotency_key(request)
    content = checked(parsed(request))
    moment = now()
    given: Item = {"id": new_id(), **content, "version": 1, "created_at": moment, "updated_at": moment}
    item = {name: given[name] for name in MEMBERS if name in given}
    if key is not None:
        return create_once(request, key, content, item)
    with calling():
        DYNAMODB.put_item(TableName=TABLE, **put_of(item))
    return created(request, json_of(item))


def create_once(request: Request, key: str, content: Content, item: Item) -> Answer:
    """Stores the item together with its key: both or neither, so that no failure comes between them."""
    body, fingerprint = json_of(item), fingerprint_of(content)
    seconds = int(time.time())
    record: Item = {"key": key, "fingerprint": fingerprint, "answer": body, "expires_at": seconds + KEY_SECONDS}
    remember = {
        "TableName": KEYS_TABLE,
        "Item": to_attributes(record),
        # DynamoDB deletes expired keys in its own time, which may be days later.
        "ConditionExpression": "attribute_not_exists(#key) OR expires_at < :now",
        "ExpressionAttributeNames": {"#key": "key"},
        "ExpressionAttributeValues": {":now": {"N": str(seconds)}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    try:
        with calling():
            DYNAMODB.transact_write_items(
                TransactItems=[{"Put": {"TableName": TABLE, **put_of(item)}}, {"Put": remember}]
            )
    except ClientError as error:
        return repeated(request, fingerprint, error)
    return created(request, body)


def repeated(request: Request, fingerprint: str, error: ClientError) -> Answer:
    """The first answer again, if the request is the same as it was then."""
    codes = reasons(error)
    if "TransactionConflict" in codes:
        raise Problem(
            409,
            "request-in-progress",
            "Request in progress",
            "another request is using this idempotency key right now",
            headers={"retry-after": "1"},
        ) from error
    if codes[1:] != ["ConditionalCheckFailed"]:
        raise error
    first = error.response["CancellationReasons"][1]["Item"]
    if first["fingerprint"]["S"] != fingerprint:
        raise Problem(
            422,
            "idempotency-key-reused",
            "Idempotency key reused",
            "this idempotency key was used with other content",
        ) from error
    answer = created(request, first["answer"]["S"])
    return Answer(answer.status, answer.body, answer.headers | {"idempotent-replayed": "true"}, answer.about)


def created(request: Request, body: str) -> Answer:
    """The answer that tells of a new item."""
    item = json.loads(body)
    headers = {"location": f"{request.path.rstrip('/')}/{item['id']}", "etag": tag_of(item["version"])}
    return json_answer(201, body, headers, about=item["id"])


def put_of(item: Item) -> dict[str, object]:
    """What puts a new item, and never over another one."""
    return {
        "Item": to_attributes({"collection": COLLECTION, **item}),
        "ConditionExpression": "attribute_not_exists(id)",
    }


def idempotency_key(request: Request) -> str | None:
    """The key under which the caller may send this request again."""
    key = request.headers.get("idempotency-key")
    if key is not None and not KEY.fullmatch(key):
        raise invalid_request(header="idempotency-key", detail="must have 1 to 255 printable ASCII characters")
    return key


def fingerprint_of(content: Content) -> str:
    """The same for the same content, in whatever order and layout it was sent."""
    canonical = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


handler = answering(create)
