"""Which queue may be whose dead-letter queue.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
"""

import json
from xml.sax.saxutils import escape

from ministack.services import sqs
from ministack.services.cloudformation import provisioners

from . import anchors


def apply():
    """Put the corrections of this file in place."""
    for name in ("_HANDLERS", "_queue_by_arn", "_queues", "_Err", "_get_q", "_xml_resp"):
        anchors.require(sqs, name)
    for action, name in (("CreateQueue", "_act_create_queue"), ("SetQueueAttributes", "_act_set_queue_attributes")):
        anchors.replace(sqs, name, refuse_unfit_targets)
        sqs._HANDLERS[action] = getattr(sqs, name)
    sqs._HANDLERS["ListDeadLetterSourceQueues"] = list_sources
    anchors.replace(sqs, "_to_xml", write_sources)
    handlers = anchors.require(provisioners, "_RESOURCE_HANDLERS")
    anchors.replace_handler(handlers, "AWS::SQS::Queue", "create", fail_for_unfit_targets)


def refuse_unfit_targets(stock):
    """A RedrivePolicy names a queue that exists and whose RedriveAllowPolicy admits the source.

    AWS: InvalidParameterValue.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
    Stock: takes any target; RedriveAllowPolicy has no effect.
    """
    def act(data, queue_url):
        policy = (data.get("Attributes") or {}).get("RedrivePolicy")
        if policy:
            name = data.get("QueueName") or (data.get("QueueUrl") or queue_url).rstrip("/").split("/")[-1]
            reason = why_unfit(policy, f"arn:aws:sqs:{sqs.get_region()}:{sqs.get_account_id()}:{name}")
            if reason:
                raise sqs._Err("InvalidParameterValue", reason)
        return stock(data, queue_url)
    return act


def fail_for_unfit_targets(stock):
    """A queue of a template whose RedrivePolicy is refused is not created. Stock: see `refuse_unfit_targets`."""
    def create(logical_id, properties, stack_name):
        result = stock(logical_id, properties, stack_name)
        queue = sqs._queues.get(result[0])
        reason = why_unfit(queue["attributes"].get("RedrivePolicy") or "", queue["attributes"]["QueueArn"])
        if reason:
            provisioners._RESOURCE_HANDLERS["AWS::SQS::Queue"]["delete"](result[0], properties)
            raise ValueError(f"{reason} (Service: Sqs, Status Code: 400)")
        return result
    return create


def list_sources(data, queue_url):
    """ListDeadLetterSourceQueues: the queues whose dead letters come here. Stock: InvalidAction.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListDeadLetterSourceQueues.html
    """
    target = sqs._get_q(data.get("QueueUrl") or queue_url)["attributes"]["QueueArn"]
    return {"queueUrls": sorted(queue["url"] for queue in sqs._queues.values()
                                if _policy(queue, "RedrivePolicy").get("deadLetterTargetArn") == target)}


def write_sources(stock):
    """The answer of ListDeadLetterSourceQueues in the query protocol. Stock: see there."""
    def to_xml(action, result):
        if action != "ListDeadLetterSourceQueues":
            return stock(action, result)
        urls = "".join(f"<QueueUrl>{escape(url)}</QueueUrl>" for url in result["queueUrls"])
        return sqs._xml_resp(200, f"{action}Response", f"<{action}Result>{urls}</{action}Result>")
    return to_xml


def why_unfit(policy, source_arn):
    """Why SQS refuses this RedrivePolicy of this queue, or None."""
    try:
        target_arn = json.loads(policy)["deadLetterTargetArn"]
    except (ValueError, KeyError, TypeError):
        return None
    start = f"Value {policy} for parameter RedrivePolicy is invalid. Reason: "
    target = sqs._queue_by_arn(target_arn)
    if target is None:
        return f"{start}Dead letter target does not exist."
    allowed = _policy(target, "RedriveAllowPolicy")
    permission = allowed.get("redrivePermission", "allowAll")
    if permission == "denyAll" or (permission == "byQueue" and source_arn not in allowed.get("sourceQueueArns", [])):
        return f"{start}The dead letter target does not allow {source_arn} as its source."
    return None


def _policy(queue, name):
    found = json.loads(queue["attributes"].get(name) or "{}")
    return found if isinstance(found, dict) else {}
