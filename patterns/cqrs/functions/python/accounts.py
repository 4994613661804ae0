"""Accounts: what commands may do, and what events add up to. Knows neither AWS nor HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Command:
    """What somebody wants done. `id` tells a command that is sent twice from two commands."""

    id: str
    type: str
    amount: int


@dataclass(frozen=True)
class Event:
    """What has happened to an account, and will never change. `amount` is negative for a withdrawal."""

    account: str
    version: int
    type: str
    amount: int
    at: str
    command_id: str
    correlation_id: str


@dataclass(frozen=True)
class Account:
    """The state that a number of events add up to. Version 0: there are none yet."""

    id: str
    balance: int = 0
    version: int = 0
    opened_at: str = ""
    updated_at: str = ""


class Refused(Exception):
    """The command breaks a rule of the accounts: no event comes of it."""


class Broken(Exception):
    """The events of an account are not what commands write; nothing may be concluded from them."""


def apply(account: Account, event: Event) -> Account:
    """The account after one more event."""
    if event.version != account.version + 1:
        raise Broken(f"version {account.version + 1} is missing")
    return replace(
        account,
        balance=account.balance + event.amount,
        version=event.version,
        opened_at=account.opened_at or event.at,
        updated_at=event.at,
    )


def fold(account_id: str, events: Iterable[Event]) -> Account:
    """The account after all its events, which must come in order and from the first."""
    account = Account(account_id)
    for event in events:
        account = apply(account, event)
    return account


def decide(account: Account, command: Command, at: str, correlation_id: str) -> Event:
    """The event that a command leads to, given what has happened until now."""
    if command.type == "withdraw" and command.amount > account.balance:
        raise Refused(f"the balance is {account.balance}, too little to withdraw {command.amount}")
    event_type, amount = signed(command)
    return Event(account.id, account.version + 1, event_type, amount, at, command.id, correlation_id)


def is_outcome_of(event: Event, command: Command) -> bool:
    """Whether this command would lead to this event: else its id was used for another one before."""
    return (event.type, event.amount) == signed(command)


def signed(command: Command) -> tuple[str, int]:
    """A command in the words of events."""
    return ("withdrawn", -command.amount) if command.type == "withdraw" else ("deposited", command.amount)
