"""Starts local AWS: checks that MiniStack is the version the corrections are for, applies them, serves.

Exit codes: 0 stopped, 1 failed (a port in use), 78 MiniStack is missing, has another version or other internals.
"""

import importlib.metadata
import os
import sys

VERSION = "1.5.33"
_WRONG_ENGINE = 78


def main():
    """Run until SIGTERM or SIGINT."""
    try:
        found = importlib.metadata.version("ministack")
    except importlib.metadata.PackageNotFoundError:
        return _refuse(f"ministack {VERSION} is not installed for {sys.executable}")
    if found != VERSION:
        return _refuse(f"ministack {VERSION} is needed and {found} is installed")
    # Function code must not find the engine's folder or its modules through the environment.
    os.environ.pop("PYTHONPATH", None)
    from . import anchors, corrections, occupied, parent

    occupied.mark()
    parent.watch()

    try:
        corrections.apply_all()
    except anchors.MissingAnchor as missing:
        return _refuse(f"ministack {VERSION} has no {missing}")
    from ministack import app

    from . import server

    host, port = os.environ.get("BIND_HOST", "127.0.0.1"), os.environ.get("GATEWAY_PORT", "4566")
    print(f"slsx local AWS: ministack {VERSION} with corrections on http://{host}:{port}", flush=True)
    try:
        server.serve(app.app, f"{host}:{port}")
    except OSError as error:
        print(f"slsx local AWS: cannot serve on {host}:{port}: {error.strerror}", file=sys.stderr, flush=True)
        return 1
    return 0


def _refuse(reason):
    print(f"slsx local AWS: {reason}", file=sys.stderr, flush=True)
    return _WRONG_ENGINE


if __name__ == "__main__":
    sys.exit(main())
