"""API Gateway may call only what a policy lets it call.

https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html
"""

import contextvars
import json
import logging

from ministack.services import apigateway, apigateway_v1, sqs
from ministack.services.cloudformation import provisioners

from . import anchors, authorization

_SERVICE = "apigateway.amazonaws.com"
_SESSION = "BackplaneAssumeRoleSession"

_log = logging.getLogger("slsx.engine")
# The role as which an integration calls SQS in this context.
integration_role = contextvars.ContextVar("slsx_integration_role", default=None)


def apply():
    """Put the corrections of this file in place."""
    for module in (apigateway, apigateway_v1):
        anchors.require(module, "_extract_lambda_ref_from_integration_uri")
    for name in ("_integrations", "_apigw_response"):
        anchors.require(apigateway, name)
    anchors.replace(apigateway, "_create_integration", keep_credentials)
    anchors.replace(provisioners, "_apigw_v2_integration_props", keep_credentials_of_templates)
    anchors.replace(apigateway, "_invoke_lambda_proxy", http_api_needs_permission)
    anchors.replace(apigateway_v1, "_invoke_lambda_proxy_v1", rest_api_needs_permission)
    anchors.replace(apigateway_v1, "_invoke_lambda_custom_v1", rest_api_needs_permission)
    anchors.replace(apigateway_v1, "_invoke_sqs_v1", send_as_role)
    anchors.replace(sqs, "_dispatch", ask_the_integration_role)


def keep_credentials(stock):
    """`CredentialsArn` and `IntegrationSubtype` belong to an integration. Stock: drops them.

    https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html
    """
    def create(api_id, data):
        status, headers, body = stock(api_id, data)
        if status != 201:
            return status, headers, body
        integration = apigateway._integrations[api_id][json.loads(body)["integrationId"]]
        integration.update({name: data[name] for name in ("credentialsArn", "integrationSubtype") if data.get(name)})
        return apigateway._apigw_response(integration, 201)
    return create


def keep_credentials_of_templates(stock):
    """As `keep_credentials`, for `AWS::ApiGatewayV2::Integration`. Stock: drops them."""
    def properties(given):
        return {**stock(given), **({"credentialsArn": given["CredentialsArn"]} if given.get("CredentialsArn") else {})}
    return properties


def http_api_needs_permission(stock):
    """A route of an HTTP API invokes a function that permits it, or as the role of the integration.

    AWS: 500 "Internal Server Error" without a permission for `arn:aws:execute-api:…:API/STAGE/METHOD/PATH`.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    Stock: invokes any function.
    """
    async def invoke(integration, api_id, stage, path, method, headers, body, query, route_key="$default", *arguments,
                     **options):
        if not integration.get("integrationSubtype"):
            route = route_key.partition(" ")[2] or "/$default"
            source = _source(apigateway, api_id, stage, method, route)
            if route_key == "$default":
                source = _source(apigateway, api_id, stage, "$default", "")
            called = apigateway._extract_lambda_ref_from_integration_uri(integration.get("integrationUri", ""))
            if not _may_invoke(called, source, integration.get("credentialsArn")):
                return _refused("Internal Server Error")
        return await stock(integration, api_id, stage, path, method, headers, body, query, route_key, *arguments,
                           **options)
    return invoke


def rest_api_needs_permission(stock):
    """A method of a REST API invokes a function that permits it, or as the role of the integration.

    AWS: 500 "Internal server error", "Invalid permissions on Lambda function" in the log of the stage.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    Stock: invokes any function.
    """
    async def invoke(integration, api_id, stage_name, stage, resource, path, method, *arguments, **options):
        called = apigateway_v1._extract_lambda_ref_from_integration_uri(integration.get("uri", ""))
        source = _source(apigateway_v1, api_id, stage_name, method, resource["path"])
        if not _may_invoke(called, source, integration.get("credentials")):
            return _refused("Internal server error")
        return await stock(integration, api_id, stage_name, stage, resource, path, method, *arguments, **options)
    return invoke


def send_as_role(stock):
    """An `AWS` integration of a REST API calls SQS as the role in its `credentials`.

    AWS: what the role may not do is refused by SQS with 403, which the integration's responses map as any other answer.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/integrating-api-with-aws-services-sqs.html
    Stock: needs no role.
    """
    async def invoke(integration, *arguments, **options):
        token = integration_role.set(integration.get("credentials") or "")
        try:
            return await stock(integration, *arguments, **options)
        finally:
            integration_role.reset(token)
    return invoke


def ask_the_integration_role(stock):
    """See `send_as_role`."""
    async def dispatch(action, data, queue_url):
        role = integration_role.get()
        if role is not None:
            arn = f"arn:aws:sqs:{sqs.get_region()}:{':'.join(queue_url.rstrip('/').split('/')[-2:])}"
            needed = f"sqs:{action.removesuffix('Batch')}"
            if not authorization.role_arn_may(role, _SESSION, needed, arn):
                raise sqs._Err("AccessDenied", f"Access to the resource {queue_url} is denied.", 403)
        return await stock(action, data, queue_url)
    return dispatch


def _may_invoke(called, source, role):
    if not authorization.is_enforced():
        return True
    arn = called if called.startswith("arn:") else (
        f"arn:aws:lambda:{apigateway.get_region()}:{apigateway.get_account_id()}:function:{called}")
    if role:
        is_allowed = authorization.role_arn_may(role, _SESSION, "lambda:InvokeFunction", arn)
    else:
        is_allowed = authorization.service_may_invoke(arn, _SERVICE, source)
    if not is_allowed:
        _log.warning("%s: API Gateway may not invoke it for %s", arn, source)
    return is_allowed


def _source(module, api_id, stage, method, path):
    return f"arn:aws:execute-api:{module.get_region()}:{module.get_account_id()}:{api_id}/{stage}/{method}{path}"


def _refused(message):
    return 500, {"Content-Type": "application/json"}, json.dumps({"message": message}).encode()
