"""Asynchronous invocations: who may cause them, how often they are tried again and where a failed event goes.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

import contextvars
import json
import logging
import threading
import time
import uuid

from ministack.services import eventbridge, lambda_svc, s3, sns

from . import anchors, authorization, function
from .invocations import current_request_id
from .output import now_ms
from .platform_log import iso_time

_THROTTLED_RETRY_LIMIT = 300.0

_log = logging.getLogger("slsx.engine")
_rule_arn = contextvars.ContextVar("slsx_rule_arn", default="")


def apply():
    """Put the corrections of this file in place."""
    for name in ("_execute_function", "_event_invoke_config", "_execution_record_for_config", "_functions",
                 "_LAMBDA_ASYNC_RETRY_BASE_SECONDS", "_get_func_record_for_ref"):
        anchors.require(lambda_svc, name)
    anchors.replace(lambda_svc, "invoke_async_with_retry", invoke_with_retries)
    anchors.replace(sns, "_deliver_to_lambda", deliver_notification)
    anchors.replace(eventbridge, "_dispatch_to_lambda", deliver_event)
    anchors.replace(eventbridge, "_invoke_target", _note_rule)
    anchors.replace(s3, "_deliver_event_to_lambda", deliver_object_event)


def invoke_with_retries(_stock):
    """Retries and destinations.

    AWS: one request id for all attempts; MaximumRetryAttempts of the qualifier that was invoked; throttles are tried
    again without counting; a dead-letter queue gets the event with three attributes, a destination a record of the
    invocation with the real number of attempts, after a success too.
    Stock: takes the setting of $LATEST, counts throttles, sends the same record (always 3 attempts) to either target.
    """
    def invoke(func, event):
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(_run, func, event), daemon=True).start()
    return invoke


def deliver_notification(_stock):
    """SNS invokes functions asynchronously.

    AWS: Lambda tries a failed notification again and sends it to the function's destination.
    https://docs.aws.amazon.com/sns/latest/dg/sns-lambda-as-subscriber.html
    Stock: tries once and forgets it.
    """
    def deliver(endpoint, envelope, topic_arn, subscription_arn, _message_id, _message, _attributes):
        _invoke_for_service("sns.amazonaws.com", topic_arn, endpoint, {"Records": [{
            "EventVersion": "1.0", "EventSubscriptionArn": subscription_arn, "EventSource": "aws:sns",
            "Sns": json.loads(envelope)}]})
    return deliver


def deliver_event(_stock):
    """EventBridge invokes functions asynchronously.

    AWS: as for SNS. https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
    Stock: tries once and forgets it.
    """
    def deliver(arn, payload):
        try:
            event = json.loads(payload)
        except (ValueError, TypeError):
            event = {"body": payload}
        _invoke_for_service("events.amazonaws.com", _rule_arn.get(), arn, event)
    return deliver


def deliver_object_event(stock):
    """S3 needs the function's permission. Stock: invokes any function."""
    def deliver(arn, event, bucket_region):
        records = event.get("Records") or [{}]
        bucket = (records[0].get("s3") or {}).get("bucket", {}).get("arn", "")
        if authorization.service_may_invoke(arn, "s3.amazonaws.com", bucket):
            stock(arn, event, bucket_region)
        else:
            _log.warning("%s: s3.amazonaws.com may not invoke it for %s", arn, bucket)
    return deliver


def _note_rule(stock):
    def dispatch(target, event, rule, *arguments, **options):
        _rule_arn.set((rule or {}).get("Arn", ""))
        return stock(target, event, rule, *arguments, **options)
    return dispatch


def _invoke_for_service(service, source_arn, function_arn, event):
    func, config, name = lambda_svc._get_func_record_for_ref(function_arn)
    if not func or not config:
        _log.warning("%s: no function %s", service, name)
    elif not authorization.service_may_invoke(function_arn, service, source_arn):
        _log.warning("%s: %s may not invoke it for %s", function_arn, service, source_arn)
    else:
        lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(func, config), event)


def _run(func, event):
    config = func.get("config") or func
    settings = function.from_configuration(config)
    lambda_svc._request_account_id.set(settings.account)
    lambda_svc._request_region.set(settings.region)
    request_id = current_request_id.get() or str(uuid.uuid4())
    current_request_id.set(request_id)
    rules = _event_invoke_config(settings)
    result, attempts, condition = _attempt(func, event, rules)
    record = {
        "version": "1.0", "timestamp": iso_time(now_ms()),
        "requestContext": {
            "requestId": request_id, "functionArn": _qualified(settings), "condition": condition,
            "approximateInvokeCount": attempts},
        "requestPayload": event,
        "responseContext": {
            "statusCode": 200, "executedVersion": settings.version,
            **({"functionError": "Unhandled"} if result.get("error") else {})},
        "responsePayload": result.get("body")}
    outcome = "OnFailure" if result.get("error") else "OnSuccess"
    destination = ((rules.get("DestinationConfig") or {}).get(outcome) or {}).get("Destination")
    deliver_safely(settings, config, destination, record)
    if result.get("error"):
        message = (result.get("body") or {}).get("errorMessage", "") if isinstance(result.get("body"), dict) else ""
        deliver_safely(settings, config, (config.get("DeadLetterConfig") or {}).get("TargetArn"), event, {
            "RequestID": request_id, "ErrorCode": "200", "ErrorMessage": message[:1024]})


def _attempt(func, event, rules):
    """Try until it succeeds, the attempts are used up or the event is too old."""
    most = 1 + int(rules.get("MaximumRetryAttempts", 2))
    expires = time.monotonic() + int(rules.get("MaximumEventAgeInSeconds", 21600))
    first_delay = lambda_svc._LAMBDA_ASYNC_RETRY_BASE_SECONDS
    delay, attempts = first_delay, 0
    while True:
        result = lambda_svc._execute_function(func, event)
        attempts += 0 if result.get("throttle") else 1
        if not result.get("error"):
            return result, attempts, "Success"
        if attempts >= most:
            return result, attempts, "RetriesExhausted"
        if time.monotonic() + delay > expires:
            return result, attempts, "EventAgeExceeded"
        time.sleep(delay)
        delay = min(delay * 2, _THROTTLED_RETRY_LIMIT * first_delay)


def _event_invoke_config(settings):
    func = lambda_svc._functions.get(settings.name) or {}
    qualifier = _qualifier(settings)
    names = [qualifier] if qualifier else [None, "$LATEST"]
    return next(filter(None, (lambda_svc._event_invoke_config(func, name) for name in names)), {})


def _qualifier(settings):
    parts = settings.arn.split(":")
    return parts[7] if len(parts) > 7 else None


def _qualified(settings):
    return settings.arn if _qualifier(settings) else f"{settings.arn}:$LATEST"


def deliver_safely(settings, config, target, body, attributes=None):
    """Send to a destination as the function's role; what is refused is logged."""
    if not target:
        return
    try:
        _deliver(config, target, json.dumps(body, ensure_ascii=False), attributes or {})
    except Exception as error:  # noqa: BLE001  (whatever the target refused: the function's owner reads it in the log)
        _log.warning("%s: nothing delivered to %s: %s", settings.arn, target, error)


def _deliver(config, target, body, attributes):
    """Send as the execution role of the function: AWS refuses what the role may not do."""
    service, _region, account, resource = target.split(":", 5)[2:]
    client = authorization.client_of_role(service, config.get("Role", ""), config["FunctionArn"])
    typed = {name: {"DataType": "Number" if name == "ErrorCode" else "String", "StringValue": value or " "}
             for name, value in attributes.items()}
    if service == "sqs":
        client.send_message(QueueUrl=f"{client.meta.endpoint_url}/{account}/{resource}", MessageBody=body,
                            MessageAttributes=typed)
    elif service == "sns":
        client.publish(TopicArn=target, Message=body, MessageAttributes=typed)
    elif service == "lambda":
        client.invoke(FunctionName=target, InvocationType="Event", Payload=body)
    elif service == "events":
        client.put_events(Entries=[{
            "Source": "lambda", "EventBusName": target, "Detail": body,
            "DetailType": f"Lambda Function Invocation Result - {json.loads(body)['requestContext']['condition']}"}])
    else:
        raise ValueError(f"{service} is no destination that local AWS delivers to")
