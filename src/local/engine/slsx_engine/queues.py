"""The messages of a queue are taken, moved and removed in place, so that none is lost between threads.

AWS: a message that was accepted is delivered until it is deleted, moved or too old.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html
Stock: a deletion builds a new list of the messages it keeps and puts it in place of the old one. What is sent meanwhile
is on the old list and gone. Every receive and every deletion looks at all messages, several times.
"""

import json
import re
import threading
import time

from ministack.core.concurrency import esm_wake
from ministack.core.responses import new_uuid
from ministack.services import sqs

from . import anchors

_EXPIRY_INTERVAL = 1.0
_ISSUED_HANDLE = re.compile(r"[0-9a-f-]{36}")

_lock = threading.RLock()
_expiry_checks = {}


def apply():
    """Put the corrections of this file in place."""
    for name in ("_ensure_msg_fields", "_queue_by_arn", "_get_q", "_Err", "_validate_batch_entries", "_HANDLERS"):
        anchors.require(sqs, name)
    anchors.replace(sqs, "_collect_msgs", take_in_place)
    anchors.replace(sqs, "_dlq_sweep", move_only_when_received)
    anchors.replace(sqs, "_expire_retained", expire_in_place)
    anchors.replace(sqs, "_delete_messages_for_esm", delete_in_place)
    for action, name in (("DeleteMessage", "_act_delete_message"), ("DeleteMessageBatch", "_act_delete_message_batch")):
        anchors.replace(sqs, name, {"DeleteMessage": delete_one, "DeleteMessageBatch": delete_batch}[action])
        sqs._HANDLERS[action] = getattr(sqs, name)


def take_in_place(stock):
    """Receiving looks at messages until it has enough, and moves those that were received too often.

    AWS: a message that would be received for the time after maxReceiveCount goes to the dead-letter queue.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    Stock: see above.
    """
    def collect(queue, most, visibility):
        with _lock:
            limit, dead_letters = _redrive(queue)
            if queue["is_fifo"]:
                for message in [found for found in queue["messages"] if _is_dead(found, limit)]:
                    _move(queue, message, dead_letters)
                return stock(queue, most, visibility)
            taken, now = [], time.time()
            for message in list(queue["messages"]):
                if len(taken) == most:
                    break
                sqs._ensure_msg_fields(message)
                if message["visible_at"] > now:
                    continue
                if _is_dead(message, limit):
                    _move(queue, message, dead_letters)
                else:
                    taken.append(_received(message, now, visibility))
            return taken
    return collect


def move_only_when_received(_stock):
    """`take_in_place` moves dead letters. Stock: rebuilds the list on every receive."""
    def sweep(_queue):
        return None
    return sweep


def expire_in_place(_stock):
    """Messages that are too old are removed, once a second. Stock: see above."""
    def expire(queue):
        now, arn = time.time(), queue["attributes"].get("QueueArn")
        if now - _expiry_checks.get(arn, 0) < _EXPIRY_INTERVAL:
            return
        _expiry_checks[arn] = now
        oldest = now - int(queue["attributes"].get("MessageRetentionPeriod") or 345600)
        with _lock:
            for message in list(queue["messages"]):
                if message.get("enqueued_at", message.get("sent_at", now)) <= oldest:
                    _drop(queue, message)
    return expire


def delete_in_place(_stock):
    """An event source mapping deletes its batch. Stock: see above."""
    def delete(queue_url, handles):
        remove(sqs._get_q(queue_url), handles)
    return delete


def delete_one(_stock):
    """DeleteMessage.

    AWS: a receipt handle that was used before, or that is not the last one, is accepted and deletes nothing.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
    Stock: answers ReceiptHandleIsInvalid, so a consumer that repeats a deletion fails.
    """
    def delete(data, queue_url):
        queue = sqs._get_q(data.get("QueueUrl", queue_url), "sqs:DeleteMessage")
        handle = data.get("ReceiptHandle", "")
        if not handle:
            raise sqs._Err("MissingParameter", "The request must contain the parameter ReceiptHandle.")
        if not remove(queue, [handle]) and not _ISSUED_HANDLE.fullmatch(handle):
            raise sqs._Err("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
        return {}
    return delete


def delete_batch(_stock):
    """DeleteMessageBatch, entry by entry as DeleteMessage. Stock: see `delete_one`."""
    def delete(data, queue_url):
        queue = sqs._get_q(data.get("QueueUrl", queue_url), "sqs:DeleteMessage")
        entries = data.get("Entries", [])
        sqs._validate_batch_entries(entries, "DeleteMessageBatchRequestEntry")
        removed = remove(queue, [entry.get("ReceiptHandle", "") for entry in entries])
        done, failed = [], []
        for entry in entries:
            handle = entry.get("ReceiptHandle", "")
            if handle in removed or _ISSUED_HANDLE.fullmatch(handle):
                done.append({"Id": entry.get("Id", "")})
            else:
                failed.append({"Id": entry.get("Id", ""), "Code": "ReceiptHandleIsInvalid", "SenderFault": True,
                               "Message": "The input receipt handle is invalid."})
        return {"Successful": done, "Failed": failed}
    return delete


def remove(queue, handles):
    """Remove the messages with these receipt handles; return the handles that were found."""
    wanted, found = set(filter(None, handles)), set()
    with _lock:
        messages, index = queue["messages"], 0
        while wanted and index < len(messages):
            handle = messages[index].get("receipt_handle")
            if handle in wanted:
                del messages[index]
                wanted.discard(handle)
                found.add(handle)
            else:
                index += 1
    return found


def send_again(source, destination, message):
    """Move a message as a new one: with an id and a time of its own, never received."""
    now = time.time()
    attributes = {name: value for name, value in message["sys"].items() if name != "DeadLetterQueueSourceArn"}
    with _lock:
        if not _drop(source, message):
            return
        destination["messages"].append({
            **message, "id": new_uuid(), "receipt_handle": None, "receive_count": 0, "first_receive_at": None,
            "sent_at": now, "enqueued_at": now, "visible_at": now,
            "sys": {**attributes, "SentTimestamp": str(int(now * 1000))}})
    esm_wake.set()


def first_visible(queue):
    """The first message that could be received now, without receiving it."""
    now = time.time()
    with _lock:
        for message in queue["messages"]:
            sqs._ensure_msg_fields(message)
            if message["visible_at"] <= now:
                return message
    return None


def _received(message, now, visibility):
    message["receipt_handle"] = new_uuid()
    message["visible_at"] = now + visibility
    message["receive_count"] += 1
    if message.get("first_receive_at") is None:
        message["first_receive_at"] = now
    return message


def _redrive(queue):
    """How often a message may be received, and the queue it goes to then."""
    try:
        policy = json.loads(queue["attributes"].get("RedrivePolicy") or "{}")
        limit, target = int(policy["maxReceiveCount"]), sqs._queue_by_arn(policy["deadLetterTargetArn"])
    except (KeyError, TypeError, ValueError):
        return 0, None
    return (limit, target) if target else (0, None)


def _is_dead(message, limit):
    return limit and message.get("receive_count", 0) >= limit and message["visible_at"] <= time.time()


def _move(queue, message, dead_letters):
    if not _drop(queue, message):
        return
    now = time.time()
    source = {"DeadLetterQueueSourceArn": queue["attributes"].get("QueueArn", "")}
    moved = {**message, "receipt_handle": None, "visible_at": now, "sys": {**source, **message.get("sys", {})}}
    if dead_letters.get("is_fifo"):
        moved["enqueued_at"] = now
    dead_letters["messages"].append(moved)
    esm_wake.set()


def _drop(queue, message):
    messages = queue["messages"]
    for index, candidate in enumerate(messages):
        if candidate is message:
            del messages[index]
            return True
    return False
