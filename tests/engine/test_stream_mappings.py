"""Event source mappings of DynamoDB streams."""

import json
import time

from test_queues import Queue
from world import ACCOUNT, REGION, Case, Function, Stack, allow, client, kept, last_result, name, role, until

READ = ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams"]
# Writes the numbers it got, one line for each batch, and fails for those marked as bad.
PROJECTOR = """import json, time
def handler(event, context):
    numbers = [record['dynamodb']['Keys']['n']['N'] for record in event['Records']]
    print('BATCH ' + json.dumps([int(number) for number in numbers]))
    items = [record['dynamodb'].get('NewImage', {}) for record in event['Records']]
    time.sleep(max(float(item.get('seconds', {'N': '0'})['N']) for item in items))
    if any('bad' in item for item in items):
        raise ValueError('bad')
    return {'batchItemFailures': [{'itemIdentifier': record['dynamodb']['SequenceNumber']}
                                  for record, item in zip(event['Records'], items) if 'refused' in item]}
"""


class Table:
    """A table with a stream that was created for one test."""

    def __init__(self):
        self.name = name("table")
        described = client("dynamodb").create_table(
            TableName=self.name, BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"},
                                  {"AttributeName": "n", "AttributeType": "N"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})["TableDescription"]
        self.stream = described["LatestStreamArn"]

    def put(self, *numbers, key="a", **attributes):
        """Write items with these numbers."""
        for number in numbers:
            client("dynamodb").put_item(TableName=self.name, Item={
                "k": {"S": key}, "n": {"N": str(number)}, **{field: {"N": str(value)}
                                                             for field, value in attributes.items()}})

    def reader(self, *statements):
        """A role that may read the stream."""
        return role(allow(READ, self.stream), *statements)

    def connect(self, function, **settings):
        """Create a mapping from the oldest record on; return its id."""
        return client("lambda").create_event_source_mapping(**{
            "FunctionName": function.name, "EventSourceArn": self.stream, "StartingPosition": "TRIM_HORIZON",
            **settings})["UUID"]


def batches(function):
    """The numbers of every batch the function got."""
    return [json.loads(event["message"][6:]) for event in function.messages("BATCH")]


def handled(function):
    """All numbers the function got, without repetitions, in the order of their first time."""
    return list(dict.fromkeys(number for batch in batches(function) for number in batch))


class Permissions(Case):
    def test_creation_needs_every_permission_of_a_reader(self):
        table = Table()
        for missing in READ:
            function = Function(PROJECTOR, Role=role(
                allow([action for action in READ if action != missing], table.stream)))
            error = self.assert_refused("InvalidParameterValueException", table.connect, function=function)
            self.assertIn(f"Cannot access stream {table.stream}. Please ensure the role can perform the GetRecords, "
                          "GetShardIterator, DescribeStream, and ListStreams Actions", str(error))

    def test_creation_needs_the_permission_to_send_to_the_destination(self):
        table, queue = Table(), Queue()
        function = Function(PROJECTOR, Role=table.reader())
        error = self.assert_refused("InvalidParameterValueException", table.connect, function=function,
                                    DestinationConfig={"OnFailure": {"Destination": queue.arn}})
        self.assertIn("SendMessage", str(error))

    def test_a_reader_that_lost_its_permission_reads_no_more(self):
        table = Table()
        function = Function(PROJECTOR, Role=table.reader())
        mapping = table.connect(function)
        table.put(1)
        self.assertTrue(until(lambda: batches(function)))
        role_name = client("lambda").get_function_configuration(FunctionName=function.name)["Role"].split("/")[-1]
        client("iam").put_role_policy(RoleName=role_name, PolicyName="inline", PolicyDocument=json.dumps({
            "Version": "2012-10-17", "Statement": [allow("logs:*", "*"), allow(READ[1:], table.stream)]}))
        time.sleep(0.6)
        table.put(2)
        self.assertTrue(until(lambda: "lost permission" in last_result(mapping)))
        self.assertEqual(len(batches(function)), 1)


class Failures(Case):
    def destination(self, table):
        """A queue that the returned role may tell."""
        queue = Queue()
        return queue, table.reader(allow("sqs:SendMessage", queue.arn))

    def told(self, queue):
        """What the destination was told."""
        return [json.loads(message["Body"]) for message in until(queue.receive, 10)]

    def test_a_batch_is_given_up_after_its_retries(self):
        table = Table()
        queue, reader = self.destination(table)
        function = Function(PROJECTOR, Role=reader)
        table.put(1, bad=1)
        table.connect(function, BatchSize=1, MaximumRetryAttempts=1,
                      DestinationConfig={"OnFailure": {"Destination": queue.arn}})
        table.put(2)
        record = self.told(queue)[0]
        self.assertEqual(batches(function)[:2], [[1], [1]])
        self.assertTrue(until(lambda: handled(function) == [1, 2]))
        self.assertEqual({key: record["requestContext"][key] for key in ("condition", "approximateInvokeCount")},
                         {"condition": "RetryAttemptsExhausted", "approximateInvokeCount": 2})
        self.assertEqual(record["requestContext"]["functionArn"], function.arn)
        self.assertEqual(record["responseContext"], {
            "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"})
        batch = record["DDBStreamBatchInfo"]
        self.assertEqual((batch["batchSize"], batch["streamArn"]), (1, table.stream))
        self.assertEqual(batch["startSequenceNumber"], batch["endSequenceNumber"])
        self.assertRegex(record["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_a_batch_is_split_until_only_the_bad_record_is_given_up(self):
        table = Table()
        queue, reader = self.destination(table)
        function = Function(PROJECTOR, Role=reader)
        table.put(1, 2)
        table.put(3, bad=1)
        table.put(4, 5)
        table.connect(function, BatchSize=5, BisectBatchOnFunctionError=True, MaximumRetryAttempts=0,
                      DestinationConfig={"OnFailure": {"Destination": queue.arn}})
        self.assertEqual([record["DDBStreamBatchInfo"]["batchSize"] for record in self.told(queue)], [1])
        self.assertTrue(until(lambda: [4, 5] in batches(function) or [5] in batches(function)))
        self.assertEqual(batches(function)[0], [1, 2, 3, 4, 5])
        self.assertIn([3], batches(function))

    def test_what_came_before_the_first_failed_record_is_not_repeated(self):
        table = Table()
        function = Function(PROJECTOR, Role=table.reader())
        table.put(1, 2)
        table.put(3, refused=1)
        table.put(4)
        table.connect(function, BatchSize=4, MaximumRetryAttempts=1, FunctionResponseTypes=["ReportBatchItemFailures"])
        table.put(5)
        self.assertTrue(until(lambda: 5 in handled(function), 10))
        self.assertEqual(batches(function), [[1, 2, 3, 4], [3, 4], [5]])

    def test_old_records_are_given_up(self):
        table = Table()
        queue, reader = self.destination(table)
        function = Function(PROJECTOR, Role=reader)
        table.put(1)
        time.sleep(2.1)
        table.connect(function, MaximumRecordAgeInSeconds=1, DestinationConfig={
            "OnFailure": {"Destination": queue.arn}})
        self.assertEqual(self.told(queue)[0]["requestContext"]["condition"], "RecordAgeExceeded")
        self.assertEqual(batches(function), [])

    def test_a_topic_is_told_too(self):
        table, queue = Table(), Queue()
        topic = client("sns").create_topic(Name=name("topic"))["TopicArn"]
        client("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": json.dumps({
            "Version": "2012-10-17", "Statement": [{**allow("sqs:SendMessage", queue.arn), "Principal": {
                "Service": "sns.amazonaws.com"}, "Condition": {"ArnEquals": {"aws:SourceArn": topic}}}]})})
        client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn,
                                Attributes={"RawMessageDelivery": "true"})
        function = Function(PROJECTOR, Role=table.reader(allow("sns:Publish", topic)))
        table.put(1, bad=1)
        table.connect(function, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": topic}})
        self.assertEqual(self.told(queue)[0]["DDBStreamBatchInfo"]["batchSize"], 1)


class Order(Case):
    def test_keys_run_at_once_and_each_in_order(self):
        table = Table()
        function = Function(PROJECTOR, Role=table.reader())
        for number in (1, 2):
            for offset, key in ((0, "a"), (10, "b"), (20, "c"), (30, "d")):
                table.put(number + offset, key=key, seconds=0.5)
        table.connect(function, BatchSize=1, ParallelizationFactor=10)
        self.assertTrue(until(lambda: len(handled(function)) == 8))
        order = handled(function)
        for offset in (0, 10, 20, 30):
            self.assertLess(order.index(1 + offset), order.index(2 + offset))
        starts = [event["timestamp"] for event in function.messages("START")]
        ends = [event["timestamp"] for event in function.messages("REPORT")]
        self.assertLess(sorted(starts)[1], min(ends))

    @kept
    def test_latest_begins_with_what_comes_later(self):
        table = Table()
        function = Function(PROJECTOR, Role=table.reader())
        table.put(1)
        table.connect(function, StartingPosition="LATEST")
        table.put(2, 3)
        self.assertTrue(until(lambda: handled(function) == [2, 3]))

    @kept
    def test_only_what_passes_the_filter_comes(self):
        table = Table()
        function = Function(PROJECTOR, Role=table.reader())
        table.put(1, 2)
        table.put(3, key="b")
        table.connect(function, FilterCriteria={"Filters": [{"Pattern": json.dumps(
            {"eventName": ["INSERT"], "dynamodb": {"Keys": {"k": {"S": ["b"]}}}})}]})
        self.assertTrue(until(lambda: batches(function)))
        self.assertEqual(handled(function), [3])

    def test_a_slow_function_does_not_hold_up_another(self):
        table, other = Table(), Table()
        slow = Function(PROJECTOR, Timeout=10, Role=table.reader())
        quick = Function(PROJECTOR, Role=other.reader())
        table.connect(slow)
        table.put(1, seconds=5)
        other.connect(quick)
        other.put(1)
        self.assertTrue(until(lambda: batches(quick), 4))
        self.assertEqual(batches(slow), [])


class Templates(Case):
    def test_streams_have_a_batch_size_of_their_own(self):
        table = Table()
        function = Function(PROJECTOR, Role=table.reader())
        stack = Stack({"M": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {
            "FunctionName": function.name, "EventSourceArn": table.stream, "StartingPosition": "LATEST"}}})
        mapping = client("lambda").get_event_source_mapping(UUID=stack.resources()["M"])
        self.assertEqual(mapping["BatchSize"], 100)

    def test_a_mapping_of_a_template_splits_and_gives_up(self):
        table, queue = Table(), Queue()
        function = Function(PROJECTOR, Role=table.reader(allow("sqs:SendMessage", queue.arn)))
        table.put(1, bad=1)
        table.put(2)
        stack = Stack({"M": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {
            "FunctionName": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function.name}",
            "EventSourceArn": table.stream, "StartingPosition": "TRIM_HORIZON",
            "BisectBatchOnFunctionError": True, "MaximumRetryAttempts": {"Ref": "Retries"}, "BatchSize": 10,
            "DestinationConfig": {"OnFailure": {"Destination": queue.arn}}}}},
            Parameters={"Retries": {"Type": "Number", "Default": 0}})
        self.assertEqual(stack.status, "CREATE_COMPLETE")
        self.assertTrue(until(queue.receive, 10))
        self.assertTrue(until(lambda: [2] in batches(function)))
