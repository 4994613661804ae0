"""Which execution environment runs an invocation: a free one, else a new one; it knows nothing of processes.

AWS: an invocation gets an idle environment or has a new one started, so there are never more environments than
invocations at once. https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

import collections
import os
import threading
import time

from ministack.core import lambda_runtime

from . import anchors

# AWS starts each environment on a machine of its own; here they share the processors.
_STARTS_AT_ONCE = max(2, os.cpu_count() or 1)
# An Init phase longer than this waits for something else than a processor, and holds nobody up any more.
_START_SECONDS = 3.0

_waiting = {}
_starting = {}


def apply():
    """Let invocations lease their environments here."""
    for name in ("_lock", "_workers", "_worker_key", "_worker_class_for"):
        anchors.require(lambda_runtime, name)
    anchors.replace(lambda_runtime, "acquire_worker", take_turns_in_starting)
    anchors.replace(lambda_runtime, "release_worker", hand_over)


def take_turns_in_starting(_stock):
    """A burst does not start as many processes as it has requests.

    AWS: has a machine for each. Stock: starts one per request that finds none free. At 100 requests a second on two
    processors each start slowed the others down until 237 Python processes were starting and every request timed out;
    a few at a time are ready after half a second, and serve the requests that waited.
    """
    def acquire(func_name, config, code_zip, qualifier="$LATEST", max_concurrency=None):
        key = lambda_runtime._worker_key(func_name, config, qualifier)

        def start():
            return _add(key, pool, lambda_runtime._worker_class_for(config)(func_name, config, code_zip))

        with lambda_runtime._lock:
            pool = lambda_runtime._workers.setdefault(key, [])
            idle = next((environment for environment in pool if not environment.in_use), None)
            if idle is not None:
                return _lease(key, idle), "reused"
            if _may_start(key):
                return start(), "spawn"
            turn = _Turn()
            _waiting.setdefault(key, collections.deque()).append(turn)
        return _wait(key, turn, start)
    return acquire


def hand_over(_stock):
    """A released environment goes to the invocation that has waited longest. Stock: none waits."""
    def release(environment):
        if environment is None:
            return
        with lambda_runtime._lock:
            key = environment.pool_key
            _forget(key, environment)
            is_usable = not environment.is_retired and environment in lambda_runtime._workers.get(key, ())
            turn = _next_turn(key) if is_usable else None
            if turn is None:
                environment.in_use = False
            else:
                turn.give(_lease(key, environment))
    return release


class _Turn:
    """An invocation that waits for an environment, or for its turn to start one."""

    def __init__(self):
        self.came = threading.Event()
        self.environment = None

    def give(self, environment):
        self.environment = environment
        self.came.set()


def _wait(key, turn, start):
    while True:
        turn.came.wait(_START_SECONDS / 10)
        with lambda_runtime._lock:
            turn.came.clear()
            if turn.environment is not None:
                return turn.environment, "reused"
            if _may_start(key):
                _leave(key, turn)
                return start(), "spawn"


def _add(key, pool, environment):
    environment.on_initialized = lambda: _initialized(key, environment)
    _starting.setdefault(key, {})[environment] = time.monotonic()
    if lambda_runtime._workers.get(key) is pool:
        pool.append(environment)
    else:
        # The function was changed while this invocation waited: it still runs as it was asked to, and no other does.
        environment.is_retired = True
    return _lease(key, environment)


def _lease(key, environment):
    environment.pool_key = key
    environment.in_use = True
    environment.last_used = time.time()
    return environment


def _may_start(key):
    since = time.monotonic() - _START_SECONDS
    return sum(begun > since for begun in _starting.get(key, {}).values()) < _STARTS_AT_ONCE


def _initialized(key, environment):
    """The Init phase is over, whatever came of it: the next one may start."""
    with lambda_runtime._lock:
        _forget(key, environment)
        waiting = _waiting.get(key)
        if waiting:
            waiting[0].came.set()


def _forget(key, environment):
    starting = _starting.get(key, {})
    starting.pop(environment, None)
    if not starting:
        _starting.pop(key, None)


def _next_turn(key):
    waiting = _waiting.get(key)
    if not waiting:
        return None
    turn = waiting[0]
    _leave(key, turn)
    return turn


def _leave(key, turn):
    _waiting[key].remove(turn)
    if not _waiting[key]:
        del _waiting[key]
