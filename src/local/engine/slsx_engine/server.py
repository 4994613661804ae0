"""Serves MiniStack's application until a signal; MiniStack's own `main` waits for every running function before it stops."""

import asyncio
import os
import signal

from . import environment

# Idle connections of SDKs are kept longer than the SDKs keep them.
_KEEP_ALIVE_SECONDS = 75
# Time for answers that are under way when the signal comes; functions have been stopped by then.
_LAST_ANSWERS_SECONDS = 0.5


def serve(application, address):
    """Serve `application` on `address` (host:port) until SIGTERM or SIGINT."""
    from hypercorn.asyncio import serve as hypercorn_serve
    from hypercorn.config import Config

    _raise_file_limit()
    config = Config()
    config.bind = [address]
    config.keep_alive_timeout = _KEEP_ALIVE_SECONDS
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
    await arrived.wait()
    await asyncio.to_thread(environment.stop_all, is_final=True)


def _raise_file_limit():
    """Every environment needs a few files and sockets; the usual soft limit is 1024."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        except (ValueError, OSError):
            pass
