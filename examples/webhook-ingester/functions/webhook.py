"""What a charge of the payment provider looks like; knows neither the queue nor the table."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")
CURRENCY = re.compile(r"[a-z]{3}")
LARGEST_AMOUNT = 10**12


class InvalidWebhook(Exception):
    """The body is no webhook, and will not become one by trying again."""


@dataclass(frozen=True)
class Webhook:
    """One thing that happened elsewhere. Its sender may tell us more than once, always with the same id."""

    id: str
    type: str
    amount: int
    currency: str


def webhook_in(body: str) -> Webhook:
    """Reads a body; members that nobody knows here are left alone, as senders add some."""
    members = _members(body)
    charge = _charge(members.get("data"))
    return Webhook(
        _id(members.get("id")),
        _type(members.get("type")),
        _amount(charge.get("amount")),
        _currency(charge.get("currency")),
    )


def _members(body: str) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidWebhook("the body is not JSON") from error
    if not isinstance(value, dict):
        raise InvalidWebhook("the body is not an object")
    return value


def _charge(data: object) -> dict[str, Any]:
    """The provider wraps what the event is about: `{"data": {"object": {...}}}`."""
    charge = data.get("object") if isinstance(data, dict) else None
    if isinstance(charge, dict):
        return charge
    raise InvalidWebhook("data.object must be an object")


def _currency(value: object) -> str:
    if isinstance(value, str) and CURRENCY.fullmatch(value):
        return value
    raise InvalidWebhook("currency must be three small letters, as in ISO 4217")


def _id(value: object) -> str:
    if isinstance(value, str) and ID.fullmatch(value):
        return value
    raise InvalidWebhook("id must have 1 to 128 letters, digits or ._:-")


def _type(value: object) -> str:
    if isinstance(value, str) and TYPE.fullmatch(value):
        return value
    raise InvalidWebhook("type must have 1 to 100 letters, digits or ._:-")


def _amount(value: object) -> int:
    # JSON has one kind of number, so 1.0 is an integer; for Python, True is one as well.
    is_whole = isinstance(value, float) and value.is_integer() or isinstance(value, int) and not isinstance(value, bool)
    if is_whole and abs(value) <= LARGEST_AMOUNT:  # type: ignore[arg-type]
        return int(value)  # type: ignore[call-overload]
    raise InvalidWebhook(f"amount must be an integer from -{LARGEST_AMOUNT} to {LARGEST_AMOUNT}")
