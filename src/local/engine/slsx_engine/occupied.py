"""Tells other versions of slsx that this process runs from this folder, so that they do not remove it."""

import contextlib
import fcntl
import os
import pathlib

_MARK = pathlib.Path(__file__).resolve().parent.parent / "in-use"


def mark():
    """Share the lock on the folder until this process ends; a folder of the source tree has none."""
    with contextlib.suppress(OSError):
        # Never closed: the lock is as long as the process. Not inherited by functions, which may outlive it.
        fcntl.flock(os.open(_MARK, os.O_RDONLY | os.O_CLOEXEC), fcntl.LOCK_SH)
