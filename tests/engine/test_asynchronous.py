"""Asynchronous invocations."""

import json

from world import Case, Function, allow, client, kept, name, role, until

FAILING = "def handler(event, context): raise ValueError(str(event))\n"
WORKING = "def handler(event, context): return {'got': event}\n"


def queue():
    """Create a queue; return its URL and ARN."""
    url = client("sqs").create_queue(QueueName=name("queue"))["QueueUrl"]
    arn = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return url, arn


def receive(url):
    """The next message, waiting for it."""
    def once():
        return client("sqs").receive_message(QueueUrl=url, MessageAttributeNames=["All"]).get("Messages")
    return (until(once, 8) or [None])[0]


def sender(arn):
    """A role that may send to the queue."""
    return role(allow("sqs:SendMessage", arn))


def invoke_async(function, payload, **options):
    """Invoke and return the request id."""
    return client("lambda").invoke(FunctionName=function.name, InvocationType="Event", Payload=json.dumps(payload),
                                   **options)["ResponseMetadata"]["RequestId"]


def configure(function, **settings):
    """Set the event invoke configuration."""
    client("lambda").put_function_event_invoke_config(FunctionName=function.name, **settings)


class Retries(Case):
    def test_attempts_share_a_request_id(self):
        function = Function(FAILING)
        configure(function, MaximumRetryAttempts=1)
        request_id = invoke_async(function, {})
        self.assertTrue(until(lambda: len(function.messages("REPORT")) == 2))
        self.assertEqual(len(function.messages(f"REPORT RequestId: {request_id}")), 2)

    @kept
    def test_no_retries_when_none_are_wanted(self):
        function = Function(FAILING)
        configure(function, MaximumRetryAttempts=0)
        invoke_async(function, {})
        until(lambda: function.messages("REPORT"))
        self.assertFalse(until(lambda: len(function.messages("REPORT")) > 1, 1.5))

    def test_the_settings_of_the_qualifier_count(self):
        url, arn = queue()
        function = Function(FAILING, Role=sender(arn))
        version = function.publish()
        configure(function, Qualifier=version, MaximumRetryAttempts=0,
                  DestinationConfig={"OnFailure": {"Destination": arn}})
        invoke_async(function, {}, Qualifier=version)
        record = json.loads(receive(url)["Body"])
        self.assertEqual(record["requestContext"]["functionArn"], f"{function.arn}:{version}")

    def test_notifications_are_tried_again(self):
        topic = client("sns").create_topic(Name=name("topic"))["TopicArn"]
        url, arn = queue()
        function = Function(FAILING, Role=sender(arn), DeadLetterConfig={"TargetArn": arn})
        configure(function, MaximumRetryAttempts=1)
        client("lambda").add_permission(FunctionName=function.name, StatementId="sns", Principal="sns.amazonaws.com",
                                        Action="lambda:InvokeFunction", SourceArn=topic)
        client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function.arn)
        client("sns").publish(TopicArn=topic, Message="hello")
        message = receive(url)
        self.assertEqual(json.loads(message["Body"])["Records"][0]["Sns"]["Message"], "hello")
        self.assertEqual(len(function.messages("REPORT")), 2)

    def test_events_are_tried_again(self):
        url, arn = queue()
        function = Function(FAILING, Role=sender(arn), DeadLetterConfig={"TargetArn": arn})
        configure(function, MaximumRetryAttempts=0)
        rule_name = name("rule")
        rule = client("events").put_rule(Name=rule_name, EventPattern=json.dumps({"source": [rule_name]}))["RuleArn"]
        client("lambda").add_permission(FunctionName=function.name, StatementId="events", SourceArn=rule,
                                        Principal="events.amazonaws.com", Action="lambda:InvokeFunction")
        client("events").put_targets(Rule=rule_name, Targets=[{"Id": "1", "Arn": function.arn}])
        client("events").put_events(Entries=[{"Source": rule_name, "DetailType": "t", "Detail": '{"a": 1}'}])
        self.assertEqual(json.loads(receive(url)["Body"])["detail"], {"a": 1})


class Destinations(Case):
    def test_failure_record_has_the_real_number_of_attempts(self):
        url, arn = queue()
        function = Function(FAILING, Role=sender(arn))
        configure(function, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": arn}})
        request_id = invoke_async(function, {"n": 1})
        record = json.loads(receive(url)["Body"])
        self.assertEqual(record["requestContext"], {
            "requestId": request_id, "functionArn": f"{function.arn}:$LATEST", "condition": "RetriesExhausted",
            "approximateInvokeCount": 1})
        self.assertEqual(record["requestPayload"], {"n": 1})
        self.assertEqual(record["responsePayload"]["errorType"], "ValueError")

    def test_dead_letter_queue_gets_the_event(self):
        url, arn = queue()
        function = Function(FAILING, Role=sender(arn), DeadLetterConfig={"TargetArn": arn})
        configure(function, MaximumRetryAttempts=0)
        request_id = invoke_async(function, {"n": 2})
        message = receive(url)
        self.assertEqual(json.loads(message["Body"]), {"n": 2})
        attributes = {key: value["StringValue"] for key, value in message["MessageAttributes"].items()}
        self.assertEqual(attributes, {"RequestID": request_id, "ErrorCode": "200", "ErrorMessage": "{'n': 2}"})

    def test_success_has_a_destination_too(self):
        url, arn = queue()
        function = Function(WORKING, Role=sender(arn))
        configure(function, DestinationConfig={"OnSuccess": {"Destination": arn}})
        invoke_async(function, {"n": 3})
        record = json.loads(receive(url)["Body"])
        self.assertEqual(record["requestContext"]["condition"], "Success")
        self.assertEqual(record["responsePayload"], {"got": {"n": 3}})

    def test_a_role_that_may_not_send_delivers_nothing(self):
        url, arn = queue()
        function = Function(FAILING, DeadLetterConfig={"TargetArn": arn})
        configure(function, MaximumRetryAttempts=0)
        invoke_async(function, {})
        until(lambda: function.messages("REPORT"))
        self.assertIsNone(until(lambda: client("sqs").receive_message(QueueUrl=url).get("Messages"), 3))


class Permissions(Case):
    """One function has a permission and one has none; the event is over when the first has run."""

    def setUp(self):
        self.with_permission, self.without = Function(WORKING), Function(WORKING)

    def permit(self, service, source_arn):
        client("lambda").add_permission(FunctionName=self.with_permission.name, StatementId="s", SourceArn=source_arn,
                                        Principal=f"{service}.amazonaws.com", Action="lambda:InvokeFunction")

    def assert_only_permitted_runs(self):
        self.assertTrue(until(self.with_permission.events))
        self.assertFalse(until(self.without.events, 4))

    def test_topics_need_a_permission(self):
        topic = client("sns").create_topic(Name=name("topic"))["TopicArn"]
        self.permit("sns", topic)
        for function in (self.without, self.with_permission):
            client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function.arn)
        client("sns").publish(TopicArn=topic, Message="hello")
        self.assert_only_permitted_runs()

    def test_rules_need_a_permission(self):
        rule = name("rule")
        self.permit("events", client("events").put_rule(
            Name=rule, EventPattern=json.dumps({"source": [rule]}))["RuleArn"])
        client("events").put_targets(Rule=rule, Targets=[
            {"Id": "1", "Arn": self.without.arn}, {"Id": "2", "Arn": self.with_permission.arn}])
        client("events").put_events(Entries=[{"Source": rule, "DetailType": "t", "Detail": "{}"}])
        self.assert_only_permitted_runs()

    def test_buckets_need_a_permission(self):
        bucket = name("bucket")
        client("s3").create_bucket(Bucket=bucket)
        self.permit("s3", f"arn:aws:s3:::{bucket}")
        client("s3").put_bucket_notification_configuration(
            Bucket=bucket, SkipDestinationValidation=True, NotificationConfiguration={"LambdaFunctionConfigurations": [
                {"LambdaFunctionArn": function.arn, "Events": ["s3:ObjectCreated:*"],
                 "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": prefix}]}}}
                for function, prefix in ((self.without, "a/b"), (self.with_permission, "a/c"))]})
        client("s3").put_object(Bucket=bucket, Key="a/b", Body=b"")
        client("s3").put_object(Bucket=bucket, Key="a/c", Body=b"")
        self.assert_only_permitted_runs()
