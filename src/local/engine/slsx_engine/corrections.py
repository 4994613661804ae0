"""The list of all corrections, in the order they are applied."""

from . import (
    api_permissions,
    asynchronous,
    authorization,
    dead_letter_queues,
    deliveries,
    environment,
    environment_pool,
    event_sources,
    expressions,
    function_updates,
    http_api,
    invocations,
    log_delivery,
    log_pages,
    log_patterns,
    mapping_permissions,
    message_moves,
    missing_objects,
    policies,
    provisioned_concurrency,
    queue_mappings,
    queues,
    request_resources,
    rest_api,
    restart,
    search,
    stack_permissions,
    stacks,
    stream_mappings,
    template_files,
    tenants,
    topics,
    transport,
    version_code,
    workflow_callbacks,
    workflow_definitions,
    workflow_history,
    workflow_messages,
    workflow_tasks,
    workflows,
)

_ALL = (
    authorization, policies, log_delivery, log_pages, log_patterns, environment, environment_pool, invocations,
    function_updates, tenants, version_code,
    provisioned_concurrency, asynchronous, event_sources, expressions, http_api, search, stacks, stack_permissions, restart,
    transport,
    queues, message_moves, request_resources, mapping_permissions, queue_mappings, stream_mappings,
    api_permissions, deliveries, topics,
    workflow_history, workflow_callbacks, workflow_tasks, workflow_definitions, workflows,
    workflow_messages, missing_objects, dead_letter_queues, rest_api, template_files,
)


def apply_all():
    """Apply every correction; raise `MissingAnchor` when MiniStack is not the one they were written for."""
    for correction in _ALL:
        correction.apply()
