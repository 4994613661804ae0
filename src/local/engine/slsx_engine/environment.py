"""Execution environments as MiniStack's pool keeps them: it leases, releases and drops them, and calls their methods.

AWS: a function runs under a runtime that polls the Runtime API; an exception in a handler is reported with its class
and stack trace and the environment lives on; the Init phase is the time until the runtime first asks for an event.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
Stock: Python and Node run under scripts of MiniStack's own that import botocore before the code, report every error as
`Runtime.HandlerError`, and end the process after an exception; no Init phase is measured; functions see the variables
of MiniStack.
"""

import json
import logging
import threading
import time
from dataclasses import dataclass

from ministack.core import lambda_runtime

from . import anchors, function, log_delivery, platform_log, runtime_api, sandbox
from .output import Line

# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
_INIT_LIMIT = 10.0
_PREPARED_INIT_LIMIT = 130.0

_log = logging.getLogger("slsx.engine")


class Environment:
    """A place in the pool: at most one process, replaced when it ended."""

    def __init__(self, name, config, code_zip):
        self.config = config
        self.in_use = False
        self.is_provisioned = False
        self.is_retired = False
        self.pool_key = None
        self.on_initialized = None
        """What to call when an Init phase is over, however it ended."""
        self.last_used = time.time()
        self._function = function.from_configuration(config)
        self._code_zip = code_zip
        self._lock = threading.Lock()
        self._sandbox = None
        self._unreported_init = None
        self._is_stopped = False

    @property
    def last_used(self):
        """When the pool last leased it; a provisioned environment is paid for while idle and never counts as unused."""
        return time.time() if self.is_provisioned else self._last_used

    @last_used.setter
    def last_used(self, moment):
        self._last_used = moment

    def prepare(self, initialization_type):
        """Run the Init phase before any invocation; return the error when it fails."""
        with self._lock:
            init = self._start(initialization_type, _PREPARED_INIT_LIMIT)
            log_delivery.deliver(self._function, self._sandbox.log_stream,
                                 platform_log.initialization_lines(init, self._function))
            init.is_logged = True
            return self._sandbox.init_failure

    def invoke(self, request_id, event, trace_id, function_arn, tenant=None):
        """Run one invocation; return an `Execution`."""
        payload = json.dumps(event, ensure_ascii=False).encode()
        with self._lock:
            timeout, again_ms = self._function.timeout, 0.0
            if self._sandbox is None or not self._sandbox.is_alive:
                init = self._start(platform_log.ON_DEMAND, _INIT_LIMIT)
                if init.status == platform_log.TIMEOUT:
                    again = self._start_again(timeout)
                    again_ms, timeout = again.duration_ms, timeout - again.duration_ms / 1000
                if self._sandbox.init_failure or not self._sandbox.is_alive:
                    return self._failed_init(request_id, again_ms)
            invocation, ended = self._sandbox.invoke(request_id, payload, timeout, trace_id, function_arn, tenant)
            invocation.started_ms -= round(again_ms)
            invocation.duration_ms += again_ms
            return self._finish(invocation, ended)

    def stop(self):
        """End the process; an environment that was stopped is not used again."""
        self._is_stopped = True
        current = self._sandbox
        if current is not None:
            current.stop()

    def retire(self):
        """Stop as soon as no invocation is running: AWS lets a running invocation finish when its function changes."""
        self.is_retired = True
        if not self.in_use:
            self.stop()

    def _start(self, initialization_type, time_limit, log_stream=None):
        if self._sandbox is not None:
            self._sandbox.stop()
        self._sandbox = sandbox.Sandbox(self._function, self.config, self._code_zip, initialization_type,
                                        log_stream or self._function.new_log_stream())
        try:
            init = self._sandbox.start(time_limit)
        finally:
            if self.on_initialized is not None:
                self.on_initialized()
        self._unreported_init = init
        if self._is_stopped:
            self._sandbox.stop()
        _log.info("%s[%s] init %s %.2f ms (%s)", self._function.name, self._function.version, init.status,
                  init.duration_ms, initialization_type)
        return init

    def _start_again(self, timeout):
        """Run an Init phase that took too long once more as part of the invocation, under the function's timeout.

        https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
        """
        first = self._unreported_init
        again = self._start(platform_log.ON_DEMAND, timeout, self._sandbox.log_stream)
        first.lines += again.lines
        self._unreported_init = first
        return again

    def _failed_init(self, request_id, again_ms):
        init = self._unreported_init
        ended = init.started_ms + round(init.duration_ms + again_ms)
        error = self._sandbox.init_failure or self._timeout_error()
        status = platform_log.FAILED if self._sandbox.init_failure else platform_log.TIMEOUT
        kind, error = sandbox.error_type_of(error), with_request_id(error, request_id)
        # Nothing ran that could have written a line, so Lambda writes why.
        lines = [Line(ended, f"{error.get('errorMessage')}\n{kind}")] if kind == sandbox.INVALID_ENTRYPOINT else []
        invocation = platform_log.Invocation(
            request_id, ended - round(again_ms), ended, again_ms, 0, lines, status, kind, is_platform_error=True)
        return self._execution(invocation, error, is_error=True)

    def _finish(self, invocation, ended):
        if ended is None:
            self._sandbox.stop()
            error = with_request_id(self._timeout_error(), invocation.request_id)
            invocation.error_type = error["errorType"]
            return self._execution(invocation, error, is_error=True)
        if ended.kind == runtime_api.RESPONSE:
            return self._execution(invocation, *sandbox.parse(ended.body), is_error=False)
        is_exit = ended.kind == runtime_api.EXIT
        error = sandbox.exit_error(ended) if is_exit else sandbox.parse(ended.body)[0]
        invocation.status = platform_log.FAILED
        invocation.error_type = sandbox.error_type_of(error)
        invocation.is_platform_error = is_exit
        if is_exit:
            error = with_request_id(error, invocation.request_id)
            self._sandbox.stop()
        return self._execution(invocation, error, is_error=True)

    def _timeout_error(self):
        message = f"Task timed out after {self._function.timeout:.2f} seconds"
        return {"errorType": "Sandbox.Timedout", "errorMessage": message}

    def _execution(self, invocation, body, is_text=False, *, is_error):
        invocation.init, self._unreported_init = self._unreported_init, None
        return Execution(self._function, self._sandbox.log_stream, invocation, body, is_error, is_text)


@dataclass
class Execution:
    """The result of an invocation together with what there is to log about it."""

    function: function.Function
    log_stream: str
    invocation: platform_log.Invocation
    body: object
    is_error: bool
    is_text: bool = False
    """The runtime answered with something that is no JSON."""


def with_request_id(error, request_id):
    """Platform errors name the invocation in their message."""
    if not isinstance(error, dict) or "stackTrace" in error or "trace" in error:
        return error
    message = str(error.get("errorMessage", ""))
    if not message.startswith("RequestId:"):
        message = f"RequestId: {request_id} Error: {message}"
    return {**error, "errorMessage": message}


def retire_all(environments):
    """Let these environments, which the pool has dropped, end: now, or after the invocation that is running."""
    for environment in environments:
        if environment is not None:
            environment.retire()


def stop_all(is_final=False):
    """End every environment now."""
    with lambda_runtime._lock:
        lambda_runtime._workers.clear()
    sandbox.stop_all(is_final)


def ensure_started(environment):
    """Prepare an environment for a SnapStart version; an error fails its publication."""
    error = environment.prepare(platform_log.SNAP_START)
    if error:
        raise RuntimeError(json.dumps(error))


def apply():
    """Let the pool hold these environments for every runtime that runs as a process."""
    anchors.replace(lambda_runtime, "_worker_class_for", lambda _original: lambda config: Environment)
    for name in ("_lock", "_workers", "acquire_worker", "release_worker"):
        anchors.require(lambda_runtime, name)
    anchors.replace(lambda_runtime, "kill_workers", lambda _original: retire_all)
    anchors.replace(lambda_runtime, "reset", lambda _original: stop_all)
    anchors.replace(lambda_runtime, "ensure_spawned", lambda _original: ensure_started)
