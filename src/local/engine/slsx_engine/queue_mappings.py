"""Event source mappings of queues: receives batches, invokes, deletes what succeeded.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

import logging
import threading
import time
from dataclasses import dataclass, field

from ministack.core.concurrency import esm_wake
from ministack.services import lambda_svc, sqs

from . import anchors, batch_responses, function, mapping_permissions, queues

_RECEIVED_AT_ONCE = 10
_FIRST_CONCURRENCY = 5
_MORE_PER_SECOND = 5
# AWS goes on to 1,250; every environment is a process of this machine.
_MOST_UNLIMITED = 50
_PAUSE = 1.0

_log = logging.getLogger("slsx.engine")
_batches = {}
_busy_since = {}


@dataclass
class Batch:
    """Messages that wait until the batch is full or its window is over."""

    messages: list = field(default_factory=list)
    deadline: float = 0.0


def apply():
    """Put the correction of this file in place."""
    for name in ("_iter_all_esms", "_apply_filter_criteria", "_dispatch_esm_batch", "_esm_inflight",
                 "_execute_function", "_execution_record_for_config", "_reserved_concurrency",
                 "_sqs_message_attributes_to_camel_case"):
        anchors.require(lambda_svc, name)
    for name in ("_receive_messages_for_esm", "_queue_by_arn"):
        anchors.require(sqs, name)
    anchors.replace(lambda_svc, "_poll_sqs", poll_as_role)


def poll_as_role(_stock):
    """Queues are polled as the function's role, in batches as the mapping describes them.

    AWS: `sqs:ReceiveMessage` and `sqs:GetQueueAttributes` to poll, `sqs:DeleteMessage` or messages come again; a batch
    grows to BatchSize for MaximumBatchingWindowInSeconds; five batches at a time in the beginning, more and more while
    there is work, never more than MaximumConcurrency; what failed stays invisible for the visibility timeout, other
    messages do not wait for it.
    Stock: asks no role, never more than ten messages or five batches without ScalingConfig, no window, and a pause of a
    second for the whole queue after every error.
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


def is_enabled(mapping):
    """Whether the mapping exists and works."""
    return mapping["UUID"] in lambda_svc._esms and str(mapping.get("Enabled", True)).lower() != "false"


def execute(record, config, event):
    """Invoke, and again while there is no capacity."""
    while True:
        result = lambda_svc._execute_function(lambda_svc._execution_record_for_config(record, config), event)
        if not result.get("throttle"):
            return result
        time.sleep(_PAUSE)


def _poll(mapping):
    source = mapping.get("EventSourceArn", "")
    if ":sqs:" not in source or not is_enabled(mapping):
        return False
    queue = sqs._queue_by_arn(source)
    record, config = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    if queue is None or config is None:
        return False
    settings, has_worked = function.from_configuration(config), False
    if not mapping_permissions.may_read(settings, source):
        mapping["LastProcessingResult"] = "PROBLEM: Lambda lost permission to read the event source"
        return False
    while lambda_svc._esm_inflight.get(mapping["UUID"], 0) < _limit(mapping, record, config, queue):
        messages = _next_batch(mapping, queue)
        if not messages:
            break
        _busy_since.setdefault(mapping["UUID"], time.monotonic())
        lambda_svc._dispatch_esm_batch(mapping["UUID"], _run, mapping, record, config, queue, messages)
        has_worked = True
    if not has_worked and not lambda_svc._esm_inflight.get(mapping["UUID"]):
        _busy_since.pop(mapping["UUID"], None)
    return has_worked


def _limit(mapping, record, config, queue):
    """How many batches may be in progress."""
    if queue.get("is_fifo"):
        return 1
    busy = time.monotonic() - _busy_since.get(mapping["UUID"], time.monotonic())
    most = (mapping.get("ScalingConfig") or {}).get("MaximumConcurrency") or min(
        _FIRST_CONCURRENCY + int(busy * _MORE_PER_SECOND), _MOST_UNLIMITED)
    reserved = lambda_svc._reserved_concurrency(record, config)
    return most if reserved is None else min(most, reserved)


def _next_batch(mapping, queue):
    """The messages of a batch that is ready; none while it may still grow."""
    size, window = int(mapping.get("BatchSize") or 10), int(mapping.get("MaximumBatchingWindowInSeconds") or 0)
    batch = _batches.setdefault(mapping["UUID"], Batch())
    while len(batch.messages) < size:
        received = sqs._receive_messages_for_esm(queue["url"], min(_RECEIVED_AT_ONCE, size - len(batch.messages)))
        if not received:
            break
        if not batch.messages and window:
            batch.deadline = time.monotonic() + window
            timer = threading.Timer(window, esm_wake.set)
            timer.daemon = True
            timer.start()
        batch.messages += received
        if not window:
            break
    if len(batch.messages) < size and time.monotonic() < batch.deadline:
        return []
    return _batches.pop(mapping["UUID"]).messages


def _run(mapping, record, config, queue, messages):
    records = [_record(message, mapping["EventSourceArn"]) for message in messages]
    kept = lambda_svc._apply_filter_criteria(records, mapping)
    wanted = {entry["messageId"] for entry in kept}
    failed = set()
    if kept:
        result = execute(record, config, {"Records": kept})
        failed = batch_responses.failed_items(mapping, result, wanted)
        if failed and int(queue["attributes"].get("VisibilityTimeout") or 30) < _PAUSE:
            time.sleep(_PAUSE)
    mapping["LastProcessingResult"] = "PROBLEM: Function call failed" if failed and failed == wanted else "OK"
    settings, source = function.from_configuration(config), mapping["EventSourceArn"]
    if not mapping_permissions.role_may(settings, "sqs:DeleteMessage", source):
        _log.warning("%s: nothing deleted, the role %s may not", source, settings.role_name)
        return
    queues.remove(queue, [message["receipt_handle"] for message in messages if message["id"] not in failed])


def _record(message, source):
    attributes = {
        "ApproximateReceiveCount": str(message["receive_count"]),
        "SentTimestamp": str(int(message["sent_at"] * 1000)),
        "SenderId": message["sys"].get("SenderId", lambda_svc.get_account_id()),
        "ApproximateFirstReceiveTimestamp": str(int(message["first_receive_at"] * 1000))}
    for name in ("AWSTraceHeader", "DeadLetterQueueSourceArn"):
        if message["sys"].get(name):
            attributes[name] = message["sys"][name]
    for name, key in (("MessageGroupId", "group_id"), ("MessageDeduplicationId", "dedup_id"),
                      ("SequenceNumber", "seq")):
        if message.get(key):
            attributes[name] = str(message[key])
    return {
        "messageId": message["id"], "receiptHandle": message["receipt_handle"], "body": message["body"],
        "attributes": attributes, "md5OfBody": message["md5_body"],
        "messageAttributes": lambda_svc._sqs_message_attributes_to_camel_case(message["message_attributes"]),
        "eventSource": "aws:sqs", "eventSourceARN": source, "awsRegion": lambda_svc.get_region()}
