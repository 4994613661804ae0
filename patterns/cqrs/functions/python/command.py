"""POST of a command: appends the event it leads to, or says why there is none. Never touches the read model."""

from __future__ import annotations

import os
import random
import time
from datetime import UTC, datetime

from account_id import account_in
from accounts import Command, Event, Refused, decide, fold, is_outcome_of
from command_content import command_in
from event_store import Events, EventTable
from web import Answer, Problem, Request, answering, json_answer

# Made once for each execution environment, not once for each request.
EVENTS = EventTable(os.environ["EVENTS_TABLE"])

ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.02


def execute(request: Request, events: Events) -> Answer:
    """Appends the command's event as the next version; if somebody else was faster, looks again and decides anew."""
    account, command = account_in(request), command_in(request)
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))
        history = events.of(account)
        if done := outcome_in(history, command):
            return accepted(history[: done.version], is_repeated=done.correlation_id != request.id)
        try:
            event = decide(fold(account, history), command, now(), request.id)
        except Refused as refused:
            raise Problem(422, "insufficient-funds", str(refused)) from refused
        if events.append(event):
            return accepted([*history, event])
    raise Problem(
        409, "concurrent-commands", "too many commands for this account at once", headers={"retry-after": "1"}
    )


def outcome_in(history: list[Event], command: Command) -> Event | None:
    """The event that this command has led to before.

    Finds commands that the caller sends again, and those that the SDK has sent again because the first reply was lost:
    without this the second attempt would see its own event as somebody else's, and append another.
    """
    event = next((event for event in history if event.command_id == command.id), None)
    if event and not is_outcome_of(event, command):
        raise Problem(422, "idempotency-key-reused", "this idempotency key was used for another command")
    return event


def accepted(history: list[Event], is_repeated: bool = False) -> Answer:
    """The answer that tells of the last of these events. The version lets the caller see when a query is up to date."""
    account = fold(history[-1].account, history)
    headers = {"location": f"/accounts/{account.id}", "etag": f'"{account.version}"'}
    if is_repeated:
        headers["idempotent-replayed"] = "true"
    content = {"id": account.id, "version": account.version, "balance": account.balance}
    return json_answer(201, content, headers, account=account.id, version=account.version)


def now() -> str:
    """This moment as ISO 8601 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


handler = answering(lambda request: execute(request, EVENTS))
