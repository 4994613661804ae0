"""Ends local AWS when the process it was started for ends, even if that one is killed."""

import os
import signal
import threading
import time

_EVERY_SECONDS = 0.5


def watch():
    """Watch the process named by SLSX_WHILE_PROCESS, if there is one."""
    named = os.environ.pop("SLSX_WHILE_PROCESS", "")
    if named:
        threading.Thread(target=_wait_for, args=(int(named),), name="parent", daemon=True).start()


def _wait_for(process_id):
    while _exists(process_id):
        time.sleep(_EVERY_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


def _exists(process_id):
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(process_id)


def _is_zombie(process_id):
    """A process that has ended but that nobody has waited for; only where there is a /proc."""
    try:
        with open(f"/proc/{process_id}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False
