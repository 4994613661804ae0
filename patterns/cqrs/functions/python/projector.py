"""Brings the read model up to date with the events that come through the stream. Never writes an event."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger

from accounts import Account, Broken, fold
from documents import ReadModel
from event_store import Events, EventTable
from read_model import connect

# Made once for each execution environment, not once for each batch.
EVENTS = EventTable(os.environ["EVENTS_TABLE"])
READ_MODEL = connect()
LOGGER = Logger(use_rfc3339=True)

# Accounts that are read at once: the time of a batch is spent waiting for the table.
READERS = 8


@dataclass(frozen=True)
class Record:
    """What the projector needs of a stream record: whose event it is, and how to name the record when it fails."""

    sequence_number: str
    account: str
    version: int
    correlation_id: str


@LOGGER.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda calls this for each batch of the stream; `slsx replay` calls it with `{"replay": "clear"}` first.

    An exception makes Lambda halve the batch and try again; named failures make it try again from the first of them.
    """
    if event.get("replay") == "clear":
        READ_MODEL.clear()
        LOGGER.info("read model cleared")
        return {"replay": "cleared"}
    # Without records, as `slsx coldstart-bench` sends it, an event asks for nothing.
    return project([record_of(record) for record in event.get("Records") or []], EVENTS, READ_MODEL)


def project(records: list[Record], events: Events, read_model: ReadModel) -> dict[str, Any]:
    """Folds every account of the batch from all its events, and writes the result if it is newer than what is there.

    The stream only says *which* accounts have changed. Adding each record's amount to the document would be cheaper for
    accounts with thousands of events, but right only if every record came once and in order; and streams, retries and
    replays promise neither. This way a record that comes twice, late or out of order leads to the same document, and one
    that was given up on is made good by the next event of its account.
    """
    batch: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        batch[record.account].append(record)
    accounts, failures = folded(batch, events)
    written = read_model.write(accounts)
    failures |= written.failures
    versions = {account.id: account.version for account in accounts}
    for record in records:
        if record.account in failures:
            tell(record, failures[record.account])
            continue
        outcome = written.outcomes.get(record.account, "nothing")
        facts = {"document_version": versions.get(record.account, 0), "outcome": outcome}
        LOGGER.info("event projected", extra=facts_of(record) | facts)
    return {
        "batchItemFailures": [
            {"itemIdentifier": record.sequence_number} for record in records if record.account in failures
        ]
    }


def folded(accounts: Iterable[str], events: Events) -> tuple[list[Account], dict[str, str]]:
    """The accounts as they are now, and why some cannot be told: a broken account must not hold up the others."""
    ids = list(accounts)
    with ThreadPoolExecutor(READERS) as readers:
        results = list(readers.map(lambda account: state_of(account, events), ids))
    states = [result for result in results if isinstance(result, Account) and result.version]
    failures = {account: result for account, result in zip(ids, results, strict=True) if isinstance(result, str)}
    return states, failures


def state_of(account: str, events: Events) -> Account | str:
    """The account after all its events, or what is wrong with them."""
    try:
        return fold(account, events.of(account))
    except Broken as broken:
        return str(broken)


def record_of(record: dict[str, Any]) -> Record:
    """The record in a stream event of DynamoDB."""
    change = record["dynamodb"]
    keys = change["Keys"]
    correlation_id = change.get("NewImage", {}).get("correlation_id", {}).get("S", "")
    return Record(change["SequenceNumber"], keys["aggregate_id"]["S"], int(keys["version"]["N"]), correlation_id)


def tell(record: Record, reason: str) -> None:
    """Logs why a record could not be projected."""
    LOGGER.error("event not projected", extra=facts_of(record) | {"reason": reason})


def facts_of(record: Record) -> dict[str, Any]:
    """What every log line says about a record; the correlation id is that of the command's request."""
    return {"correlation_id": record.correlation_id, "account": record.account, "version": record.version}
