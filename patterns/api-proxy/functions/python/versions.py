"""Versions of items as entity tags: who changes an item must name the version he has seen. Knows nothing of AWS."""

from __future__ import annotations

import re

from web import Problem, Request, invalid_request

ENTITY_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\U0010ffff]*)"')
VERSION = re.compile(r"[1-9][0-9]{0,17}")


def tag_of(version: int) -> str:
    """The strong entity tag of a version."""
    return f'"{version}"'


def expected_version(request: Request) -> int | None:
    """The version that If-Match names, or None if any version will do or none is named."""
    header = request.headers.get("if-match", "*").strip()
    if header == "*":
        return None
    tag = ENTITY_TAG.fullmatch(header)
    if not tag:
        raise invalid_request(header="if-match", detail="must be one entity tag or *")
    weak, value = tag.groups()
    if weak or not VERSION.fullmatch(value):
        # Well formed, but never a tag of ours: it cannot match.
        raise conflict()
    return int(value)


def require_if_match(request: Request) -> None:
    """Refuses a change that does not say which version it changes: it might undo somebody else's."""
    if "if-match" not in request.headers:
        raise Problem(
            428,
            "precondition-required",
            "Precondition required",
            "name the version to change in an if-match header",
        )


def is_known_to_caller(request: Request, version: int) -> bool:
    """Whether If-None-Match names this version, so that the caller has it already."""
    header = request.headers.get("if-none-match", "").strip()
    return header == "*" or any(tag[2] == str(version) for tag in ENTITY_TAG.finditer(header))


def conflict() -> Problem:
    """Somebody else was faster."""
    return Problem(412, "version-conflict", "Version conflict", "it has changed since the version named in if-match")
