"""Event source mappings of queues."""

import json
import time

from test_queues import Queue
from world import Case, Function, Stack, allow, client, kept, last_result, role, until

QUIET = "def handler(event, context): pass\n"
# Writes what it got, one line for each batch.
SHOW = "import json\ndef handler(event, context): print('BATCH ' + json.dumps([r['body'] for r in event['Records']]))\n"


def consumer(queue, *actions):
    """A role that may do these with the queue; everything a mapping needs by default."""
    every = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    return role(allow(list(actions) or every, queue.arn))


def connect(function, queue, **settings):
    """Create a mapping; return its id."""
    return client("lambda").create_event_source_mapping(
        FunctionName=function.name, EventSourceArn=queue.arn, **settings)["UUID"]


def batches(function):
    """The bodies of every batch the function got."""
    return [json.loads(event["message"][6:]) for event in function.messages("BATCH")]


def in_flight(queue):
    """How many messages the queue still has."""
    return sum(int(queue.attribute(f"ApproximateNumberOfMessages{kind}")) for kind in ("", "NotVisible"))


class Permissions(Case):
    def test_creation_needs_every_permission_of_a_consumer(self):
        queue = Queue()
        every = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
        for missing in every:
            function = Function(QUIET, Role=consumer(queue, *(action for action in every if action != missing)))
            error = self.assert_refused("InvalidParameterValueException", connect, function=function, queue=queue)
            self.assertIn(f"The provided execution role does not have permissions to call {missing[4:]} on SQS",
                          str(error))

    def test_a_template_without_permission_rolls_back(self):
        queue = Queue()
        function = Function(QUIET, Role=consumer(queue, "sqs:ReceiveMessage"))
        stack = Stack({"M": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {
            "FunctionName": function.name, "EventSourceArn": queue.arn}}})
        self.assertEqual(stack.status, "ROLLBACK_COMPLETE")

    def test_without_deletion_messages_come_again(self):
        queue = Queue(VisibilityTimeout="4")
        function = Function(SHOW, Timeout=1, Role=consumer(queue))
        function.invoke({"Records": []})
        connect(function, queue)
        self.narrow(function, queue, "sqs:ReceiveMessage", "sqs:GetQueueAttributes")
        queue.send("a")
        self.assertTrue(until(lambda: [["a"], ["a"]] == batches(function)[1:3], 12))

    def test_without_receiving_nothing_comes(self):
        queue = Queue()
        function = Function(SHOW, Role=consumer(queue))
        mapping = connect(function, queue)
        self.narrow(function, queue, "sqs:DeleteMessage", "sqs:GetQueueAttributes")
        time.sleep(0.6)
        queue.send("a")
        self.assertTrue(until(lambda: "lost permission" in last_result(mapping)))
        self.assertEqual(batches(function), [])

    @staticmethod
    def narrow(function, queue, *actions):
        role_name = client("lambda").get_function_configuration(FunctionName=function.name)["Role"].split("/")[-1]
        client("iam").put_role_policy(RoleName=role_name, PolicyName="inline", PolicyDocument=json.dumps({
            "Version": "2012-10-17", "Statement": [allow(list(actions), queue.arn), allow("logs:*", "*")]}))


class Creation(Case):
    def test_what_aws_refuses(self):
        queue = Queue(VisibilityTimeout="5")
        slow = Function(QUIET, Timeout=6, Role=consumer(queue))
        error = self.assert_refused("InvalidParameterValueException", connect, function=slow, queue=queue)
        self.assertIn("Queue visibility timeout: 5 seconds is less than Function timeout: 6 seconds", str(error))
        function = Function(QUIET, Role=consumer(queue))
        self.assert_refused("InvalidParameterValueException", connect, function=function, queue=queue, BatchSize=11)
        connect(function, queue)
        self.assert_refused("ResourceConflictException", connect, function=function, queue=queue)


class Batches(Case):
    def test_a_window_gathers_more_than_ten(self):
        queue = Queue()
        function = Function(SHOW, Role=consumer(queue))
        connect(function, queue, BatchSize=25, MaximumBatchingWindowInSeconds=2)
        for start in (0, 10, 20):
            client("sqs").send_message_batch(QueueUrl=queue.url, Entries=[
                {"Id": str(number), "MessageBody": str(number)} for number in range(start, min(start + 10, 26))])
        self.assertTrue(until(lambda: len(batches(function)) == 2, 10))
        self.assertEqual([len(batch) for batch in batches(function)], [25, 1])

    @kept
    def test_never_more_than_the_maximum_at_once(self):
        queue = Queue()
        function = Function("import time\ndef handler(event, context): time.sleep(0.2)\n", Role=consumer(queue))
        connect(function, queue, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
        queue.send(*map(str, range(12)))
        self.assertTrue(until(lambda: in_flight(queue) == 0, 20))
        until(lambda: len(function.messages("REPORT")) == 12)
        self.assertEqual(most_at_once(function), 2)

    def test_more_and_more_at_once_without_a_maximum(self):
        queue = Queue()
        function = Function("import time\ndef handler(event, context): time.sleep(3)\n", Timeout=10, Role=consumer(queue))
        connect(function, queue, BatchSize=1)
        queue.send(*map(str, range(24)))
        self.assertTrue(until(lambda: in_flight(queue) == 0, 40))
        until(lambda: len(function.messages("REPORT")) == 24)
        self.assertGreater(most_at_once(function), 6)

    def test_a_failed_message_does_not_hold_up_others(self):
        queue = Queue(VisibilityTimeout="30")
        function = Function("def handler(event, context):\n"
                            "    if event['Records'][0]['body'] == 'bad': raise ValueError('bad')\n",
                            Role=consumer(queue))
        connect(function, queue, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
        began = time.monotonic()
        # Many, so that a second's pause after each cannot be made good by two at a time, nor ended early by a success.
        for number in range(40):
            queue.send("bad", str(number))
        self.assertTrue(until(lambda: in_flight(queue) == 40, 20))
        until(lambda: len(function.messages("REPORT")) == 80, 20)
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual(len(function.messages("REPORT")), 80)

    def test_messages_that_do_not_pass_the_filter_are_deleted(self):
        queue = Queue()
        function = Function("def handler(event, context): raise ValueError('no')\n", Role=consumer(queue))
        # Sent before anybody polls, so that both are in one batch.
        client("sqs").send_message_batch(QueueUrl=queue.url, Entries=[
            {"Id": kind, "MessageBody": json.dumps({"kind": kind})} for kind in ("bad", "good")])
        connect(function, queue, FilterCriteria={"Filters": [{"Pattern": '{"body": {"kind": ["good"]}}'}]})
        until(lambda: function.messages("REPORT"))
        self.assertTrue(until(lambda: in_flight(queue) == 1, 5))


class PartialFailures(Case):
    CODE = """import json
def handler(event, context):
    bodies = [json.loads(record['body']) for record in event['Records']]
    print('BATCH ' + json.dumps(bodies))
    return {'batchItemFailures': [{'itemIdentifier': body['say'].replace('ID', record['messageId'])}
                                  for body, record in zip(bodies, event['Records']) if 'say' in body]}
"""

    def connected(self):
        dead = Queue()
        queue = Queue(VisibilityTimeout="1", RedrivePolicy=json.dumps(
            {"deadLetterTargetArn": dead.arn, "maxReceiveCount": 2}))
        function = Function(self.CODE, Timeout=1, Role=consumer(queue))
        connect(function, queue, FunctionResponseTypes=["ReportBatchItemFailures"])
        return queue, dead, function

    @kept
    def test_only_the_failed_message_comes_again_and_ends_as_a_dead_letter(self):
        queue, dead, function = self.connected()
        # A start of an environment may take longer than messages are hidden.
        function.invoke({"Records": []})
        queue.send('{"n": 1}', '{"n": 2, "say": "ID"}', '{"n": 3}')
        self.assertTrue(until(lambda: dead.bodies(), 10))
        self.assertEqual(dead.bodies(), ['{"n": 2, "say": "ID"}'])
        self.assertEqual(in_flight(queue), 0)
        delivered = [body["n"] for batch in batches(function) for body in batch]
        self.assertEqual(sorted(delivered), [1, 2, 2, 3])

    def test_an_identifier_that_is_not_in_the_batch_fails_it_all(self):
        queue, dead, _function = self.connected()
        queue.send('{"n": 1, "say": "unknown"}')
        self.assertTrue(until(lambda: dead.bodies(), 10))
        queue.send('{"n": 2, "say": ""}')
        self.assertTrue(until(lambda: len(dead.bodies()) == 2, 10))


def most_at_once(function):
    """The largest number of invocations between START and REPORT at one moment."""
    moments = [(event["timestamp"], change) for kind, change in (("START", 1), ("REPORT", -1))
               for event in function.messages(kind)]
    most = now = 0
    for _moment, change in sorted(moments):
        now += change
        most = max(most, now)
    return most
