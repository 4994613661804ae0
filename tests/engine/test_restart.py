"""What a start finds on the disk, and what a failure leaves."""

from world import Case, Stack, client, name


class Buckets(Case):
    def test_a_bucket_that_fails_to_be_configured_is_not_there(self):
        bucket = name("bucket")
        stack = Stack({"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {
            "BucketName": bucket, "NotificationConfiguration": {"TopicConfigurations": [
                {"Event": "s3:ObjectCreated:*", "Topic": "arn:aws:sns:us-east-1:000000000000:no-such-topic"}]}}}})
        self.assertIn("ROLLBACK", stack.status)
        self.assertNotIn(bucket, [found["Name"] for found in client("s3").list_buckets()["Buckets"]])
        events = client("cloudformation").describe_stack_events(StackName=stack.name)["StackEvents"]
        failed = [event for event in events if event["ResourceStatus"] == "CREATE_FAILED"]
        self.assertNotIn("<", failed[-1].get("ResourceStatusReason", ""))
