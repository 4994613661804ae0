"""Message move tasks of SQS: from a dead-letter queue back to where its messages came from, or to another queue.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
Stock: answers InvalidAction.
"""

import base64
import contextvars
import json
import threading
import time
import uuid
from xml.sax.saxutils import escape

from ministack.services import sqs

from . import anchors, queues

_MOST_PER_SECOND = 500
_MOST_RESULTS = 10
_SCALARS = ("SourceArn", "DestinationArn", "MaxNumberOfMessagesPerSecond", "TaskHandle")
_SHOWN = ("Status", "SourceArn", "DestinationArn", "MaxNumberOfMessagesPerSecond", "ApproximateNumberOfMessagesMoved",
          "ApproximateNumberOfMessagesToMove", "FailureReason", "StartedTimestamp")

_lock = threading.Lock()
_tasks = []


def apply():
    """Put the corrections of this file in place."""
    for name in ("_HANDLERS", "_queues", "_queue_by_arn", "_Err", "_p", "_xml_resp"):
        anchors.require(sqs, name)
    sqs._HANDLERS.update(StartMessageMoveTask=start, ListMessageMoveTasks=list_tasks, CancelMessageMoveTask=cancel)
    anchors.replace(sqs, "_normalise", read_query)
    anchors.replace(sqs, "_to_xml", write_xml)


def start(data, _queue_url):
    """StartMessageMoveTask.

    AWS: the source must be the dead-letter queue of a queue; a source has one active task at most.
    """
    source = _queue(data.get("SourceArn"), "SourceArn")
    target = data.get("DestinationArn")
    if target:
        _queue(target, "DestinationArn")
    rate = data.get("MaxNumberOfMessagesPerSecond")
    if rate is not None and not 1 <= int(rate) <= _MOST_PER_SECOND:
        raise sqs._Err("InvalidParameterValue", f"Value {rate} for parameter MaxNumberOfMessagesPerSecond is invalid. "
                                                f"Reason: Must be between 1 and {_MOST_PER_SECOND}, if provided.")
    if target == data["SourceArn"]:
        raise sqs._Err("InvalidParameterValue", "Source queue arn and destination queue arn cannot be the same.")
    if not _is_dead_letter_queue(data["SourceArn"]):
        raise sqs._Err("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
    handle = base64.b64encode(json.dumps({"taskId": str(uuid.uuid4()), "sourceArn": data["SourceArn"]}).encode())
    task = {"TaskHandle": handle.decode(), "Status": "RUNNING", "SourceArn": data["SourceArn"],
            "ApproximateNumberOfMessagesMoved": 0, "ApproximateNumberOfMessagesToMove": len(source["messages"]),
            "StartedTimestamp": int(time.time() * 1000)}
    task.update({"DestinationArn": target} if target else {})
    task.update({"MaxNumberOfMessagesPerSecond": int(rate)} if rate is not None else {})
    with _lock:
        if any(other["SourceArn"] == data["SourceArn"] and other["Status"] in ("RUNNING", "CANCELLING")
               for other in _tasks):
            raise sqs._Err("UnsupportedOperation", "There is already a task running. Only one active task is allowed "
                                                   "for a source queue arn at a given time.")
        _tasks.insert(0, task)
    threading.Thread(target=contextvars.copy_context().run, args=(_run, task, source), daemon=True).start()
    return {"TaskHandle": task["TaskHandle"]}


def list_tasks(data, _queue_url):
    """ListMessageMoveTasks: the newest first; only a running task has a handle."""
    _queue(data.get("SourceArn"), "SourceArn")
    most = int(data.get("MaxResults") or 1)
    if not 1 <= most <= _MOST_RESULTS:
        raise sqs._Err("InvalidParameterValue", f"Value {most} for parameter MaxResults is invalid. "
                                                f"Reason: Must be between 1 and {_MOST_RESULTS}, if provided.")
    with _lock:
        found = [task for task in _tasks if task["SourceArn"] == data["SourceArn"]][:most]
        return {"Results": [{name: task[name] for name in (("TaskHandle",) if task["Status"] == "RUNNING" else ())
                             + _SHOWN if name in task} for task in found]}


def cancel(data, _queue_url):
    """CancelMessageMoveTask: what was moved stays moved."""
    try:
        json.loads(base64.b64decode(data.get("TaskHandle") or "", validate=True))["taskId"]
    except (ValueError, KeyError, TypeError):
        raise sqs._Err("InvalidParameterValue", "Value for parameter TaskHandle is invalid.") from None
    with _lock:
        task = next((task for task in _tasks
                     if task["TaskHandle"] == data["TaskHandle"] and task["Status"] == "RUNNING"), None)
        if task is None:
            raise sqs._Err("ResourceNotFoundException", "Task does not exist.", 404)
        task["Status"] = "CANCELLING"
        return {"ApproximateNumberOfMessagesMoved": task["ApproximateNumberOfMessagesMoved"]}


def read_query(stock):
    """Parameters of the three actions in the query protocol. Stock: see above."""
    def normalise(action, parameters):
        data = stock(action, parameters)
        data.update({name: sqs._p(parameters, name) for name in _SCALARS if sqs._p(parameters, name)})
        return data
    return normalise


def write_xml(stock):
    """Answers of the three actions in the query protocol. Stock: see above."""
    def to_xml(action, result):
        if not action.endswith(("MessageMoveTask", "MessageMoveTasks")):
            return stock(action, result)
        fields = "".join(_element(name, value) for name, value in result.items() if name != "Results")
        for found in result.get("Results", []):
            inner = "".join(_element(name, value) for name, value in found.items())
            fields += f"<ListMessageMoveTasksResultEntry>{inner}</ListMessageMoveTasksResultEntry>"
        return sqs._xml_resp(200, f"{action}Response", f"<{action}Result>{fields}</{action}Result>")
    return to_xml


def _element(name, value):
    return f"<{name}>{escape(str(value))}</{name}>"


def _queue(arn, parameter):
    queue = sqs._queue_by_arn(arn or "")
    if queue is None:
        raise sqs._Err("ResourceNotFoundException",
                       f"The resource that you specified for the {parameter} parameter doesn't exist.", 404)
    return queue


def _is_dead_letter_queue(arn):
    policies = (queue["attributes"].get("RedrivePolicy") or "{}" for _key, queue in sqs._queues.all_items())
    return any(json.loads(policy).get("deadLetterTargetArn") == arn for policy in policies)


def _run(task, source):
    """Move what can be received until nothing is left, the task is cancelled or a message has nowhere to go."""
    pause = 1 / task["MaxNumberOfMessagesPerSecond"] if "MaxNumberOfMessagesPerSecond" in task else 0
    for message in iter(lambda: queues.first_visible(source), None):
        if task["Status"] != "RUNNING":
            break
        origin = task.get("DestinationArn") or message["sys"].get("DeadLetterQueueSourceArn")
        target = sqs._queue_by_arn(origin or "")
        if target is None:
            task["FailureReason"] = (
                "AWS.SimpleQueueService.NonExistentQueue" if origin else "CouldNotDetermineMessageSource")
            break
        queues.send_again(source, target, message)
        task["ApproximateNumberOfMessagesMoved"] += 1
        time.sleep(pause)
    with _lock:
        cancelled = "CANCELLED" if task["Status"] == "CANCELLING" else "COMPLETED"
        task["Status"] = "FAILED" if "FailureReason" in task else cancelled
