"""What a read model keeps and must be able to do. `read_model.py` does it with the store that this project uses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from accounts import Account

WRITTEN, KNOWN = "written", "known"


@dataclass(frozen=True)
class Search:
    """Which documents a list shows, by balance. `after` is the balance and id of the last document before."""

    minimum: int | None
    maximum: int | None
    is_descending: bool
    limit: int
    after: tuple[int, str] | None


@dataclass
class Written:
    """What became of documents, by account: how those went that are in the read model now, and why the others are not."""

    outcomes: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


class ReadModel(Protocol):
    """The accounts as queries want them: one document for each."""

    def get(self, account: str) -> dict[str, Any] | None:
        """The document of an account."""

    def search(self, search: Search) -> list[dict[str, Any]]:
        """The documents that match, in order of their balances; equal ones in an order of the store's own."""

    def write(self, accounts: Iterable[Account]) -> Written:
        """Keeps each account, unless it has a document of the same version or a later one."""

    def clear(self) -> None:
        """Deletes all documents."""


def document_of(account: Account) -> dict[str, Any]:
    """An account as it is kept and answered."""
    return asdict(account)
