"""The read model in OpenSearch: one index, one document for each account. Trusts the version that comes with each."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any, Protocol

from accounts import Account
from documents import KNOWN, WRITTEN, Search, Written, document_of
from search_domain import SearchFailed, connect_domain

INDEX = "accounts"
# Fields that are not named here are refused, so that a typing error does not become a field of its own.
MAPPING = {
    "dynamic": "strict",
    "properties": {
        "id": {"type": "keyword"},
        "balance": {"type": "long"},
        "version": {"type": "long"},
        "opened_at": {"type": "date"},
        "updated_at": {"type": "date"},
    },
}
CLEAR_ATTEMPTS = 5


class Domain(Protocol):
    """What the read model needs of the search domain."""

    def request(self, method: str, path: str, body: bytes | None = None, accepts: int | None = None) -> dict[str, Any]:
        """What the domain answers."""


class Index:
    """The index of the accounts."""

    def __init__(self, domain: Domain, replicas: int) -> None:
        self._domain = domain
        settings = {"number_of_shards": 1, "number_of_replicas": replicas}
        self._definition = json.dumps({"settings": {"index": settings}, "mappings": MAPPING}).encode()
        self._is_there = False

    def get(self, account: str) -> dict[str, Any] | None:
        # By its id a document is found as soon as it is written; a search finds it up to a second later.
        found = self._domain.request("GET", f"/{INDEX}/_doc/{account}", accepts=404)
        return found["_source"] if found.get("found") else None

    def search(self, search: Search) -> list[dict[str, Any]]:
        body = json.dumps(query_of(search)).encode()
        # 404: there is no index before the first event.
        found = self._domain.request("POST", f"/{INDEX}/_search", body, accepts=404)
        return [hit["_source"] for hit in found["hits"]["hits"]] if "hits" in found else []

    def write(self, accounts: Iterable[Account]) -> Written:
        lines = [line for account in accounts for line in (action_of(account), document_of(account))]
        if not lines:
            return Written()
        if not self._is_there:
            self._create()
        body = "".join(json.dumps(line) + "\n" for line in lines).encode()
        return written_of(self._domain.request("POST", f"/{INDEX}/_bulk", body)["items"])

    def clear(self) -> None:
        for _ in range(CLEAR_ATTEMPTS):
            self._domain.request("DELETE", f"/{INDEX}", accepts=404)
            # If there is an index already, a write between the two requests has made it, and guessed its mapping.
            if self._create():
                return
        raise SearchFailed(f"the index {INDEX} comes back each time it is deleted")

    def _create(self) -> bool:
        """Makes the index; whether it was not there before."""
        answer = self._domain.request("PUT", f"/{INDEX}", self._definition, accepts=400)
        reason = answer.get("error", {}).get("type")
        if reason not in (None, "resource_already_exists_exception"):
            raise SearchFailed(f"the index {INDEX} cannot be made: {answer}")
        self._is_there = True
        return reason is None


def action_of(account: Account) -> dict[str, Any]:
    """What says where a document belongs. OpenSearch refuses a version that is not higher than the one it has."""
    return {"index": {"_id": account.id, "version": account.version, "version_type": "external"}}


def written_of(items: list[dict[str, Any]]) -> Written:
    """What the answer to a bulk request says of each document."""
    written = Written()
    for item in (item["index"] for item in items):
        if item["status"] < 300:
            written.outcomes[item["_id"]] = WRITTEN
        elif item["status"] == 409:
            written.outcomes[item["_id"]] = KNOWN
        else:
            error = item.get("error", {})
            written.failures[item["_id"]] = f"{item['status']} {error.get('type')}: {error.get('reason')}"
    return written


def query_of(search: Search) -> dict[str, Any]:
    """The search in OpenSearch's own language."""
    bounds = {"gte": search.minimum, "lte": search.maximum}
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    order = "desc" if search.is_descending else "asc"
    query: dict[str, Any] = {
        "size": search.limit,
        "query": {"range": {"balance": given}} if given else {"match_all": {}},
        "sort": [{"balance": order}, {"id": order}],
    }
    return query | {"search_after": list(search.after)} if search.after else query


def connect() -> Index:
    """The read model of this project."""
    return Index(connect_domain(), int(os.environ.get("REPLICAS", "0")))
