"""Notifications that state machines publish.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html
"""

import re

from ministack.services import sns, stepfunctions

from . import anchors

_NAMED_ERRORS = {"NotFound": "SNS.NotFoundException", "InvalidParameter": "SNS.InvalidParameterException"}


def apply():
    """Put the correction of this file in place."""
    anchors.require(sns, "_publish")
    dispatch = anchors.require(stepfunctions, "_SERVICE_DISPATCH")
    anchors.replace(stepfunctions, "_invoke_sns_publish", publish_with_attributes)
    dispatch["arn:aws:states:::sns:publish"] = stepfunctions._invoke_sns_publish


def publish_with_attributes(_stock):
    """`MessageAttributes` of a task reach the subscribers; a refusal has the name of SNS's error.

    AWS: SNS.NotFoundException, SNS.InvalidParameterException and so on.
    Stock: drops the attributes; every refusal is SNS.PublishFailed.
    """
    def publish(_resource, given):
        parameters = {name: value for name, value in given.items() if name != "MessageAttributes"}
        for index, (name, attribute) in enumerate((given.get("MessageAttributes") or {}).items(), start=1):
            start = f"MessageAttributes.entry.{index}"
            parameters[f"{start}.Name"] = name
            parameters.update({f"{start}.Value.{field}": value for field, value in attribute.items()})
        status, _headers, body = sns._publish(parameters)
        text = body.decode() if isinstance(body, bytes) else body
        if status >= 400:
            code, message = _element("Code", text), _element("Message", text)
            raise stepfunctions._ExecutionError(_NAMED_ERRORS.get(code, "SNS.AmazonSNSException"), message)
        answer = {"MessageId": _element("MessageId", text)}
        if _element("SequenceNumber", text):
            answer["SequenceNumber"] = _element("SequenceNumber", text)
        return answer
    return publish


def _element(name, text):
    found = re.search(f"<{name}>(.*?)</{name}>", text, re.DOTALL)
    return found[1] if found else ""
