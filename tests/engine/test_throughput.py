"""What a burst of requests meets: few environments, quick queries, whole logs."""

import concurrent.futures
import json
import os
import time
import unittest

from world import Function, Stack, allow, client, http, kept, name, role, until

PROCESS = "import os, time\ndef handler(event, context):\n    time.sleep(0.02)\n    return os.getpid()\n"


def at_once(count, call):
    """Run `call` `count` times at the same time; return the results."""
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _number: call(), range(count)))


def quickest(call):
    """The shortest of ten times that a call takes, in seconds: on a busy machine the others measure other programs."""
    return min(seconds(call) for _ in range(10))


def seconds(call):
    """How long a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


class Environments(unittest.TestCase):
    @unittest.skipIf(os.cpu_count() > 12, "as many environments start at once as there are processors")
    def test_a_burst_is_served_by_few_environments(self):
        function = Function(PROCESS)
        results = at_once(24, function.invoke)
        self.assertEqual([result.error for result in results], [None] * 24)
        self.assertLess(len({result.value for result in results}), 20)

    @kept
    def test_one_environment_never_runs_two_invocations(self):
        function = Function(
            "import os, time\ndef handler(event, context):\n    began = time.time()\n    time.sleep(0.05)\n"
            "    return [os.getpid(), began, time.time()]\n")
        spans = sorted(result.value for result in at_once(12, function.invoke))
        for (one, _, ended), (other, began, _) in zip(spans, spans[1:]):
            self.assertTrue(one != other or ended <= began, spans)

    @kept
    def test_invocations_that_sleep_run_at_the_same_time(self):
        function = Function("import time\ndef handler(event, context):\n    time.sleep(1)\n", Timeout=10)
        at_once(4, function.invoke)
        self.assertLess(min(seconds(lambda: at_once(4, function.invoke)) for _ in range(3)), 2.5)

    @kept
    def test_an_update_reaches_the_invocations_that_follow_a_burst(self):
        function = Function("import os\ndef handler(event, context):\n    return os.environ.get('STAGE')\n")
        at_once(12, function.invoke)
        function.update(Environment={"Variables": {"STAGE": "two"}})
        self.assertEqual({result.value for result in at_once(6, function.invoke)}, {"two"})


class Tables(unittest.TestCase):
    def table(self, count):
        table = name("table")
        client("dynamodb").create_table(
            TableName=table, BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}])
        for first in range(0, count, 25):
            client("dynamodb").batch_write_item(RequestItems={table: [
                {"PutRequest": {"Item": {"pk": {"S": "a"}, "sk": {"S": f"{number:05}"}, "n": {"N": str(number)}}}}
                for number in range(first, first + 25)]})
        return table

    def test_a_query_for_a_few_items_is_quicker_than_a_scan(self):
        table, dynamodb = self.table(3000), client("dynamodb")
        query = quickest(lambda: dynamodb.query(
            TableName=table, Limit=5, KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": "a"}}))
        scan = quickest(lambda: dynamodb.scan(TableName=table, Select="COUNT"))
        self.assertLess(query, 2 * scan)

    @kept
    def test_conditions_are_evaluated_for_every_item(self):
        table, dynamodb = self.table(50), client("dynamodb")
        conditions = {
            "pk = :pk AND sk >= :a": 40, "#p = :pk AND begins_with(sk, :b)": 10, "(pk = :pk AND sk < :a)": 10,
            "pk = :pk AND sk BETWEEN :a AND :c": 11, "sk = :a AND pk = :pk": 1, "pk = :none": 0}
        texts = {":pk": "a", ":a": "00010", ":b": "0000", ":c": "00020", ":none": "x"}
        values = {key: {"S": text} for key, text in texts.items()}
        for condition, expected in conditions.items():
            for _ in range(2):
                used = {key: value for key, value in values.items() if key in condition.replace(")", " ").split()
                        or f"{key})" in condition}
                names = {"ExpressionAttributeNames": {"#p": "pk"}} if "#p" in condition else {}
                found = dynamodb.query(TableName=table, KeyConditionExpression=condition,
                                       ExpressionAttributeValues=used, **names)
                self.assertEqual(found["Count"], expected, condition)
        for limit in ("45", "47"):
            found = dynamodb.scan(TableName=table, FilterExpression="n >= :n", ExpressionAttributeValues={
                ":n": {"N": limit}})
            self.assertEqual(found["Count"], 50 - int(limit))


class Policies(unittest.TestCase):
    @kept
    def test_a_changed_policy_counts_at_once(self):
        role_arn = role(allow("sqs:ListQueues", "*"))
        function = Function("import boto3\ndef handler(event, context):\n    boto3.client('sqs').list_queues()\n",
                            Role=role_arn, Timeout=10)
        self.assertIsNone(function.invoke().error)
        other = {"Version": "2012-10-17", "Statement": [allow("sqs:ListQueueTags", "*")]}
        client("iam").put_role_policy(
            RoleName=role_arn.rpartition("/")[2], PolicyName="inline", PolicyDocument=json.dumps(other))
        self.assertIn("AccessDenied", json.dumps(function.invoke().value))


class Logs(unittest.TestCase):
    def group(self, streams):
        group, logs = name("group"), client("logs")
        logs.create_log_group(logGroupName=group)
        for stream, events in streams.items():
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
            for first in range(0, len(events), 5000):
                logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[
                    {"timestamp": moment, "message": text} for moment, text in events[first:first + 5000]])
        return group

    def read(self, group, **options):
        pages = list(client("logs").get_paginator("filter_log_events").paginate(logGroupName=group, **options))
        return len(pages), [event["message"] for page in pages for event in page["events"]]

    def test_every_event_is_on_one_page(self):
        now = int(time.time() * 1000)
        events = [(now + number // 3000, f"event {number}") for number in range(12_000)]
        group = self.group({"one": events[::2], "two": events[1::2]})
        pages, messages = self.read(group)
        self.assertEqual((pages, len(messages), len(set(messages))), (2, 12_000, 12_000))
        pages, messages = self.read(group, filterPattern="event", PaginationConfig={"PageSize": 5000})
        self.assertEqual((pages, len(set(messages))), (3, 12_000))

    def test_a_page_holds_one_megabyte(self):
        now = int(time.time() * 1000)
        group = self.group({"one": [(now + number, "x" * 200_000) for number in range(4)],
                            "two": [(now + number, "y" * 200_000) for number in range(4)]})
        pages, messages = self.read(group)
        self.assertEqual((pages, len(messages)), (2, 8))

    def test_streams_are_chosen_by_prefix(self):
        now = int(time.time() * 1000)
        group = self.group({"a/1": [(now, "one")], "b/1": [(now, "two")]})
        self.assertEqual(self.read(group, logStreamNamePrefix="a/"), (1, ["one"]))

    def test_a_token_that_was_never_given_is_refused(self):
        group = self.group({"one": [(int(time.time() * 1000), "one")]})
        with self.assertRaises(client("logs").exceptions.InvalidParameterException):
            client("logs").filter_log_events(logGroupName=group, nextToken="never given")

    def test_events_of_functions_have_ids(self):
        function = Function("def handler(event, context):\n    print('hello')\n")
        function.invoke()
        events = until(function.events)
        self.assertEqual(len({event.get("eventId") for event in events} - {None}), len(events))


class Webhooks(unittest.TestCase):
    def test_a_burst_of_webhooks_is_accepted(self):
        url = client("sqs").create_queue(QueueName=name("queue"))["QueueUrl"]
        stack = Stack({
            "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": name("api"), "ProtocolType": "HTTP"}},
            "Send": {"Type": "AWS::ApiGatewayV2::Integration", "Properties": {
                "ApiId": {"Ref": "Api"}, "IntegrationType": "AWS_PROXY", "IntegrationSubtype": "SQS-SendMessage",
                "PayloadFormatVersion": "1.0", "CredentialsArn": role(allow("sqs:SendMessage", "*")),
                "RequestParameters": {"QueueUrl": url, "MessageBody": "$request.body"}}},
            "Route": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {
                "ApiId": {"Ref": "Api"}, "RouteKey": "POST /", "Target": {"Fn::Sub": "integrations/${Send}"}}},
            "Stage": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {
                "ApiId": {"Ref": "Api"}, "StageName": "$default", "AutoDeploy": True}}})
        path = f"/_aws/execute-api/{stack.resources()['Api']}/$default/"
        answers = at_once(64, lambda: [http("POST", path, b"{}")[0] for _ in range(5)])
        self.assertEqual({status for statuses in answers for status in statuses}, {200})
        waiting = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        self.assertEqual(waiting["Attributes"]["ApproximateNumberOfMessages"], "320")
