"""The list of all corrections, in the order they are applied."""

from . import (
    asynchronous,
    authorization,
    environment,
    environment_pool,
    event_sources,
    function_updates,
    http_api,
    invocations,
    log_delivery,
    message_moves,
    provisioned_concurrency,
    queues,
    request_resources,
    restart,
    search,
    stacks,
    transport,
)

_ALL = (
    authorization, log_delivery, environment, environment_pool, invocations, function_updates, provisioned_concurrency, asynchronous,
    event_sources, http_api, search, stacks, restart, transport,
    queues, message_moves, request_resources,
)


def apply_all():
    """Apply every correction; raise `MissingAnchor` when MiniStack is not the one they were written for."""
    for correction in _ALL:
        correction.apply()
