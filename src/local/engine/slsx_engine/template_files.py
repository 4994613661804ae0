"""What templates keep in files of a bucket: OpenAPI documents and workflow definitions, as JSON or YAML."""

import json

import yaml
from ministack.services import s3
from ministack.services.cloudformation import provisioners

from . import anchors

_APIS = ("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api")


def apply():
    """Put the corrections of this file in place."""
    anchors.require(s3, "_get_object_data")
    anchors.replace(provisioners, "_sfn_definition", read_yaml_definitions)
    handlers = anchors.require(provisioners, "_RESOURCE_HANDLERS")
    for resource_type in _APIS:
        for verb in ("create", "update"):
            anchors.replace_handler(handlers, resource_type, verb, read_body)


def read_yaml_definitions(stock):
    """The definition of a state machine may be YAML.

    AWS: DefinitionS3Location names a file in JSON or YAML.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
    Stock: keeps the text; every execution fails.
    """
    def definition(properties):
        text = stock(properties)
        try:
            json.loads(text)
        except ValueError:
            read = _read_yaml(text)
            return json.dumps(read, default=str) if isinstance(read, dict) else text
        return text
    return definition


def read_body(stock):
    """`BodyS3Location` names the OpenAPI document of an API.

    AWS: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html
    Stock: ignores it; the API has no routes.
    """
    def provision(*arguments, **options):
        return stock(*map(_with_body, arguments), **options)
    return provision


def _with_body(properties):
    location = properties.get("BodyS3Location") if isinstance(properties, dict) else None
    if not location or properties.get("Body"):
        return properties
    bucket, key = location.get("Bucket"), location.get("Key")
    content = s3._get_object_data(bucket, key, version_id=location.get("Version"))
    if content is None:
        raise ValueError(f"Unable to get the object s3://{bucket}/{key} of BodyS3Location (Service: S3, "
                         "Status Code: 404)")
    text = content.decode()
    try:
        body = json.loads(text)
    except ValueError:
        body = _read_yaml(text)
    return {**properties, "Body": body}


def _read_yaml(text):
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None
