"""The account that a request is about. Looks at nothing but the path."""

from __future__ import annotations

import re

from web import Request, not_found

ACCOUNT = re.compile(r"[A-Za-z0-9_-]{1,64}")


def account_in(request: Request) -> str:
    """The account's id in the path. What cannot be an id is not looked for."""
    account = request.parameters.get("id", "")
    if not ACCOUNT.fullmatch(account):
        raise not_found()
    return account
