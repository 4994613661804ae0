"""A state machine acts as its role.

AWS: what the role may not do fails the task with the error of the service's SDK, which Retry and Catch can name.
https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html
Stock: no role is asked.
"""

import json
import uuid

from ministack.core import iam_actions
from ministack.services import stepfunctions

from . import authorization

# https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
_LOGGING_ACTIONS = tuple(f"logs:{call}" for call in (
    "CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "ListLogDeliveries",
    "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups"))
# The errors of the SDK that optimized integrations use.
_ERRORS = {
    "lambda": ("Lambda.AWSLambdaException", "AWSLambda", 403),
    "dynamodb": ("DynamoDB.AmazonDynamoDBException", "AmazonDynamoDBv2", 400),
    "sqs": ("SQS.AmazonSQSException", "AmazonSQS", 403),
    "sns": ("SNS.AuthorizationErrorException", "AmazonSNS", 403),
    "states": ("StepFunctions.AWSStepFunctionsException", "AWSStepFunctions", 400),
    "events": ("EventBridge.AmazonEventBridgeException", "AmazonEventBridge", 400)}
_SDK_SERVICES = {"sfn": "states", "eventbridge": "events", "cloudwatchlogs": "logs", "cloudwatch": "monitoring"}


def check(resource, given, execution):
    """Raise the error AWS gives when the role of the execution's machine may not call `resource` with `given`."""
    if not authorization.is_enforced():
        return
    called = _call(resource, given if isinstance(given, dict) else {})
    if called is None:
        return
    service, action, target = called
    machine = stepfunctions._state_machines.get(execution["stateMachineArn"]) or {}
    role = machine.get("roleArn", "")
    if may(role, execution["name"], action, target):
        return
    name, account = role.rsplit("/", 1)[-1], (role.split(":") + [""] * 5)[4]
    said = (f"User: arn:aws:sts::{account}:assumed-role/{name}/{execution['name']} is not authorized to perform: "
            f"{action} on resource: {target} because no identity-based policy allows the {action} action")
    error, sdk_name, status = _ERRORS.get(service, ("", "", 400))
    if "aws-sdk:" in resource:
        prefix = stepfunctions._AWS_SDK_ERROR_PREFIX.get(resource.split(":")[6].lower(), resource.split(":")[6])
        error, sdk_name = f"{prefix}.{prefix}Exception", prefix
    raise stepfunctions._ExecutionError(
        error, f"{said} (Service: {sdk_name}; Status Code: {status}; Error Code: AccessDeniedException; "
        f"Request ID: {uuid.uuid4()}; Proxy: null)")


def may(role_arn, session, action, target):
    """Whether a session of this role may do this."""
    return authorization.role_arn_may(role_arn, session, action, target)


def may_log(machine):
    """Whether the role may set up the delivery of logs, which AWS asks when a machine is created with logging."""
    logging = machine.get("loggingConfiguration") or {}
    if (logging.get("level") or "OFF") == "OFF" or not authorization.is_enforced():
        return True
    return all(may(machine.get("roleArn") or "", "create", action, "*") for action in _LOGGING_ACTIONS)


def _call(resource, given):
    """Service, action and resource of the call a task makes, or None for what is not looked at."""
    if ":function:" in resource and not resource.startswith("arn:aws:states:"):
        return "lambda", "lambda:InvokeFunction", resource
    parts = resource.removesuffix(".waitForTaskToken").split(":")
    if len(parts) > 7 and parts[5] == "aws-sdk":
        return _sdk_call(parts[6].lower(), parts[7], given)
    if len(parts) < 7:
        return None
    service, operation = parts[5], parts[6].split(".")[0]
    if service == "lambda":
        return service, "lambda:InvokeFunction", _function_arn(str(given.get("FunctionName", "")))
    if service == "states":
        return service, "states:StartExecution", str(given.get("StateMachineArn", ""))
    if service not in _ERRORS:
        return None
    action = f"{service}:{operation[0].upper()}{operation[1:]}"
    return service, action, _target(service, action.partition(":")[2], given)


def _sdk_call(name, operation, given):
    service = _SDK_SERVICES.get(name, name)
    action = f"{operation[0].upper()}{operation[1:]}"
    if service == "s3":
        bucket, key = given.get("Bucket", ""), given.get("Key")
        verb = {"ListObjectsV2": "ListBucket", "HeadObject": "GetObject"}.get(action, action)
        return service, f"s3:{verb}", f"arn:aws:s3:::{bucket}" + (f"/{key}" if key else "")
    if service == "lambda":
        verb = "InvokeFunction" if action == "Invoke" else action
        return service, f"lambda:{verb}", _function_arn(str(given.get("FunctionName", "")))
    prefix = "cloudwatch" if service == "monitoring" else service
    return service, f"{prefix}:{action}", _target(service, action, given)


def _target(service, action, given):
    if service == "sns":
        return str(given.get("TopicArn") or given.get("TargetArn") or "*")
    body = json.dumps(given if service != "states" else {f"{k[0].lower()}{k[1:]}": v for k, v in given.items()})
    return iam_actions.extract_resource_arn(
        service, "POST", "/", {"x-amz-target": f"x.{action}"}, body.encode(), {}, stepfunctions.get_region(),
        stepfunctions.get_account_id())


def _function_arn(reference):
    if reference.startswith("arn:"):
        return reference
    return f"arn:aws:lambda:{stepfunctions.get_region()}:{stepfunctions.get_account_id()}:function:{reference}"
