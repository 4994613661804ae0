"""What an execution environment writes, as lines with the moment each one arrived."""

import collections
import os
import select
import threading
import time
from dataclasses import dataclass

_MOST_LINES = 10_000
_CHUNK = 65_536


@dataclass
class Line:
    """One log event: its time in milliseconds since 1970 and its text."""

    timestamp: int
    text: str


def now_ms():
    """The time now, in milliseconds since 1970."""
    return int(time.time() * 1000)


class Output:
    """Reads the pipe that is the standard output and error of a process.

    A thread reads all the time, so that each line is stamped when it arrives and the process never blocks. `take`
    also reads what the pipe still holds: a process writes its last line before it reports its result, so after the
    result nothing of the invocation can be missing and nothing has to be waited for.
    """

    def __init__(self, descriptor):
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._lines = collections.deque(maxlen=_MOST_LINES)
        self._partial = b""
        self._is_open = True
        self._thread = threading.Thread(target=self._pump, daemon=True)
        self._thread.start()

    def take(self):
        """Return the lines since the last call."""
        with self._lock:
            self._read_available()
            lines = list(self._lines)
            self._lines.clear()
        return lines

    def take_rest(self):
        """Return the lines of a process that has ended."""
        self._thread.join(timeout=1)
        lines = self.take()
        with self._lock:
            if self._partial:
                lines.append(_line(self._partial))
                self._partial = b""
        return lines

    def _pump(self):
        poller = select.poll()
        poller.register(self._descriptor, select.POLLIN)
        while self._is_open:
            poller.poll()
            with self._lock:
                self._read_available()
        os.close(self._descriptor)

    def _read_available(self):
        while self._is_open:
            try:
                chunk = os.read(self._descriptor, _CHUNK)
            except BlockingIOError:
                return
            self._is_open = bool(chunk)
            *complete, self._partial = (self._partial + chunk).split(b"\n")
            self._lines.extend(_line(raw) for raw in complete)


def _line(raw):
    # A carriage return keeps the lines of one message, such as a stack trace, in one log event.
    return Line(now_ms(), raw.decode("utf-8", errors="replace").rstrip("\r").replace("\r", "\n"))
