"""What a webhook does here: one item in a table. It knows nothing of queues, and takes place once per webhook."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from webhook import Webhook


def take_effect(dynamodb: Any, table: str, webhook: Webhook, message: str) -> bool:
    """Writes the item unless it is there; says whether it was this call that wrote it.

    The queue delivers at least once, and senders send again what they are not sure of. The condition makes both
    harmless. `times` counts how often the effect took place: more than 1 would tell that the condition is gone.
    """
    try:
        dynamodb.update_item(
            TableName=table,
            Key={"id": {"S": webhook.id}},
            ConditionExpression="attribute_not_exists(#id)",
            UpdateExpression="SET #type = :type, #amount = :amount, #currency = :currency, #message = :message, #at = :at ADD #times :one",
            ExpressionAttributeNames={
                "#id": "id",
                "#type": "type",
                "#amount": "amount",
                "#currency": "currency",
                "#message": "message",
                "#at": "at",
                "#times": "times",
            },
            ExpressionAttributeValues={
                ":type": {"S": webhook.type},
                ":amount": {"N": str(webhook.amount)},
                ":currency": {"S": webhook.currency},
                ":message": {"S": message},
                ":at": {"S": _now()},
                ":one": {"N": "1"},
            },
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
