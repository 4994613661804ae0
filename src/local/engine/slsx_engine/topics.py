"""Topics that a stack makes.

https://docs.aws.amazon.com/sns/latest/dg/sns-using-identity-based-policies.html
"""

import json

from ministack.services import sns
from ministack.services.cloudformation import provisioners

from . import anchors


def apply():
    """Put the correction of this file in place."""
    anchors.require(sns, "_topics")
    handlers = anchors.require(provisioners, "_RESOURCE_HANDLERS")
    anchors.replace_handler(handlers, "AWS::SNS::Topic", "create", close_to_others)


def close_to_others(stock):
    """A topic of a template has the policy of a topic that was made through the API.

    AWS: that admits its owner only; a role needs a policy of its own to publish.
    Stock: the topic of a template admits everybody.
    """
    def create(logical_id, properties, stack_name):
        result = stock(logical_id, properties, stack_name)
        attributes = sns._topics[result[0]]["attributes"]
        policy = json.loads(attributes["Policy"])
        for statement in policy["Statement"]:
            statement.setdefault("Condition", {"StringEquals": {"AWS:SourceOwner": attributes["Owner"]}})
        attributes["Policy"] = json.dumps(policy)
        return result
    return create
