"""Serves MiniStack's application until a signal, and ends what runs then.

MiniStack's own `main` waits for every running function before it stops.
"""

import asyncio
import contextlib
import os
import signal
import threading
import time

from . import environment

# Idle connections of SDKs are kept longer than the SDKs keep them.
_KEEP_ALIVE_SECONDS = 75
# Connections that a burst may open before they are accepted; the system bounds it too.
_BACKLOG = 4096
# Time for answers that are under way when the signal comes; functions have been stopped by then.
_LAST_ANSWERS_SECONDS = 0.5
# Imports compete with the first answers for the interpreter.
_IMPORT_DELAY_SECONDS = 0.3


def serve(application, address):
    """Serve `application` on `address` (host:port) until SIGTERM or SIGINT."""
    from hypercorn.asyncio import serve as hypercorn_serve
    from hypercorn.config import Config

    _raise_file_limit()
    config = Config()
    config.bind = [address]
    config.keep_alive_timeout = _KEEP_ALIVE_SECONDS
    config.backlog = _BACKLOG
    config.graceful_timeout = _LAST_ANSWERS_SECONDS
    config.loglevel = os.environ.get("LOG_LEVEL", "INFO").upper()
    try:
        asyncio.run(hypercorn_serve(application, config, shutdown_trigger=_wait_for_signal))
    finally:
        environment.stop_all(is_final=True)


async def _wait_for_signal():
    arrived = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, arrived.set)
    threading.Thread(target=_import_ahead, daemon=True).start()
    await arrived.wait()
    await asyncio.to_thread(environment.stop_all, is_final=True)


def _import_ahead():
    """Load what the first SAM template needs: a second of work that would hold up every other request."""
    time.sleep(_IMPORT_DELAY_SECONDS)
    with contextlib.suppress(ImportError):
        import samtranslator.parser.parser
        import samtranslator.translator.transform  # noqa: F401


def _raise_file_limit():
    """Every environment needs a few files and sockets; the usual soft limit is 1024."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
