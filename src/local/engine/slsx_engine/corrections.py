"""The list of all corrections, in the order they are applied."""

from . import (
    asynchronous,
    authorization,
    environment,
    event_sources,
    function_updates,
    http_api,
    invocations,
    log_delivery,
    provisioned_concurrency,
    restart,
    search,
    stacks,
    transport,
)

_ALL = (
    authorization, log_delivery, environment, invocations, function_updates, provisioned_concurrency, asynchronous,
    event_sources, http_api, search, stacks, restart, transport,
)


def apply_all():
    """Apply every correction; raise `MissingAnchor` when MiniStack is not the one they were written for."""
    for correction in _ALL:
        correction.apply()
