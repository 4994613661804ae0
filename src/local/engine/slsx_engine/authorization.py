"""Questions to IAM that MiniStack does not ask; everything is allowed when IAM is not enforced."""

import functools
import os
import threading

from ministack.core import iam_evaluator, lambda_runtime
from ministack.services import lambda_svc, sts

from . import anchors

_clients_lock = threading.Lock()


def is_enforced():
    """Whether local AWS was started with AUTH=true."""
    from ministack import app

    return app.AUTH


def role_may(function, action, resource):
    """Whether the execution role of `function` allows `action` on `resource`."""
    return may(function.role_name, function.account, function.name, action, resource, function.region)


def may(role_name, account, session, action, resource, region):
    """Whether a session of a role may do `action`, by the role's policies and the policy of the resource."""
    if not is_enforced():
        return True
    context = iam_evaluator.EvalContext(
        principal_arn=f"arn:aws:sts::{account}:assumed-role/{role_name}/{session}", principal_type="AssumedRole",
        principal_account=account, action=action, resource_arn=resource, region=region)
    result = iam_evaluator.evaluate(context, iam_evaluator._gather_role_policies(role_name, account))
    policy = iam_evaluator._resource_policy(action.partition(":")[0], resource)
    if policy is not None:
        result = iam_evaluator.combine_resource_policy(result, context, *policy)
    return result.decision == "Allow"


def role_arn_may(role_arn, session, action, resource):
    """Whether a session of the role with this ARN may do `action`; nobody's role may nothing."""
    if not is_enforced():
        return True
    parts = role_arn.split(":")
    return len(parts) > 5 and may(parts[5].rsplit("/", 1)[-1], parts[4], session, action, resource,
                                  (resource.split(":") + [""] * 4)[3])


def service_may_invoke(function_arn, service, source_arn):
    """Whether the resource policy of a function lets an AWS service invoke it for the resource `source_arn`.

    AWS: a service needs a statement such as `AWS::Lambda::Permission` adds, else the event is not delivered.
    https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
    Stock: S3, SNS and EventBridge invoke any function.
    """
    if not is_enforced():
        return True
    found = lambda_svc.function_policy_for_arn(function_arn)
    if not found:
        return False
    account, region = function_arn.split(":")[4], function_arn.split(":")[3]
    context = iam_evaluator.EvalContext(
        principal_arn="*", principal_type="Service", principal_account="", action="lambda:InvokeFunction",
        resource_arn=function_arn, region=region,
        service_context={"aws:sourcearn": source_arn, "aws:sourceaccount": account})
    return iam_evaluator.evaluate_resource_policy(found[0], context, service=service).decision == "Allow"


def client_of_role(service, role_arn, function_arn):
    """An SDK client that acts as a role, for the calls AWS makes on behalf of a function or an integration."""
    credentials = lambda_runtime.execution_credentials(
        {"FunctionArn": function_arn, "FunctionName": function_arn.split(":")[6], "Role": role_arn})
    with _clients_lock:
        return _client(service, function_arn.split(":")[3], credentials["AWS_ACCESS_KEY_ID"],
                       credentials["AWS_SECRET_ACCESS_KEY"], credentials["AWS_SESSION_TOKEN"] or None)


@functools.lru_cache(maxsize=64)
def _client(service, region, access_key, secret_key, token):
    import botocore.session

    return botocore.session.Session().create_client(
        service, region_name=region, endpoint_url=f"http://127.0.0.1:{os.environ.get('GATEWAY_PORT', '4566')}",
        aws_access_key_id=access_key, aws_secret_access_key=secret_key, aws_session_token=token)


def one_at_a_time(stock):
    """Sessions of roles are registered one after the other.

    AWS: any number of environments may start at once.
    Stock: looks through the sessions while another thread adds one; now and then an invocation of a fan-out fails with
    "dictionary changed size during iteration".
    """
    lock = threading.Lock()

    def register(*arguments):
        with lock:
            return stock(*arguments)
    return register


def apply():
    """Put the correction of this file in place and check what the rest uses."""
    anchors.replace(sts, "register_session", one_at_a_time)
    for name in ("EvalContext", "evaluate", "evaluate_resource_policy", "_gather_role_policies", "_resource_policy",
                 "combine_resource_policy"):
        anchors.require(iam_evaluator, name)
    anchors.require(lambda_svc, "function_policy_for_arn")
    anchors.require(lambda_runtime, "execution_credentials")
