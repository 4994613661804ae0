"""The Lambda Runtime API for one execution environment; it knows HTTP and nothing of processes or logs.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import contextlib
import http.server
import json
import queue
import re
import socket
import threading
import time
from dataclasses import dataclass, field

_RESULT_PATH = re.compile(r"^/2018-06-01/runtime/invocation/([^/]+)/(response|error)$")

_LONGEST_LINE = 65_536

READY, TAKEN, RESPONSE, ERROR, INIT_ERROR, EXIT = "ready", "taken", "response", "error", "init-error", "exit"


@dataclass
class Signal:
    """Something the environment did, with the moment it did it."""

    kind: str
    body: bytes = b""
    status: int = 0
    clock: float = field(default_factory=time.perf_counter)
    epoch: float = field(default_factory=time.time)


@dataclass
class Event:
    """One invocation to hand to the runtime."""

    request_id: str
    payload: bytes
    timeout: float
    function_arn: str
    trace_id: str
    tenant: str | None = None


class RuntimeApi:
    """Hands events to a runtime and turns what the runtime reports into signals."""

    def __init__(self):
        self.signals = queue.SimpleQueue()
        self._events = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._current = None
        self._is_ready = False
        self._is_closed = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self):
        """The value of AWS_LAMBDA_RUNTIME_API."""
        host, port = self._listener.getsockname()
        return f"{host}:{port}"

    def hand_over(self, event):
        """Give `event` to the runtime as soon as it asks for one; TAKEN tells when it did."""
        with self._lock:
            self._current = event.request_id
        self._events.put(event)

    def close(self):
        """Release the runtime that waits for an event, and the port."""
        self._is_closed = True
        self._events.put(None)
        with contextlib.suppress(OSError):
            # Closing a listener does not wake a thread that accepts on it; a connection does.
            socket.create_connection(self._listener.getsockname(), timeout=1).close()

    def next_event(self):
        """Wait for the event of the next invocation; None when the environment is closed."""
        with self._lock:
            is_first, self._is_ready = not self._is_ready, True
        if is_first:
            self.signals.put(Signal(READY))
        return self._events.get()

    def accept_result(self, request_id, kind, body):
        """Take the result of the current invocation; False for any other invocation."""
        with self._lock:
            if request_id != self._current:
                return False
            self._current = None
        self.signals.put(Signal(kind, body))
        return True

    def _accept(self):
        with self._listener:
            while not self._is_closed:
                with contextlib.suppress(OSError):
                    connection, address = self._listener.accept()
                    threading.Thread(target=self._serve, args=(connection, address), daemon=True).start()

    def _serve(self, connection, address):
        # A runtime that is stopped in the middle of a request is no error.
        with connection, contextlib.suppress(OSError, ValueError):
            _Handler(connection, address, self)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, format, *arguments):
        """Runtime API traffic is not logged."""

    def parse_request(self):
        """Read request line and headers: as objects of `email` they took a tenth of the time of an invocation."""
        self.command, self.path, self.request_version = self.raw_requestline.decode("latin-1").split()
        self.headers = {}
        while (line := self.rfile.readline(_LONGEST_LINE)).strip():
            name, _, value = line.decode("latin-1").partition(":")
            self.headers[name.strip().title()] = value.strip()
        self.close_connection = (self.request_version == "HTTP/1.0"
                                 or self.headers.get("Connection", "").lower() == "close")
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.handle_expect_100()
        return True

    def do_GET(self):
        if self.path != "/2018-06-01/runtime/invocation/next":
            return self._answer(404)
        event = self.server.next_event()
        if event is None:
            self.close_connection = True
            return None
        taken = Signal(TAKEN)
        self.server.signals.put(taken)
        self._answer(200, event.payload, {
            "Lambda-Runtime-Aws-Request-Id": event.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int((taken.epoch + event.timeout) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": event.function_arn,
            **({"Lambda-Runtime-Aws-Tenant-Id": event.tenant} if event.tenant else {}),
            **({"Lambda-Runtime-Trace-Id": event.trace_id} if event.trace_id else {}),
        })
        return None

    def do_POST(self):
        body = self._read_body()
        if self.path == "/2018-06-01/runtime/init/error":
            self.server.signals.put(Signal(INIT_ERROR, body))
            return self._answer(202, b'{"status":"OK"}')
        result = _RESULT_PATH.match(self.path)
        if not result:
            return self._answer(404)
        if not self.server.accept_result(result.group(1), result.group(2), body):
            return self._answer(400, json.dumps({
                "errorType": "InvalidRequestID", "errorMessage": "Invalid request ID"}).encode())
        return self._answer(202, b'{"status":"OK"}')

    def _read_body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _answer(self, status, body=b"", headers=None):
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
