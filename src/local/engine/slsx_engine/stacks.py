"""CloudFormation stacks as AWS creates and deletes them."""

from ministack.services import cloudformation, lambda_svc, s3
from ministack.services.cloudformation import engine, provisioners

from . import anchors


def apply():
    """Put the corrections of this file in place."""
    for name in ("get_region", "get_account_id"):
        anchors.require(engine, name)
    anchors.require(lambda_svc, "_fetch_code_from_s3")
    for name in ("_buckets", "_bucket_has_versions"):
        anchors.require(s3, name)
    anchors.require(cloudformation, "_stacks")
    anchors.replace(engine, "_evaluate_conditions", know_pseudo_parameters)
    anchors.replace(provisioners, "_update_resource", keep_attributes)
    handlers = anchors.require(provisioners, "_RESOURCE_HANDLERS")
    anchors.replace_handler(handlers, "AWS::S3::Bucket", "delete", keep_bucket_with_objects)
    for verb in ("create", "update"):
        anchors.replace_handler(handlers, "AWS::Lambda::Function", verb, need_code)


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


def keep_attributes(stock):
    """What an update of a nested stack leaves as it is, keeps its attributes.

    AWS: `Fn::GetAtt` of a resource that did not change gives what it gave before.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks.html
    Stock: forgets them in nested stacks, so the update fails with "Requested attribute Arn does not exist in schema".
    """
    def update(resource_type, physical_id, old, new, stack_name, logical_id=None, attributes=None):
        if attributes is None:
            resources = (cloudformation._stacks.get(stack_name) or {}).get("_resources", {})
            attributes = (resources.get(logical_id) or {}).get("Attributes") or {}
        new_id, told = stock(resource_type, physical_id, old, new, stack_name, logical_id, attributes)
        return new_id, {**attributes, **(told or {})} if new_id == physical_id else told
    return update


def need_code(stock):
    """A function whose code is not in the bucket cannot be created.

    AWS: the resource fails with the error that S3 gave Lambda, and the stack rolls back.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
    Stock: creates a function without code, which answers "Mock response" to every invocation.
    """
    def provision(*arguments, **options):
        code = next(value for value in reversed(arguments) if isinstance(value, dict)).get("Code") or {}
        bucket, key, version = code.get("S3Bucket"), code.get("S3Key"), code.get("S3ObjectVersion")
        if bucket and key and not lambda_svc._fetch_code_from_s3(bucket, key, version_id=version):
            missing = "NoSuchKey" if bucket in s3._buckets else "NoSuchBucket"
            what = "key" if bucket in s3._buckets else "bucket"
            raise ValueError(
                f"Error occurred while GetObject. S3 Error Code: {missing}. S3 Error Message: The specified {what} "
                "does not exist. (Service: Lambda, Status Code: 400)")
        return stock(*arguments, **options)
    return provision


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
