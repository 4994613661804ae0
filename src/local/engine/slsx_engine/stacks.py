"""CloudFormation stacks as AWS creates and deletes them."""

from ministack.services import s3
from ministack.services.cloudformation import engine, provisioners

from . import anchors


def apply():
    """Put the corrections of this file in place."""
    for name in ("get_region", "get_account_id"):
        anchors.require(engine, name)
    for name in ("_buckets", "_bucket_has_versions"):
        anchors.require(s3, name)
    anchors.replace(engine, "_evaluate_conditions", know_pseudo_parameters)
    handlers = anchors.require(provisioners, "_RESOURCE_HANDLERS")
    anchors.replace_handler(handlers, "AWS::S3::Bucket", "delete", keep_bucket_with_objects)


def know_pseudo_parameters(stock):
    """Conditions may ask for the region, the account and the partition.

    AWS: `Fn::Equals: [!Ref AWS::Region, us-east-1]` is true in us-east-1.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
    Stock: compares with the text "AWS::Region", so the resource is missing without an error.
    """
    def evaluate(template, parameters):
        known = {
            "AWS::AccountId": engine.get_account_id(), "AWS::Partition": "aws", "AWS::Region": engine.get_region(),
            "AWS::URLSuffix": "amazonaws.com"}
        return stock(template, {**{name: {"Value": value} for name, value in known.items()}, **parameters})
    return evaluate


def keep_bucket_with_objects(stock):
    """A bucket that holds objects cannot be deleted.

    AWS: the resource and the stack end as DELETE_FAILED, "The bucket you tried to delete is not empty".
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
    Stock: deletes bucket and objects.
    """
    def delete(physical_id, properties):
        if (s3._buckets.get(physical_id) or {}).get("objects") or s3._bucket_has_versions(physical_id):
            raise ValueError("The bucket you tried to delete is not empty (Service: S3, Status Code: 409)")
        return stock(physical_id, properties)
    return delete
