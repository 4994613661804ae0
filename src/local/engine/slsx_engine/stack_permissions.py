"""CloudFormation acts in the name of whoever changes the stack."""

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

from . import anchors, authorization

_LAMBDA = "arn:aws:lambda:{region}:{account}:function:{id}"
# The action that each step takes first of all, and what it is about: `{id}` is the last part of the physical id.
_ACTIONS = {
    "AWS::CloudWatch::Alarm": (
        "cloudwatch:PutMetricAlarm", "cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms",
        "arn:aws:cloudwatch:{region}:{account}:alarm:{id}"),
    "AWS::DynamoDB::Table": (
        "dynamodb:CreateTable", "dynamodb:UpdateTable", "dynamodb:DeleteTable",
        "arn:aws:dynamodb:{region}:{account}:table/{id}"),
    "AWS::Events::Rule": (
        "events:PutRule", "events:PutRule", "events:DeleteRule", "arn:aws:events:{region}:{account}:rule/{id}"),
    "AWS::IAM::Role": (
        "iam:CreateRole", "iam:UpdateRole", "iam:DeleteRole", "arn:aws:iam::{account}:role/{id}"),
    "AWS::Lambda::EventSourceMapping": (
        "lambda:CreateEventSourceMapping", "lambda:UpdateEventSourceMapping", "lambda:DeleteEventSourceMapping",
        "arn:aws:lambda:{region}:{account}:event-source-mapping:{id}"),
    "AWS::Lambda::Function": (
        "lambda:CreateFunction", "lambda:UpdateFunctionConfiguration", "lambda:DeleteFunction", _LAMBDA),
    "AWS::Logs::LogGroup": (
        "logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:DeleteLogGroup",
        "arn:aws:logs:{region}:{account}:log-group:{path}"),
    "AWS::S3::Bucket": ("s3:CreateBucket", "s3:GetBucketVersioning", "s3:DeleteBucket", "arn:aws:s3:::{id}"),
    "AWS::SNS::Topic": (
        "sns:CreateTopic", "sns:SetTopicAttributes", "sns:DeleteTopic", "arn:aws:sns:{region}:{account}:{id}"),
    "AWS::SQS::Queue": (
        "sqs:CreateQueue", "sqs:SetQueueAttributes", "sqs:DeleteQueue", "arn:aws:sqs:{region}:{account}:{id}"),
    "AWS::StepFunctions::StateMachine": (
        "states:CreateStateMachine", "states:UpdateStateMachine", "states:DeleteStateMachine",
        "arn:aws:states:{region}:{account}:stateMachine:{id}"),
}
# Roles that are handed to a service: the property, and the service.
_ROLES = {
    "AWS::Lambda::Function": ("Role", "lambda.amazonaws.com"),
    "AWS::StepFunctions::StateMachine": ("RoleArn", "states.amazonaws.com"),
}


def apply():
    """Put the corrections of this file in place."""
    for name in ("caller_arn", "_gather_user_policies"):
        anchors.require(iam_evaluator, name)
    anchors.replace(provisioners, "_provision_resource", create_as_caller)
    anchors.replace(provisioners, "_update_resource", update_as_caller)
    anchors.replace(provisioners, "_delete_resource", delete_as_caller)


def create_as_caller(stock):
    """A stack without a service role creates with the permissions of whoever executes the change set.

    AWS: the resource fails with the service's AccessDenied, and the stack rolls back.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
    Stock: who may execute a change set may create anything.
    """
    def provision(resource_type, logical_id, properties, stack_name):
        _pass_role(resource_type, properties)
        created = stock(resource_type, logical_id, properties, stack_name)
        # Only now is its name known.
        refused = _refusal(resource_type, 0, created[0])
        if refused:
            _delete_anyway(resource_type, created[0], properties, stack_name, logical_id)
            raise ValueError(refused)
        return created
    return provision


def update_as_caller(stock):
    """As `create_as_caller`, for what is updated."""
    def update(resource_type, physical_id, old_properties, new_properties, *rest):
        _pass_role(resource_type, new_properties)
        refused = _refusal(resource_type, 1, physical_id)
        if refused:
            raise ValueError(refused)
        return stock(resource_type, physical_id, old_properties, new_properties, *rest)
    return update


def delete_as_caller(stock):
    """As `create_as_caller`, for what is deleted."""
    global _delete_anyway
    _delete_anyway = stock

    def delete(resource_type, physical_id, *rest, **options):
        refused = _refusal(resource_type, 2, physical_id)
        if refused:
            raise ValueError(refused)
        return stock(resource_type, physical_id, *rest, **options)
    return delete


_delete_anyway = None


def _refusal(resource_type, step, physical_id):
    known = _ACTIONS.get(resource_type)
    if known is None:
        return None
    physical_id = str(physical_id)
    identifier = physical_id.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    resource = known[3].format(region=get_region(), account=get_account_id(), id=identifier, path=physical_id)
    return _denied(known[step], resource)


def _pass_role(resource_type, properties):
    key, service = _ROLES.get(resource_type, (None, None))
    role = (properties or {}).get(key)
    if isinstance(role, str) and role.startswith("arn:"):
        refused = _denied("iam:PassRole", role, {"iam:passedtoservice": service})
        if refused:
            raise ValueError(refused)


def _denied(action, resource, about=None):
    """What AWS says when the caller may not do this; None when it may."""
    caller = iam_evaluator.caller_arn()
    kind, _, rest = caller.split(":", 5)[-1].partition("/")
    if not authorization.is_enforced() or kind not in ("user", "assumed-role"):
        return None
    account, name = get_account_id(), rest.rsplit("/", 1)[-1] if kind == "user" else rest.partition("/")[0]
    gather = iam_evaluator._gather_user_policies if kind == "user" else iam_evaluator._gather_role_policies
    context = iam_evaluator.EvalContext(
        principal_arn=caller, principal_type="User" if kind == "user" else "AssumedRole", principal_account=account,
        action=action, resource_arn=resource, region=get_region(), service_context=about or {})
    if iam_evaluator.evaluate(context, gather(name, account)).decision == "Allow":
        return None
    return (f"User: {caller} is not authorized to perform: {action} on resource: {resource} because no identity-based "
            f"policy allows the {action} action (Status Code: 403)")
