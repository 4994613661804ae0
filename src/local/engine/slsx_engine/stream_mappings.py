"""Event source mappings of DynamoDB streams: in order for each key, until a batch succeeds or is given up.

https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

import collections
import hashlib
import json
import logging
import time
from dataclasses import dataclass

from ministack.core.arn import parse_arn
from ministack.core.concurrency import esm_wake, spawn_background
from ministack.services import dynamodb, lambda_svc

from . import anchors, batch_responses, function, mapping_permissions, stream_failures
from .queue_mappings import execute, is_enabled

_READ_AT_ONCE = 1000
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_WINDOW_STEP = 0.05

_log = logging.getLogger("slsx.engine")
_lanes = {}


@dataclass
class Lane:
    """The records of a stream that are handled one after the other: all, or those of some keys."""

    number: int
    of: int
    position: int
    is_running: bool = False


@dataclass
class Part:
    """A batch, or what is left of one."""

    records: list
    retries: int = 0
    invocations: int = 0


def apply():
    """Put the correction of this file in place."""
    for name in ("_iter_all_esms", "_dynamodb_stream_positions", "_apply_filter_criteria",
                 "_dynamodb_stream_table_from_arn_spec", "_get_func_record_for_qualifier", "_init_stream_position"):
        anchors.require(lambda_svc, name)
    for name in ("_tables", "stream_records_since", "stream_start_position", "stream_end_position"):
        anchors.require(dynamodb, name)
    anchors.replace(lambda_svc, "_poll_dynamodb_streams", poll_as_role)


def poll_as_role(_stock):
    """Streams are read as the function's role; failing batches are retried, split and given up as the mapping says.

    AWS: `BisectBatchOnFunctionError` splits a batch that failed, which is no retry; `ReportBatchItemFailures` keeps
    what came before the first failed record; after `MaximumRetryAttempts`, or when a record is older than
    `MaximumRecordAgeInSeconds`, the batch is told to the destination and left; `ParallelizationFactor` batches run at
    once, with the order of every key kept; other streams do not wait.
    Stock: repeats the whole batch every second for ever (only the age is looked at), ignores the response, and one slow
    function holds up every stream and queue.
    """
    def poll():
        has_worked = False
        for account, region, mapping in lambda_svc._iter_all_esms():
            tokens = lambda_svc._request_account_id.set(account), lambda_svc._request_region.set(region)
            try:
                has_worked = _poll(mapping) or has_worked
            finally:
                lambda_svc._request_account_id.reset(tokens[0])
                lambda_svc._request_region.reset(tokens[1])
        return has_worked
    return poll


def _poll(mapping):
    table = _table(mapping)
    if table is None or not is_enabled(mapping):
        return False
    end, has_worked = dynamodb.stream_end_position(table), False
    for lane in _lanes_of(mapping, table):
        if not lane.is_running and lane.position < end:
            lane.is_running = has_worked = True
            spawn_background(lambda lane=lane: _work(lane, mapping), thread_name="slsx-stream")
    return has_worked


def _table(mapping):
    """The name of the table whose current stream this mapping reads."""
    source = mapping.get("EventSourceArn", "")
    if ":dynamodb:" not in source:
        return None
    found = lambda_svc._dynamodb_stream_table_from_arn_spec(parse_arn(source))
    table = dynamodb._tables.get(found[0]) if found else None
    return found[0] if table and table.get("LatestStreamArn") == source else None


def _lanes_of(mapping, table):
    factor = int(mapping.get("ParallelizationFactor") or 1)
    lanes = _lanes.get(mapping["UUID"])
    if lanes and lanes[0].of != factor and not any(lane.is_running for lane in lanes):
        lanes = None
    if not lanes:
        positions = lambda_svc._dynamodb_stream_positions
        if mapping["UUID"] not in positions:
            lambda_svc._init_stream_position(
                mapping["UUID"], mapping["EventSourceArn"], mapping.get("StartingPosition", "LATEST"))
        start = max(positions[mapping["UUID"]], dynamodb.stream_start_position(table))
        lanes = _lanes[mapping["UUID"]] = [Lane(number, factor, start) for number in range(factor)]
    return lanes


def _work(lane, mapping):
    """Handle what the lane has until it is empty."""
    try:
        while is_enabled(mapping):
            config = _configuration(mapping)
            if config is None or not _may_read(mapping, config):
                break
            records, position = _next_batch(lane, mapping)
            if records and not _process(mapping, records):
                break
            if position == lane.position:
                break
            lane.position = position
            _remember(mapping)
    finally:
        lane.is_running = False
        # What came between the last look and here would wait for the next change.
        esm_wake.set()


def _remember(mapping):
    """Keep the position for a restart: nothing before it is unfinished."""
    lanes = _lanes.get(mapping["UUID"]) or []
    if lanes and mapping["UUID"] in lambda_svc._esms:
        lambda_svc._dynamodb_stream_positions[mapping["UUID"]] = min(lane.position for lane in lanes)


def _configuration(mapping):
    return lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))[1]


def _may_read(mapping, config):
    if mapping_permissions.may_read(function.from_configuration(config), mapping["EventSourceArn"]):
        return True
    mapping["LastProcessingResult"] = "PROBLEM: Lambda lost permission to read the event source"
    time.sleep(_FIRST_PAUSE)
    return False


def _next_batch(lane, mapping):
    """The lane's next records that pass the filter, and the position after them."""
    table, size = _table(mapping), int(mapping.get("BatchSize") or 100)
    deadline = time.monotonic() + float(mapping.get("MaximumBatchingWindowInSeconds") or 0)
    while table:
        position = max(lane.position, dynamodb.stream_start_position(table))
        chosen = []
        for record in dynamodb.stream_records_since(table, position, size if lane.of == 1 else _READ_AT_ONCE):
            position += 1
            if _lane_number(record, lane.of) == lane.number:
                chosen.append(record)
            if len(chosen) == size:
                break
        if len(chosen) == size or not chosen or time.monotonic() >= deadline:
            return lambda_svc._apply_filter_criteria(chosen, mapping), position
        time.sleep(_WINDOW_STEP)
    return [], lane.position


def _lane_number(record, lanes):
    if lanes == 1:
        return 0
    keys = list(record["dynamodb"]["Keys"].values())
    return hashlib.md5(json.dumps(keys[:1], sort_keys=True, default=str).encode()).digest()[0] % lanes


def _process(mapping, records):
    """Handle one batch to its end; return whether it ended, rather than the mapping."""
    parts = collections.deque([Part(records)])
    while parts:
        if not is_enabled(mapping) or _configuration(mapping) is None:
            return False
        part = parts.popleft()
        part.records = _without_expired(mapping, part)
        if not part.records:
            continue
        record, config = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
        result = execute(record, config, {"Records": part.records})
        part.invocations += 1
        rest = _unfinished(mapping, part.records, result)
        mapping["LastProcessingResult"] = "PROBLEM: Function call failed" if rest else "OK"
        if rest:
            parts.extendleft(reversed(_next_parts(mapping, part, rest, result)))
    return True


def _unfinished(mapping, records, result):
    """The records from the first failed one on."""
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    failed = batch_responses.failed_items(mapping, result, numbers)
    first = next((index for index, number in enumerate(numbers) if number in failed), len(numbers))
    return records[first:]


def _next_parts(mapping, part, rest, result):
    """What to do with a batch that failed: split it, try it again after a pause, or give it up."""
    if mapping.get("BisectBatchOnFunctionError") in (True, "true") and len(part.records) > 1:
        if len(rest) < len(part.records):
            return [Part(rest, part.retries)]
        middle = len(rest) // 2
        return [Part(rest[:middle], part.retries), Part(rest[middle:], part.retries)]
    most = int(mapping.get("MaximumRetryAttempts", -1))
    if 0 <= most <= part.retries:
        stream_failures.tell(mapping, rest, result, "RetryAttemptsExhausted", part.invocations)
        return []
    time.sleep(min(_FIRST_PAUSE * 2 ** part.retries, _LONGEST_PAUSE))
    return [Part(rest, part.retries + 1, part.invocations)]


def _without_expired(mapping, part):
    most = int(mapping.get("MaximumRecordAgeInSeconds", -1))
    if most < 0:
        return part.records
    oldest = time.time() - most
    expired = [record for record in part.records if record["dynamodb"]["ApproximateCreationDateTime"] < oldest]
    if expired:
        stream_failures.tell(mapping, expired, {}, "RecordAgeExceeded", part.invocations)
    return part.records[len(expired):]
