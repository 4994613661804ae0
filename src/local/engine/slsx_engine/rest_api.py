"""REST APIs of API Gateway as an OpenAPI document describes them.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
"""

from ministack.services import apigateway_v1
from ministack.services.cloudformation import provisioners

from . import anchors

_INTEGRATION = "x-amazon-apigateway-integration"
_GATEWAY_RESPONSES = "x-amazon-apigateway-gateway-responses"
_SETTINGS = ("type", "httpMethod", "uri", "credentials", "requestParameters", "requestTemplates",
             "passthroughBehavior", "timeoutInMillis", "contentHandling", "cacheKeyParameters", "connectionType")


def apply():
    """Put the corrections of this file in place."""
    for name in ("_put_integration", "_put_method_response", "_put_integration_response", "_put_gateway_response",
                 "_import_security_schemes", "_import_path_item", "_resources", "_authorizers_v1",
                 "_gateway_responses", "_rest_apis"):
        anchors.require(apigateway_v1, name)
    anchors.replace(apigateway_v1, "_import_operation", import_whole_operations)
    anchors.replace(apigateway_v1, "_import_rest_api", import_gateway_responses)
    handlers = anchors.require(provisioners, "_RESOURCE_HANDLERS")
    anchors.replace_handler(handlers, "AWS::ApiGateway::RestApi", "update", import_again)


def import_whole_operations(stock):
    """Templates, responses and the role of an integration are imported, so preflight requests get their headers.

    AWS: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
    Stock: keeps type, method and URI; SAM's OPTIONS methods answer without any CORS header.
    """
    def import_operation(api_id, resource_id, method, operation, *arguments):
        stock(api_id, resource_id, method, operation, *arguments)
        integration = (operation or {}).get(_INTEGRATION)
        if not integration:
            return
        given = {name: integration[name] for name in _SETTINGS if integration.get(name) is not None}
        if "type" in given:
            given["type"] = given["type"].upper()
        if "passthroughBehavior" in given:
            given["passthroughBehavior"] = given["passthroughBehavior"].upper()
        apigateway_v1._put_integration(api_id, resource_id, method, given)
        for status, response in (operation.get("responses") or {}).items():
            headers = (response or {}).get("headers") or {}
            apigateway_v1._put_method_response(api_id, resource_id, method, str(status), {
                "responseParameters": {f"method.response.header.{name}": False for name in headers}})
        for pattern, response in (integration.get("responses") or {}).items():
            apigateway_v1._put_integration_response(api_id, resource_id, method, str(response["statusCode"]), {
                "selectionPattern": "" if pattern == "default" else str(pattern),
                **{name: response[name] for name in ("responseParameters", "responseTemplates", "contentHandling")
                   if response.get(name)}})
    return import_operation


def import_gateway_responses(stock):
    """What the gateway itself answers is imported.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-gateway-responses.html
    Stock: ignores it; SAM's `GatewayResponses` have no effect.
    """
    def import_api(document, base_data=None):
        api_id = stock(document, base_data)
        _import_gateway_responses(api_id, document)
        return api_id
    return import_api


def import_again(stock):
    """A new OpenAPI document changes the API and not its id.

    AWS: as PutRestApi with mode=overwrite.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html
    Stock: makes a new API with another address.
    """
    def update(physical_id, old, new, *arguments, **options):
        body = new.get("Body")
        if isinstance(body, dict) and body != old.get("Body") and physical_id in apigateway_v1._rest_apis:
            _overwrite(physical_id, body)
            old = {**old, "Body": body}
        return stock(physical_id, old, new, *arguments, **options)
    return update


def _overwrite(api_id, document):
    resources = apigateway_v1._resources[api_id]
    for resource_id, resource in list(resources.items()):
        if resource.get("path") == "/":
            resource["resourceMethods"] = {}
        else:
            del resources[resource_id]
    apigateway_v1._authorizers_v1[api_id] = {}
    apigateway_v1._gateway_responses[api_id] = {}
    schemes = apigateway_v1._import_security_schemes(api_id, document)
    for path, item in (document.get("paths") or {}).items():
        apigateway_v1._import_path_item(api_id, path, item, schemes, document.get("security"))
    _import_gateway_responses(api_id, document)


def _import_gateway_responses(api_id, document):
    for kind, response in (document.get(_GATEWAY_RESPONSES) or {}).items():
        apigateway_v1._put_gateway_response(api_id, kind, response or {})
