"""HTTP APIs of API Gateway as templates describe them."""

import json
import uuid

from ministack.services import apigateway, sqs
from ministack.services.cloudformation import provisioners

from . import anchors, api_permissions

_ANY_METHOD = "x-amazon-apigateway-any-method"
_INTEGRATION = "x-amazon-apigateway-integration"


def apply():
    """Put the corrections of this file in place."""
    for name in ("_apis", "_routes", "_integrations", "_create_integration", "_create_route"):
        anchors.require(apigateway, name)
    for name in ("_dispatch", "_Err"):
        anchors.require(sqs, name)
    anchors.replace(provisioners, "_apigw_v2_integration_props", keep_subtype)
    anchors.replace(apigateway, "_invoke_lambda_proxy", send_to_queue)
    handlers = anchors.require(provisioners, "_RESOURCE_HANDLERS")
    for correction in (import_body, name_cors_settings):
        for verb in ("create", "update"):
            anchors.replace_handler(handlers, "AWS::ApiGatewayV2::Api", verb, correction)


def import_body(stock):
    """Routes and integrations come from the OpenAPI `Body`, which is what SAM makes of `HttpApi` events.

    AWS: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
    Stock: ignores it; the stack is CREATE_COMPLETE and every request is answered with 404.
    """
    def provision(*arguments, **options):
        result = stock(*arguments, **options)
        body = _new_properties(arguments).get("Body")
        if isinstance(body, dict):
            _import(result[0], body)
        return result
    return provision


def name_cors_settings(stock):
    """`CorsConfiguration` of a template takes effect.

    AWS: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
    Stock: stores the template's capital letters and looks for small ones, so a preflight request is answered with 403.
    """
    def provision(*arguments, **options):
        result = stock(*arguments, **options)
        settings = _new_properties(arguments).get("CorsConfiguration")
        if isinstance(settings, dict):
            apigateway._apis[result[0]]["corsConfiguration"] = {
                name[0].lower() + name[1:]: _boolean(value) for name, value in settings.items()}
        return result
    return provision


def keep_subtype(stock):
    """`IntegrationSubtype` and `CredentialsArn` belong to an integration. Stock: drops them.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-integration.html
    """
    def properties(given):
        result = stock(given)
        if given.get("IntegrationSubtype"):
            result.update(integrationSubtype=given["IntegrationSubtype"], credentialsArn=given.get("CredentialsArn"))
        return result
    return properties


def send_to_queue(stock):
    """`SQS-SendMessage` integrations send the request to a queue, as the role in their CredentialsArn.

    AWS: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services.html
    Stock: looks for a Lambda function without a name and answers 502.
    """
    async def invoke(integration, api_id, stage, path, method, headers, body, query, *arguments, **options):
        if integration.get("integrationSubtype") != "SQS-SendMessage":
            return await stock(integration, api_id, stage, path, method, headers, body, query, *arguments, **options)
        given = {name: _mapped(str(value), headers, body, query)
                 for name, value in (integration.get("requestParameters") or {}).items()}
        return await _send_message(integration.get("credentialsArn") or "", given)
    return invoke


async def _send_message(role_arn, given):
    """Call SQS in this process: with an SDK client, which signs and sends requests, a burst took four times as long."""
    names = ("QueueUrl", "MessageBody", "DelaySeconds", "MessageGroupId", "MessageDeduplicationId")
    request = {name: given[name] for name in names if given.get(name)}
    token = api_permissions.integration_role.set(role_arn)
    try:
        sent = await sqs._dispatch("SendMessage", request, request.get("QueueUrl", ""))
    except sqs._Err as error:
        status, answer = error.status, {"message": error.message}
    else:
        status = 200
        answer = {"SendMessageResponse": {
            "ResponseMetadata": {"RequestId": str(uuid.uuid4())},
            "SendMessageResult": {"MD5OfMessageBody": sent["MD5OfMessageBody"], "MessageId": sent["MessageId"]}}}
    finally:
        api_permissions.integration_role.reset(token)
    return status, {"Content-Type": "application/json"}, json.dumps(answer).encode()


def _mapped(expression, headers, body, query):
    """The value of a parameter mapping such as `$request.body`.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
    """
    source, _, name = expression.partition("$request.")[2].partition(".")
    text = body.decode("utf-8", errors="replace") if isinstance(body, bytes) else body or ""
    if source == "body":
        return _member(text, name) if name else text
    if source == "header":
        return {key.lower(): value for key, value in headers.items()}.get(name.lower(), "")
    if source == "querystring":
        value = (query or {}).get(name, "")
        return ",".join(value) if isinstance(value, list) else value
    return expression


def _member(text, path):
    try:
        value = json.loads(text)
        for name in path.split("."):
            value = value[name]
    except (ValueError, KeyError, TypeError):
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _import(api_id, body):
    """Replace the API's routes by those of an OpenAPI document."""
    apigateway._routes[api_id], apigateway._integrations[api_id] = {}, {}
    for path, methods in (body.get("paths") or {}).items():
        for method, operation in methods.items():
            if isinstance(operation, dict) and operation.get(_INTEGRATION):
                _add_route(api_id, _route_key(path, method), operation[_INTEGRATION])
    settings = body.get("x-amazon-apigateway-cors")
    if settings:
        apigateway._apis[api_id]["corsConfiguration"] = {name: _boolean(value) for name, value in settings.items()}


def _route_key(path, method):
    if path in ("/$default", "$default"):
        return "$default"
    return f"{'ANY' if method == _ANY_METHOD else method.upper()} {path}"


def _add_route(api_id, route_key, integration):
    _status, _headers, answer = apigateway._create_integration(api_id, {
        "integrationType": str(integration.get("type", "aws_proxy")).upper(),
        "integrationUri": integration.get("uri", ""),
        "integrationMethod": integration.get("httpMethod", "POST"),
        "payloadFormatVersion": str(integration.get("payloadFormatVersion", "2.0")),
        "requestParameters": integration.get("requestParameters")})
    integration_id = json.loads(answer)["integrationId"]
    if integration.get("subtype"):
        apigateway._integrations[api_id][integration_id].update(
            integrationSubtype=integration["subtype"], credentialsArn=integration.get("credentials"))
    apigateway._create_route(api_id, {"routeKey": route_key, "target": f"integrations/{integration_id}"})


def _new_properties(arguments):
    """The properties of the template: the second argument of a create, the third of an update."""
    return next(value for value in reversed(arguments) if isinstance(value, dict))


def _boolean(value):
    return value == "true" if value in ("true", "false") else value
