"""What a request for a command may look like. Knows nothing of what the command does."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from accounts import Command
from web import Problem, Request, invalid_request, parsed

KEY = re.compile(r"[\x21-\x7e]{1,255}")
TYPES = ("deposit", "withdraw")
MAXIMUM_AMOUNT = 1_000_000_000


def command_in(request: Request) -> Command:
    """The command of the request; else a problem that names every error at once."""
    key = request.headers.get("idempotency-key")
    if key is not None and not KEY.fullmatch(key):
        raise invalid_request(header="idempotency-key", detail="must have 1 to 255 printable ASCII characters")
    content = parsed(request)
    if not isinstance(content, dict):
        raise invalid([{"pointer": "#", "detail": "must be an object"}])
    if errors := errors_in(content):
        raise invalid(errors)
    # Without a key of its own, each request is a command of its own.
    return Command(key or request.id, content["type"], int(content["amount"]))


def errors_in(content: dict[str, Any]) -> list[dict[str, str]]:
    """What is wrong with the members of a command."""
    errors = []
    if "type" not in content:
        errors.append({"pointer": "#/type", "detail": "is required"})
    elif content["type"] not in TYPES:
        errors.append({"pointer": "#/type", "detail": "must be deposit or withdraw"})
    if "amount" not in content:
        errors.append({"pointer": "#/amount", "detail": "is required"})
    elif not is_amount(content["amount"]):
        errors.append({"pointer": "#/amount", "detail": f"must be an integer from 1 to {MAXIMUM_AMOUNT}"})
    unknown = sorted(content.keys() - {"type", "amount"})
    return errors + [{"pointer": pointer(name), "detail": "is not known"} for name in unknown]


def is_amount(value: Any) -> bool:
    """Whether the value is a whole number in the range; 1.0 is whole to JSON, true is no number."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 1 <= value <= MAXIMUM_AMOUNT and value == int(value)


def pointer(name: str) -> str:
    """A JSON pointer to a member, as the fragment of a URI."""
    escaped = name.replace("~", "~0").replace("/", "~1")
    return "#/" + quote(escaped, safe="", errors="replace")


def invalid(errors: list[dict[str, str]]) -> Problem:
    """Content that is JSON, but no command."""
    return Problem(422, "invalid-content", "the content does not have the expected members", errors=errors)
