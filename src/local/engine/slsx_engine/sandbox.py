"""One process that runs a function: started once, used for one invocation at a time, never restarted."""

import json
import os
import queue
import signal
import subprocess
import threading
import time

from ministack.services import lambda_svc

from . import runtime_api, runtimes
from .output import Line, Output, now_ms
from .platform_log import FAILED, TIMEOUT, Initialization, Invocation, iso_time

INVALID_ENTRYPOINT = "Runtime.InvalidEntrypoint"
_IS_LINUX = os.path.isdir("/proc/self")

_running = set()
_running_lock = threading.Lock()
_is_closing = False


class Sandbox:
    """A process, the Runtime API it talks to, and what it writes."""

    def __init__(self, function, config, code_zip, initialization_type, log_stream):
        self.function = function
        self.log_stream = log_stream
        self.initialization_type = initialization_type
        self.init_failure = None
        self._api = runtime_api.RuntimeApi()
        self._process = None
        self._output = None
        self._config = config
        self._code_zip = code_zip
        self._peak_memory_mb = 0

    @property
    def is_alive(self):
        """Whether the process can take another invocation."""
        return self._process is not None and self._process.poll() is None

    def start(self, time_limit):
        """Start the process and wait for its first request for an event: the Init phase.

        https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
        """
        started_ms, started = now_ms(), time.perf_counter()
        try:
            started_ms, started = self._spawn()
            found = self._wait(time_limit) or runtime_api.Signal("", clock=started + time_limit)
        except (OSError, runtimes.InvalidEntrypoint) as error:
            found = runtime_api.Signal(runtime_api.INIT_ERROR, json.dumps({
                "errorType": INVALID_ENTRYPOINT, "errorMessage": str(error)}).encode())
        init = Initialization(self.initialization_type, started_ms, (found.clock - started) * 1000, [])
        if found.kind != runtime_api.READY:
            self._note_init_failure(init, found)
        init.lines = self._lines(ended=not self.is_alive)
        return init

    def invoke(self, request_id, payload, timeout, trace_id, function_arn, tenant=None):
        """Run one invocation and return it with the signal that ended it (None for a timeout)."""
        self._api.hand_over(runtime_api.Event(
            request_id, payload, timeout, function_arn, trace_id or "", tenant))
        # A runtime that is still busy with the time after its last result takes the event late, as on AWS.
        taken = self._wait(timeout)
        started = taken or runtime_api.Signal(runtime_api.TAKEN)
        ended = self._wait(timeout) if taken and taken.kind == runtime_api.TAKEN else taken
        duration = (ended.clock - started.clock) if ended else timeout
        started_ms = int(started.epoch * 1000)
        invocation = Invocation(
            request_id, started_ms, started_ms + round(duration * 1000), max(0.0, duration * 1000),
            self._memory_mb(), self._lines(ended=ended is not None and ended.kind == runtime_api.EXIT))
        for line in invocation.lines:
            # On a busy machine a line may be read after the result that followed it.
            line.timestamp = min(line.timestamp, invocation.ended_ms)
        if ended is None:
            invocation.status = TIMEOUT
            invocation.lines.append(Line(invocation.ended_ms, (
                f"{iso_time(invocation.ended_ms)} {request_id} Task timed out after {timeout:.2f} seconds")))
        return invocation, ended

    def stop(self):
        """End the process and all it started, at once: Lambda gives a runtime without extensions no grace."""
        with _running_lock:
            _running.discard(self)
        if self._process is not None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                self._process.kill()
        self._api.close()

    def _spawn(self):
        folders = runtimes.extract(self.function, self._code_zip)
        command = runtimes.command(self.function, folders)
        variables = runtimes.variables(self.function, self._config, folders, self._api.address,
                                       self.log_stream, self.initialization_type)
        reader, writer = os.pipe()
        started_ms, started = now_ms(), time.perf_counter()
        try:
            # A program file that another thread still writes cannot be executed, hence the lock of the extraction.
            with lambda_svc._provided_code_lock, _running_lock:
                if _is_closing:
                    raise OSError("local AWS is stopping")
                _running.add(self)
                self._process = subprocess.Popen(
                    command, cwd=folders[0], env=variables, stdin=subprocess.DEVNULL, stdout=writer,
                    stderr=subprocess.STDOUT, start_new_session=True)
        except OSError:
            os.close(reader)
            raise
        finally:
            os.close(writer)
        self._output = Output(reader)
        threading.Thread(target=self._watch, daemon=True).start()
        return started_ms, started

    def _wait(self, timeout):
        try:
            return self._api.signals.get(timeout=timeout)
        except queue.Empty:
            return None

    def _watch(self):
        status = self._process.wait()
        self._api.signals.put(runtime_api.Signal(runtime_api.EXIT, status=status))

    def _note_init_failure(self, init, found):
        if not found.kind:
            init.status, init.error_type = TIMEOUT, ""
        else:
            self.init_failure = exit_error(found) if found.kind == runtime_api.EXIT else parse(found.body)[0]
            init.status, init.error_type = FAILED, error_type_of(self.init_failure)
        self.stop()

    def _lines(self, ended):
        if self._output is None:
            return []
        return self._output.take_rest() if ended else self._output.take()

    def _memory_mb(self):
        """The most memory the process ever used; of a process that is gone, the last value known."""
        try:
            if _IS_LINUX:
                with open(f"/proc/{self._process.pid}/status", encoding="ascii") as status:
                    peak = next(line for line in status if line.startswith("VmHWM:"))
                kilobytes = int(peak.split()[1])
            else:
                kilobytes = int(subprocess.run(["ps", "-o", "rss=", "-p", str(self._process.pid)],
                                               capture_output=True, check=True).stdout)
        except (OSError, StopIteration, ValueError, subprocess.CalledProcessError):
            return self._peak_memory_mb
        self._peak_memory_mb = max(self._peak_memory_mb, -(-kilobytes // 1024))
        return self._peak_memory_mb


def stop_all(is_final):
    """End every process; after the final call none is started any more."""
    global _is_closing
    with _running_lock:
        _is_closing = is_final
        sandboxes = list(_running)
    for sandbox in sandboxes:
        sandbox.stop()


def exit_error(found):
    """The error of an environment whose process ended by itself."""
    if found.status == 0:
        reason = "Runtime exited without providing a reason"
    elif found.status > 0:
        reason = f"Runtime exited with error: exit status {found.status}"
    else:
        reason = f"Runtime exited with error: signal: {signal.Signals(-found.status).name}"
    return {"errorType": "Runtime.ExitError", "errorMessage": reason}


def parse(body):
    """The value of a JSON body, or its text and True when it is no JSON."""
    try:
        return json.loads(body), False
    except ValueError:
        return body.decode("utf-8", errors="replace"), True


def error_type_of(error):
    """The errorType of an error a runtime reported."""
    return str(error.get("errorType") or "") if isinstance(error, dict) else ""
