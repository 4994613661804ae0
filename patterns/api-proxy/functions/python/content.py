"""What the content of the resource may be. To change it, change this, openapi.yaml and the table's members."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from web import Problem

Content = dict[str, str | int]


def checked(value: Any) -> Content:
    """The content, if it is as described; else a problem that names every error at once."""
    if not isinstance(value, dict):
        raise invalid([{"pointer": "#", "detail": "must be an object"}])
    content: Content = {}
    errors: list[dict[str, str]] = []
    for name, (is_required, check) in MEMBERS.items():
        try:
            if name in value:
                content[name] = check(value[name])
            elif is_required:
                raise ValueError("is required")
        except ValueError as error:
            errors.append({"pointer": pointer(name), "detail": str(error)})
    errors += [{"pointer": pointer(name), "detail": "is not known"} for name in sorted(value.keys() - MEMBERS.keys())]
    if errors:
        raise invalid(errors)
    return content


def text(minimum: int, maximum: int) -> Callable[[Any], str]:
    """A check for text of so many characters."""
    length = f"{minimum} to {maximum}" if minimum else f"at most {maximum}"

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError("must be a string")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise ValueError("must be well-formed text")
        if not minimum <= len(value) <= maximum:
            raise ValueError(f"must have {length} characters")
        return value

    return check


def integer(minimum: int, maximum: int) -> Callable[[Any], int]:
    """A check for a whole number in a range."""

    def check(value: Any) -> int:
        # A bool is an int to Python, but not to JSON; 1.0 is an integer to JSON.
        is_whole = (
            isinstance(value, int) and not isinstance(value, bool) or isinstance(value, float) and value.is_integer()
        )
        if not is_whole or not minimum <= value <= maximum:
            raise ValueError(f"must be an integer from {minimum} to {maximum}")
        return int(value)

    return check


def pointer(name: str) -> str:
    """A JSON pointer to a member, as the fragment of a URI."""
    escaped = name.replace("~", "~0").replace("/", "~1")
    return "#/" + quote(escaped, safe="", errors="replace")


def invalid(errors: list[dict[str, str]]) -> Problem:
    """Content that is JSON, but not what is described."""
    return Problem(
        422, "invalid-content", "Invalid content", "the content does not have the expected members", errors=errors
    )


# Whether a member is required, and what it may be.
MEMBERS: dict[str, tuple[bool, Callable[[Any], str | int]]] = {
    "title": (True, text(1, 200)),
    "note": (False, text(0, 2000)),
    "quantity": (False, integer(1, 1_000_000)),
}
