"""Tasks that wait for their token, and the calls that answer them.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
"""

import base64
import collections
import json
import os
import threading
import time

from ministack.core.responses import error_response_json, json_response
from ministack.services import stepfunctions

from . import anchors
from .workflow_history import RUNNING

_STEP = 0.5
_REMEMBERED = 10_000

_spent = collections.OrderedDict()


class Stopped(Exception):
    """The execution ended while a task of it was waiting."""


class TimedOut(Exception):
    """A task was not answered, or gave no heartbeat, in time."""

    def __init__(self, error):
        super().__init__(error)
        self.error = error


def apply():
    """Put the corrections of this file in place."""
    anchors.require(stepfunctions, "_task_tokens")
    anchors.replace(stepfunctions, "_send_task_success", succeed)
    anchors.replace(stepfunctions, "_send_task_failure", fail)
    anchors.replace(stepfunctions, "_send_task_heartbeat", beat)


def succeed(_stock):
    """SendTaskSuccess: the output must be JSON.

    AWS: InvalidOutput for other text, InvalidToken for no token, TaskTimedOut for a task that is over.
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
    Stock: takes any text; TaskDoesNotExist for every token it does not know.
    """
    def send(data):
        try:
            output = json.loads(data.get("output", ""))
        except (TypeError, ValueError):
            return error_response_json("InvalidOutput", "Invalid Output: 'Invalid JSON'", 400)
        return _answer(data.get("taskToken"), result=output)
    return send


def fail(_stock):
    """SendTaskFailure: the state fails with this error and cause. Stock: see `succeed`.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html
    """
    def send(data):
        return _answer(data.get("taskToken"), error={"Error": data.get("error"), "Cause": data.get("cause")})
    return send


def beat(_stock):
    """SendTaskHeartbeat: HeartbeatSeconds begin again. Stock: writes the time down and never looks at it.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskHeartbeat.html
    """
    def send(data):
        return _answer(data.get("taskToken"), heartbeat=time.monotonic())
    return send


def open_token(execution):
    """Make a token that the execution will wait for."""
    token = base64.b64encode(os.urandom(96)).decode()
    stepfunctions._task_tokens[token] = {
        "event": threading.Event(), "result": None, "error": None, "heartbeat": time.monotonic(),
        "stateMachineArn": execution["stateMachineArn"]}
    return token


def close_token(token):
    """Nobody waits for the token any more."""
    stepfunctions._task_tokens.pop(token, None)
    _spent[token] = True
    if len(_spent) > _REMEMBERED:
        _spent.popitem(last=False)


def wait(token, execution, timeout, heartbeat):
    """Wait until the token is answered; return the output."""
    waiting, began = stepfunctions._task_tokens[token], time.monotonic()
    while not waiting["event"].is_set():
        now = time.monotonic()
        limits = [_STEP]
        if timeout is not None:
            limits.append(began + timeout - now)
        if heartbeat is not None:
            limits.append(waiting["heartbeat"] + heartbeat - now)
        if min(limits) <= 0:
            is_heartbeat = heartbeat is not None and waiting["heartbeat"] + heartbeat <= now
            raise TimedOut("States.HeartbeatTimeout" if is_heartbeat else "States.Timeout")
        waiting["event"].wait(min(limits))
        if execution["status"] != RUNNING:
            raise Stopped
    if waiting["error"] is not None:
        raise stepfunctions._ExecutionError(waiting["error"]["Error"], waiting["error"]["Cause"])
    return waiting["result"]


def _answer(token, **values):
    waiting = stepfunctions._task_tokens.get(token)
    if waiting is None or waiting["event"].is_set():
        if waiting is not None or token in _spent:
            return error_response_json(
                "TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'", 400)
        return error_response_json("InvalidToken", "Invalid Token: 'Invalid token'", 400)
    waiting.update(values)
    if "heartbeat" not in values:
        waiting["event"].set()
    return json_response({})
