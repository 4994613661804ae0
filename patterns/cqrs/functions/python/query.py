"""GET of one account or of many, from the read model alone. Never reads an event."""

from __future__ import annotations

import base64
import re

from account_id import account_in
from documents import ReadModel, Search
from read_model import connect
from web import Answer, Request, answering, invalid_request, json_answer, not_found

# Made once for each execution environment, not once for each request.
READ_MODEL = connect()

DEFAULT_LIMIT = 20
LIMIT = re.compile(r"[1-9][0-9]?|100")
BALANCE = re.compile(r"-?[0-9]{1,15}")
ORDERS = {"balance": False, "-balance": True}
# Tokens begin with the version of their form, so that a later one can tell them apart.
TOKEN = re.compile(r"1:(-?[0-9]{1,19}):([A-Za-z0-9_-]{1,64})")


def answer(request: Request, read_model: ReadModel) -> Answer:
    """Answers either route."""
    return read(request, read_model) if "id" in request.parameters else read_page(request, read_model)


def read(request: Request, read_model: ReadModel) -> Answer:
    """One account, as the projector last left it: its version says how many events it knows of."""
    account = account_in(request)
    document = read_model.get(account)
    if document is None:
        raise not_found()
    version = document["version"]
    return json_answer(200, document, {"etag": f'"{version}"'}, account=account, version=version)


def read_page(request: Request, read_model: ReadModel) -> Answer:
    """One page of accounts by balance, and a token for the next one if there is more."""
    limit = limit_in(request)
    # One more than asked for: whether there is a next page is known without an empty last one.
    documents = read_model.search(search_in(request, limit + 1))
    page: dict[str, object] = {"items": documents[:limit]}
    if len(documents) > limit:
        page["next"] = token_after(documents[limit - 1]["balance"], documents[limit - 1]["id"])
    return json_answer(200, page, items=len(documents[:limit]))


def search_in(request: Request, limit: int) -> Search:
    """What the caller looks for."""
    minimum, maximum = balance_in(request, "minimum_balance"), balance_in(request, "maximum_balance")
    if minimum is not None and maximum is not None and minimum > maximum:
        raise invalid_request(parameter="maximum_balance", detail="must not be less than minimum_balance")
    after = token_in(request)
    if after and not is_between(after[0], minimum, maximum):
        raise invalid_request(parameter="next", detail="is not a token of this list")
    return Search(minimum, maximum, order_in(request), limit, after)


def is_between(balance: int, minimum: int | None, maximum: int | None) -> bool:
    """Whether the balance is in the range, which may be open at either end."""
    return (minimum is None or minimum <= balance) and (maximum is None or balance <= maximum)


def limit_in(request: Request) -> int:
    """How many accounts the caller wants at once."""
    value = request.query.get("limit", str(DEFAULT_LIMIT))
    if not LIMIT.fullmatch(value):
        raise invalid_request(parameter="limit", detail="must be an integer from 1 to 100")
    return int(value)


def balance_in(request: Request, parameter: str) -> int | None:
    """A bound of the balance, which belongs to the range."""
    value = request.query.get(parameter)
    if value is None:
        return None
    if not BALANCE.fullmatch(value):
        raise invalid_request(parameter=parameter, detail="must be an integer of at most 15 digits")
    return int(value)


def order_in(request: Request) -> bool:
    """Whether the largest balance comes first, as it does unless asked otherwise."""
    value = request.query.get("sort", "-balance")
    if value not in ORDERS:
        raise invalid_request(parameter="sort", detail="must be balance or -balance")
    return ORDERS[value]


def token_after(balance: int, account: str) -> str:
    """A token for the page after this account."""
    return base64.urlsafe_b64encode(f"1:{balance}:{account}".encode()).decode().rstrip("=")


def token_in(request: Request) -> tuple[int, str] | None:
    """The account after which the page begins, or None for the first page."""
    token = request.query.get("next")
    if token is None:
        return None
    try:
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        text = ""
    found = TOKEN.fullmatch(text)
    # Several texts decode to the same: only the one that is written here is a token.
    if not found or token_after(int(found[1]), found[2]) != token:
        raise invalid_request(parameter="next", detail="is not a token of this list")
    return int(found[1]), found[2]


handler = answering(lambda request: answer(request, READ_MODEL))
