"""An event source mapping acts as the execution role of its function.

AWS: a mapping is created only when the role may read the source; what the role loses later stops the polling.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
Stock: no role is asked; only Kinesis streams of another account are looked at.
"""

import time

from ministack.core.responses import error_response_json
from ministack.services import lambda_svc, sqs
from ministack.services.cloudformation import provisioners

from . import anchors, authorization, function

_QUEUE_CALLS = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
_STREAM_CALLS = {
    "dynamodb": ("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"),
    "kinesis": ("GetRecords", "GetShardIterator", "DescribeStream", "ListShards", "ListStreams")}
_SERVICES = {"dynamodb": "DynamoDB", "kinesis": "Kinesis"}
_DESTINATION_CALLS = {"sqs": ("sqs:SendMessage", "SQS"), "sns": ("sns:Publish", "SNS")}
_REMEMBERED_SECONDS = 0.5

_answers = {}


def apply():
    """Put the corrections of this file in place."""
    for name in ("_get_func_record_for_qualifier", "_resolve_existing_esm_function", "_esms"):
        anchors.require(lambda_svc, name)
    anchors.require(sqs, "_queue_by_arn")
    anchors.replace(lambda_svc, "_create_esm", refuse_without_permission)
    anchors.replace(lambda_svc, "_poll_kinesis", skip_unreadable_streams)
    handlers = anchors.require(provisioners, "_RESOURCE_HANDLERS")
    anchors.replace_handler(handlers, "AWS::Lambda::EventSourceMapping", "create", fail_without_permission)


def refuse_without_permission(stock):
    """CreateEventSourceMapping asks the role and the queue, and refuses a second mapping of the same pair.

    AWS: InvalidParameterValueException "The provided execution role does not have permissions to call ReceiveMessage
    on SQS"; ResourceConflictException for a pair that has a mapping.
    https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html. Stock: see above.
    """
    def create(data):
        name, qualifier, error = lambda_svc._resolve_existing_esm_function(data.get("FunctionName", ""))
        if error:
            return stock(data)
        _record, config = lambda_svc._get_func_record_for_qualifier(name, qualifier)
        data = _as_aws_stores(data)
        refused = refusal(data, config)
        if refused:
            return error_response_json("InvalidParameterValueException", refused, 400)
        existing = _same_pair(data.get("EventSourceArn"), name, qualifier)
        if existing:
            return error_response_json(
                "ResourceConflictException", f"An event source mapping with event source arn "
                f"(\" {data['EventSourceArn']} \") and function (\" {name} \") already exists. Please update or "
                f"delete the existing mapping with UUID {existing}", 409)
        return stock(data)
    return create


def fail_without_permission(stock):
    """A mapping of a template fails as the API call does. Stock: see above."""
    def create(logical_id, properties, stack_name):
        name, qualifier, error = lambda_svc._resolve_existing_esm_function(properties.get("FunctionName", ""))
        config = None if error else lambda_svc._get_func_record_for_qualifier(name, qualifier)[1]
        properties = _as_aws_stores(properties)
        refused = refusal(properties, config) if config else None
        if refused:
            raise ValueError(f"{refused} (Service: Lambda, Status Code: 400)")
        return stock(logical_id, properties, stack_name)
    return create


def _as_aws_stores(mapping):
    """With the batch size that streams have by default: 100, where stock gives mappings of templates 10."""
    is_stream = ":sqs:" not in (mapping.get("EventSourceArn") or "")
    return {"BatchSize": 100, **mapping} if is_stream else mapping


def skip_unreadable_streams(stock):
    """Kinesis streams the role may not read are not read. Stock: see above."""
    def poll():
        unreadable = [mapping for _account, _region, mapping in lambda_svc._iter_all_esms()
                      if ":kinesis:" in mapping.get("EventSourceArn", "") and mapping.get("Enabled", True)
                      and not _is_readable(mapping)]
        for mapping in unreadable:
            mapping["Enabled"] = False
        try:
            return stock()
        finally:
            for mapping in unreadable:
                mapping["Enabled"] = True
    return poll


def refusal(mapping, config):
    """Why AWS would not create this mapping, or None."""
    settings, source = function.from_configuration(config), mapping.get("EventSourceArn") or ""
    service = (source.split(":") + [""] * 3)[2]
    if service == "sqs":
        denied = next((call for call in _QUEUE_CALLS if not role_may(settings, f"sqs:{call}", source)), None)
        if denied:
            return f"The provided execution role does not have permissions to call {denied} on SQS"
        unfit = _unfit_queue(mapping, settings, sqs._queue_by_arn(source))
        if unfit:
            return unfit
    if service in _STREAM_CALLS:
        calls = _STREAM_CALLS[service]
        if not all(role_may(settings, f"{service}:{call}", source) for call in calls):
            return (f"Cannot access stream {source}. Please ensure the role can perform the {', '.join(calls[:-1])}, "
                    f"and {calls[-1]} Actions on your stream in {_SERVICES[service]}.")
    destination = destination_of(mapping)
    action, target = _DESTINATION_CALLS.get((destination.split(":") + [""] * 3)[2], (None, None))
    if action and not role_may(settings, action, destination):
        return (f"The provided execution role does not have permissions to call {action.partition(':')[2]} on "
                f"{target}")
    return None


def _unfit_queue(mapping, settings, queue):
    """Why this queue cannot be polled in this way, or None.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    if queue is None:
        return ("Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. "
                "SQS Error Message: The specified queue does not exist.")
    visibility = int(queue["attributes"].get("VisibilityTimeout") or 30)
    if visibility < settings.timeout:
        return (f"Queue visibility timeout: {visibility} seconds is less than Function timeout: "
                f"{settings.timeout:.0f} seconds")
    if int(mapping.get("BatchSize") or 10) > 10 and not int(mapping.get("MaximumBatchingWindowInSeconds") or 0):
        return "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
    return None


def destination_of(mapping):
    """Where records that failed for good are told, or an empty text."""
    return ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination") or ""


def may_read(settings, source):
    """Whether the role may do everything a poller does before it invokes the function; asked twice a second."""
    service = source.split(":")[2]
    calls = ("ReceiveMessage", "GetQueueAttributes") if service == "sqs" else _STREAM_CALLS[service]
    key, now = (settings.arn, settings.role_name, source), time.monotonic()
    until, answer = _answers.get(key, (0, False))
    if now > until:
        answer = all(role_may(settings, f"{service}:{call}", source) for call in calls)
        _answers[key] = now + _REMEMBERED_SECONDS, answer
    return answer


def role_may(settings, action, resource):
    """Whether the function's role may do this."""
    return authorization.role_may(settings, action, resource)


def _is_readable(mapping):
    arn = mapping["FunctionArn"].split(":")
    record = lambda_svc._functions.get_scoped(arn[4], arn[3], mapping["FunctionName"])
    config = lambda_svc._effective_func_record_for_qualifier(record, mapping.get("Qualifier"))[1]
    return config is not None and may_read(function.from_configuration(config), mapping["EventSourceArn"])


def _same_pair(source, name, qualifier):
    return next((mapping["UUID"] for mapping in lambda_svc._esms.values()
                 if mapping["EventSourceArn"] == source and mapping["FunctionName"] == name
                 and mapping.get("Qualifier") == qualifier), None)
