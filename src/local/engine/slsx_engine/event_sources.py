"""Event source mappings and event invoke configurations as CloudFormation creates them."""

from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

from . import anchors

_NUMBERS = ("BatchSize", "MaximumBatchingWindowInSeconds", "MaximumRetryAttempts", "MaximumRecordAgeInSeconds",
            "MaximumEventAgeInSeconds", "ParallelizationFactor", "TumblingWindowInSeconds")


def apply():
    """Put the corrections of this file in place."""
    anchors.replace(lambda_svc, "_event_invoke_config", find_unqualified)
    handlers = anchors.require(provisioners, "_RESOURCE_HANDLERS")
    for resource_type in ("AWS::Lambda::EventSourceMapping", "AWS::Lambda::EventInvokeConfig"):
        for verb in ("create", "update"):
            anchors.replace_handler(handlers, resource_type, verb, numeric_properties)


def find_unqualified(stock):
    """A function without a qualifier is its $LATEST.

    AWS: the event invoke configuration that SAM makes for $LATEST is that of the function.
    https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionEventInvokeConfig.html
    Stock: keeps two; the one of a SAM template is not found.
    """
    def find(func, qualifier):
        others = {None: "$LATEST", "": "$LATEST", "$LATEST": None}
        return stock(func, qualifier) or (stock(func, others[qualifier]) if qualifier in others else None)
    return find


def numeric_properties(stock):
    """`MaximumConcurrency: !Ref Number` is a number.

    AWS: a Number parameter becomes a number where the property is one.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-eventsourcemapping-scalingconfig.html
    Stock: it stays a string and stops the poller of every queue in the process, once a second, for ever.
    """
    def provision(*arguments, **options):
        return stock(*map(_with_numbers, arguments), **options)
    return provision


def _with_numbers(properties):
    """The properties with their numbers; anything that is no properties unchanged."""
    if not isinstance(properties, dict):
        return properties
    numeric = {name: _number(properties[name]) for name in _NUMBERS if name in properties}
    scaling = properties.get("ScalingConfig")
    if isinstance(scaling, dict):
        numeric["ScalingConfig"] = {name: _number(value) for name, value in scaling.items()}
    return {**properties, **numeric}


def _number(value):
    return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else value
