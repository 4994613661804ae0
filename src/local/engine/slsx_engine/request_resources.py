"""Which resource a request is about, where MiniStack asks IAM for any resource."""

import base64
import json

from ministack.core import iam_actions
from ministack.services import stepfunctions

from . import anchors

_TASK_ACTIONS = ("SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat")


def apply():
    """Put the correction of this file in place."""
    anchors.require(stepfunctions, "_task_tokens")
    anchors.replace(iam_actions, "extract_resource_arn", know_more_resources)


def know_more_resources(stock):
    """Message move tasks are about the source queue, task tokens about the state machine that waits.

    AWS: `sqs:StartMessageMoveTask` is granted on the dead-letter queue, `states:SendTaskSuccess` on the state machine.
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
    https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
    Stock: only a policy for `*` grants them.
    """
    def extract(service, method, path, headers, body, query_params, *scope):
        found = stock(service, method, path, headers, body, query_params, *scope)
        if found != "*" or service not in ("sqs", "states"):
            return found
        if service == "sqs":
            return _source_queue(body, query_params) or found
        if headers.get("x-amz-target", "").endswith(_TASK_ACTIONS):
            waiting = stepfunctions._task_tokens.get(iam_actions._safe_json_field(body, "taskToken")) or {}
            return waiting.get("stateMachineArn") or found
        return found
    return extract


def _source_queue(body, query_params):
    source = iam_actions._param(body, query_params, "SourceArn")
    if source:
        return source
    try:
        return json.loads(base64.b64decode(iam_actions._param(body, query_params, "TaskHandle")))["sourceArn"]
    except (ValueError, KeyError, TypeError):
        return None
