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
# Where others run, one may come free sooner than a new one is ready, and starting it would slow them down.
_PATIENCE_IN_STARTS = 2.0
_LOOK_AGAIN_SECONDS = 0.3
# A burst on a version that nobody has used yet gets as many environments as on AWS, up to so many.
_FRESH_AT_ONCE = 20

_waiting = {}
_starting = {}
_quickest_start = {}


def apply():
    """Let invocations lease their environments here."""
    for name in ("_lock", "_workers", "_worker_key", "_worker_class_for"):
        anchors.require(lambda_runtime, name)
    anchors.replace(lambda_runtime, "acquire_worker", take_turns_in_starting)
    anchors.replace(lambda_runtime, "release_worker", hand_over)


def take_turns_in_starting(_stock):
    """A burst does not start as many processes as it has requests.

    AWS: has a machine for each. Stock: starts one per request that finds none free. At 100 requests a second on two
    processors each start slowed the others down until 237 Python processes were starting and requests timed out; a few
    at a time are ready after half a second, and serve the requests that waited. Those that came before a published
    version had any environment get one of their own each, one after the other: so many start cold on AWS too.
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
            if _may_start(key) and not _is_worth_waiting(key, pool, 0):
                return start(), "spawn"
            waiting = _waiting.setdefault(key, collections.deque())
            turn = _Turn(wants_its_own=_is_fresh(key, qualifier) and len(pool) + len(waiting) < _FRESH_AT_ONCE)
            waiting.append(turn)
        return _wait(key, pool, turn, start)
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

    def __init__(self, wants_its_own):
        self.wants_its_own = wants_its_own
        self.came = threading.Event()
        self.environment = None

    def give(self, environment):
        self.environment = environment
        self.came.set()


def _wait(key, pool, turn, start):
    began = time.monotonic()
    while True:
        turn.came.wait(min(_patience(key) or _LOOK_AGAIN_SECONDS, _LOOK_AGAIN_SECONDS))
        with lambda_runtime._lock:
            turn.came.clear()
            if turn.environment is not None:
                return turn.environment, "reused"
            is_worth_waiting = not turn.wants_its_own and _is_worth_waiting(key, pool, time.monotonic() - began)
            if _may_start(key) and not is_worth_waiting:
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


def _is_worth_waiting(key, pool, waited):
    """Whether an environment that runs already is likely to come free; not for ever, it may wait for this very one."""
    return len(pool) > len(_starting.get(key, ())) and waited < _patience(key)


def _is_fresh(key, qualifier):
    """A published version none of whose environments has come to its first request."""
    return qualifier.isdigit() and key not in _quickest_start


def _patience(key):
    return min(_PATIENCE_IN_STARTS * _quickest_start.get(key, 0), _START_SECONDS)


def _initialized(key, environment):
    """The Init phase is over, whatever came of it: the next one may start."""
    with lambda_runtime._lock:
        begun = _starting.get(key, {}).get(environment)
        if begun is not None:
            took = time.monotonic() - begun
            _quickest_start[key] = min(took, _quickest_start.get(key, took))
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
    turn = next((turn for turn in waiting if not turn.wants_its_own), None)
    if turn is not None:
        _leave(key, turn)
    return turn


def _leave(key, turn):
    _waiting[key].remove(turn)
    if not _waiting[key]:
        del _waiting[key]
