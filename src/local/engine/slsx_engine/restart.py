"""What must not come back, or must not stay unfinished, when local AWS is started again."""

import re

from ministack.services import lambda_svc, s3
from ministack.services.cloudformation import provisioners

from . import anchors, function_updates


def apply():
    """Put the corrections of this file in place."""
    anchors.require(s3, "_delete_persisted_bucket")
    anchors.replace(lambda_svc, "_restore_state", finish_updates)
    handlers = anchors.require(provisioners, "_RESOURCE_HANDLERS")
    anchors.replace_handler(handlers, "AWS::S3::Bucket", "create", create_whole_buckets)
    anchors.replace_handler(handlers, "AWS::S3::Bucket", "delete", delete_files_too)


def finish_updates(stock):
    """An update that was in progress at the stop is finished at the start.

    AWS: an update ends by itself within seconds. https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
    Stock: the timer that ends it is gone, so the function refuses every change for ever.
    """
    def restore(data):
        stock(data)
        for func in lambda_svc._functions._data.values():
            function_updates.finish(func)
    return restore


def create_whole_buckets(stock):
    """A bucket whose configuration is refused does not come into being.

    AWS: the resource fails and its rollback leaves nothing.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
    Stock: keeps the bucket, so the corrected template meets a name that is taken.
    """
    def create(logical_id, properties, stack_name):
        before = set(s3._buckets)
        try:
            return stock(logical_id, properties, stack_name)
        except Exception as error:
            for name in set(s3._buckets) - before:
                provisioners._s3_delete(name, properties)
            said = re.search("<Message>(.*?)</Message>", str(error))
            if said:
                # Stock tells the whole XML document; AWS tells its message.
                raise ValueError(f"{said[1]} (Service: S3, Status Code: 400)") from error
            raise
    return create


def delete_files_too(stock):
    """A deleted bucket stays deleted.

    AWS: after DELETE_COMPLETE the name is free. https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html
    Stock: CloudFormation leaves the bucket's folder on the disk, and the next start makes a bucket of it again.
    """
    def delete(physical_id, properties):
        result = stock(physical_id, properties)
        s3._delete_persisted_bucket(physical_id)
        return result
    return delete
