"""EventBridge and SNS deliver only where a policy lets them; what they cannot deliver goes to a dead-letter queue."""

import json
import logging

from ministack.core import iam_evaluator
from ministack.core.arn import ArnParseError, parse_arn
from ministack.services import eventbridge, sns, sqs

from . import anchors, authorization

_log = logging.getLogger("slsx.engine")


def apply():
    """Put the corrections of this file in place."""
    for name in ("_pattern_event_view", "_invoke_target"):
        anchors.require(eventbridge, name)
    anchors.require(sns, "_topic_by_arn_any_scope")
    anchors.require(sqs, "_act_send_message")
    anchors.replace(eventbridge, "_invoke_target", target_needs_permission)
    anchors.replace(sns, "topic_policy_allows", topic_names_its_publishers)
    anchors.replace(sns, "_deliver_to_sqs", keep_what_a_queue_refuses)
    anchors.replace(sns, "_deliver_to_lambda", keep_what_a_function_refuses)


def target_needs_permission(stock):
    """A rule delivers to a target whose policy permits `events.amazonaws.com`; else to the target's dead-letter queue.

    AWS: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    Stock: writes to any queue and topic; has no dead-letter queues.
    """
    def invoke(target, event, rule, view=None):
        rule_arn = (rule or {}).get("Arn", "")
        refused = _why_refused(target, rule_arn)
        if refused is None:
            return stock(target, event, rule, view)
        _log.warning("%s: %s for %s", target.get("Arn"), refused[1], rule_arn)
        dead_letters = (target.get("DeadLetterConfig") or {}).get("Arn")
        if dead_letters and _queue_permits(dead_letters, "events.amazonaws.com", rule_arn):
            view = view or eventbridge._pattern_event_view(event)
            _send(dead_letters, json.dumps(view.event_with_detail()), {
                "RULE_ARN": rule_arn, "TARGET_ARN": target["Arn"], "ERROR_CODE": refused[0],
                "ERROR_MESSAGE": refused[1], "RETRY_ATTEMPTS": "0"})
        return None
    return invoke


def keep_what_a_queue_refuses(stock):
    """A notification that a queue refuses goes to the dead-letter queue of the subscription.

    AWS: client errors (no queue, no permission) are not tried again.
    https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
    Stock: forgets it.
    """
    def deliver(endpoint, envelope, raw, message, *arguments, topic_arn="", **options):
        if not _queue_permits(endpoint, "sns.amazonaws.com", topic_arn):
            _keep(stock, topic_arn, endpoint, envelope, raw, message)
        return stock(endpoint, envelope, raw, message, *arguments, topic_arn=topic_arn, **options)
    return deliver


def keep_what_a_function_refuses(stock):
    """A notification that may not invoke its function goes to the dead-letter queue of the subscription.

    AWS: as for queues. Stock: forgets it.
    """
    def deliver(endpoint, envelope, topic_arn, *arguments):
        if authorization.service_may_invoke(endpoint, "sns.amazonaws.com", topic_arn):
            return stock(endpoint, envelope, topic_arn, *arguments)
        _log.warning("%s: sns.amazonaws.com may not invoke it for %s", endpoint, topic_arn)
        return _keep(sns._deliver_to_sqs, topic_arn, endpoint, envelope, False, envelope)
    return deliver


def topic_names_its_publishers(_stock):
    """S3 publishes to a topic whose policy names S3.

    AWS: the policy that a topic has by default admits its owner by `AWS:SourceOwner`, which S3 does not send.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
    Stock: says that S3 sends it, so every topic admits S3.
    """
    def allows(topic_arn, service, source_arn, _source_account):
        return _topic_permits(topic_arn, service, source_arn)
    return allows


def _why_refused(target, rule_arn):
    """An error code and message, or None for what may be delivered or is not of these services."""
    target_arn = target.get("Arn", "")
    try:
        spec = parse_arn(target_arn)
    except ArnParseError:
        return None
    if spec.service == "states" and not authorization.role_arn_may(
            target.get("RoleArn") or "", "events", "states:StartExecution", target_arn):
        return "NO_PERMISSIONS", "the role of the target does not allow states:StartExecution"
    if spec.service == "lambda" and not authorization.service_may_invoke(
            target_arn, "events.amazonaws.com", rule_arn):
        return "NO_PERMISSIONS", "the function does not permit events.amazonaws.com"
    if spec.service == "sqs" and not _queue_permits(target_arn, "events.amazonaws.com", rule_arn):
        return "NO_PERMISSIONS", "the queue does not permit events.amazonaws.com"
    if spec.service == "sns" and not _topic_permits(target_arn, "events.amazonaws.com", rule_arn):
        return "NO_PERMISSIONS", "the topic does not permit events.amazonaws.com"
    return None


def _queue_permits(arn, service, source):
    account = (source.split(":") + [""] * 5)[4]
    return sqs._queue_by_arn(arn) is not None and sqs.queue_policy_allows(arn, service, source, account)


def _topic_permits(arn, service, source):
    topic = sns._topic_by_arn_any_scope(arn)
    if topic is None or not authorization.is_enforced():
        return topic is not None
    context = iam_evaluator.EvalContext(
        principal_arn="*", principal_type="Service", principal_account="", action="sns:Publish", resource_arn=arn,
        region=arn.split(":")[3],
        service_context={"aws:sourcearn": source, "aws:sourceaccount": sns.get_account_id()})
    policy = topic.get("attributes", {}).get("Policy") or ""
    return iam_evaluator.evaluate_resource_policy(policy, context, service=service).decision == "Allow"


def _keep(deliver, topic_arn, endpoint, envelope, raw, message):
    """Send to the dead-letter queue of the subscription, if it has one that permits SNS."""
    topic = sns._topic_by_arn_any_scope(topic_arn) or {}
    subscription = next((found for found in topic.get("subscriptions", []) if found.get("endpoint") == endpoint), {})
    try:
        target = json.loads(subscription.get("attributes", {}).get("RedrivePolicy") or "{}")["deadLetterTargetArn"]
    except (KeyError, TypeError, ValueError):
        return
    if target != endpoint:
        deliver(target, envelope, raw, message, topic_arn=topic_arn)


def _send(arn, body, attributes):
    queue = sqs._queue_by_arn(arn)
    typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items() if value}
    sqs._act_send_message(
        {"QueueUrl": queue["url"], "MessageBody": body, "MessageAttributes": typed}, queue["url"])
