"""SQS: what a queue holds, dead letters and moving them back."""

import concurrent.futures
import json
import urllib.parse

from world import Case, Function, Stack, allow, client, http, kept, name, role, until

sqs = client("sqs")


class Queue:
    """A queue that was created for one test."""

    def __init__(self, **attributes):
        self.url = sqs.create_queue(QueueName=name("queue"), Attributes=attributes)["QueueUrl"]
        self.arn = self.attribute("QueueArn")

    def attribute(self, attribute):
        """One attribute."""
        return sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=[attribute])["Attributes"][attribute]

    def send(self, *bodies):
        """Send messages."""
        for body in bodies:
            sqs.send_message(QueueUrl=self.url, MessageBody=body)

    def receive(self, **options):
        """Receive up to ten messages."""
        return sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"],
                                   **options).get("Messages", [])

    def bodies(self):
        """The bodies of what can be received now."""
        return sorted(message["Body"] for message in self.receive(VisibilityTimeout=0))


def with_dead_letters(*bodies):
    """A queue, and its dead-letter queue in which these messages ended."""
    dead = Queue()
    queue = Queue(VisibilityTimeout="0", RedrivePolicy=json.dumps(
        {"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1}))
    queue.send(*bodies)
    queue.receive()
    queue.receive()
    return queue, dead


class Messages(Case):
    @kept
    def test_dead_letters_say_where_they_come_from(self):
        queue, dead = with_dead_letters("a", "b")
        found = dead.receive()
        self.assertEqual({message["Attributes"]["DeadLetterQueueSourceArn"] for message in found}, {queue.arn})
        self.assertEqual(len(found), 2)

    @kept
    def test_nothing_is_lost_between_senders_and_a_consumer(self):
        queue = Queue(VisibilityTimeout="30")
        function = Function("def handler(event, context): pass\n", Role=role(allow("sqs:*", queue.arn)))
        client("lambda").create_event_source_mapping(
            FunctionName=function.name, EventSourceArn=queue.arn, BatchSize=10,
            ScalingConfig={"MaximumConcurrency": 2})

        def send(number):
            return len(sqs.send_message_batch(QueueUrl=queue.url, Entries=[
                {"Id": str(n), "MessageBody": f"{number}-{n}"} for n in range(10)])["Successful"])

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            self.assertEqual(sum(pool.map(send, range(100))), 1000)
        counts = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        self.assertTrue(until(lambda: not any(int(queue.attribute(count)) for count in counts), 30))

    def test_a_deletion_may_be_repeated(self):
        queue = Queue()
        queue.send("a")
        handle = queue.receive()[0]["ReceiptHandle"]
        for _ in range(2):
            sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=handle)
        again = sqs.delete_message_batch(QueueUrl=queue.url, Entries=[
            {"Id": "1", "ReceiptHandle": handle}, {"Id": "2", "ReceiptHandle": "no handle"}])
        self.assertEqual([entry["Id"] for entry in again["Successful"]], ["1"])
        self.assertEqual([entry["Code"] for entry in again["Failed"]], ["ReceiptHandleIsInvalid"])
        self.assert_refused("ReceiptHandleIsInvalid", sqs.delete_message, QueueUrl=queue.url, ReceiptHandle="no handle")


class DeadLetterQueues(Case):
    @staticmethod
    def redrive(dead_arn):
        return {"RedrivePolicy": json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 1})}

    def test_a_queue_may_say_whose_dead_letters_it_takes(self):
        allowed, other = Queue(), Queue()
        dead = Queue(RedriveAllowPolicy=json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [allowed.arn]}))
        sqs.set_queue_attributes(QueueUrl=allowed.url, Attributes=self.redrive(dead.arn))
        self.assert_refused("InvalidParameterValue", sqs.set_queue_attributes, QueueUrl=other.url,
                            Attributes=self.redrive(dead.arn))
        self.assert_refused("InvalidParameterValue", sqs.create_queue, QueueName=name("queue"),
                            Attributes=self.redrive(f"{dead.arn}x"))
        self.assertEqual(sqs.list_dead_letter_source_queues(QueueUrl=dead.url)["queueUrls"], [allowed.url])

    def test_a_template_is_refused_too(self):
        dead = Queue(RedriveAllowPolicy='{"redrivePermission": "denyAll"}')
        stack = Stack({"Q": {"Type": "AWS::SQS::Queue", "Properties": {"RedrivePolicy": {
            "deadLetterTargetArn": dead.arn, "maxReceiveCount": 3}}}})
        self.assertEqual(stack.status, "ROLLBACK_COMPLETE")


class Moves(Case):
    @staticmethod
    def tasks(dead):
        return sqs.list_message_move_tasks(SourceArn=dead.arn, MaxResults=10)["Results"]

    def done(self, dead):
        """The newest task when it has ended."""
        return until(lambda: next((task for task in self.tasks(dead)[:1] if task["Status"] != "RUNNING"), None), 5)

    def test_messages_return_to_their_queue(self):
        queue, dead = with_dead_letters("a", "b", "c")
        before = {message["MessageId"] for message in dead.receive(VisibilityTimeout=0)}
        self.assertTrue(sqs.start_message_move_task(SourceArn=dead.arn)["TaskHandle"])
        task = self.done(dead)
        self.assertEqual((task["Status"], task["ApproximateNumberOfMessagesMoved"],
                          task["ApproximateNumberOfMessagesToMove"]), ("COMPLETED", 3, 3))
        self.assertNotIn("TaskHandle", task)
        returned = queue.receive()
        self.assertEqual(sorted(message["Body"] for message in returned), ["a", "b", "c"])
        self.assertFalse(before & {message["MessageId"] for message in returned})
        self.assertEqual({message["Attributes"]["ApproximateReceiveCount"] for message in returned}, {"1"})
        self.assertEqual(dead.bodies(), [])

    def test_messages_go_where_they_are_told(self):
        _queue, dead = with_dead_letters("a")
        other = Queue()
        sqs.start_message_move_task(SourceArn=dead.arn, DestinationArn=other.arn)
        self.assertEqual(self.done(dead)["DestinationArn"], other.arn)
        self.assertEqual(other.bodies(), ["a"])

    def test_a_message_that_was_sent_to_the_dead_letter_queue_has_nowhere_to_go(self):
        _queue, dead = with_dead_letters()
        dead.send("direct")
        sqs.start_message_move_task(SourceArn=dead.arn)
        task = self.done(dead)
        self.assertEqual((task["Status"], task["FailureReason"]), ("FAILED", "CouldNotDetermineMessageSource"))
        self.assertEqual(dead.bodies(), ["direct"])

    def test_one_task_at_a_time_at_the_given_speed_until_cancelled(self):
        _queue, dead = with_dead_letters(*map(str, range(10)))
        handle = sqs.start_message_move_task(SourceArn=dead.arn, MaxNumberOfMessagesPerSecond=2)["TaskHandle"]
        self.assert_refused("AWS.SimpleQueueService.UnsupportedOperation", sqs.start_message_move_task,
                            SourceArn=dead.arn)
        self.assertEqual(self.tasks(dead)[0]["TaskHandle"], handle)
        until(lambda: self.tasks(dead)[0]["ApproximateNumberOfMessagesMoved"] >= 2, 3)
        self.assertLess(sqs.cancel_message_move_task(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"], 5)
        task = until(lambda: next((task for task in self.tasks(dead) if task["Status"] == "CANCELLED"), None), 5)
        self.assertEqual(task["MaxNumberOfMessagesPerSecond"], 2)
        self.assertEqual(len(dead.bodies()), 10 - task["ApproximateNumberOfMessagesMoved"])
        self.assert_refused("ResourceNotFoundException", sqs.cancel_message_move_task, TaskHandle=handle)

    def test_only_dead_letter_queues_are_sources(self):
        queue, dead = with_dead_letters()
        self.assert_refused("InvalidParameterValue", sqs.start_message_move_task, SourceArn=queue.arn)
        self.assert_refused("ResourceNotFoundException", sqs.start_message_move_task, SourceArn=f"{dead.arn}x")
        self.assert_refused("ResourceNotFoundException", sqs.start_message_move_task, SourceArn=dead.arn,
                            DestinationArn=f"{dead.arn}x")
        self.assert_refused("InvalidParameterValue", sqs.start_message_move_task, SourceArn=dead.arn,
                            MaxNumberOfMessagesPerSecond=501)

    def test_the_query_protocol_is_served(self):
        _queue, dead = with_dead_letters("a")
        authorization = ("AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, "
                         "SignedHeaders=host, Signature=0")

        def ask(action):
            body = urllib.parse.urlencode({"Action": action, "SourceArn": dead.arn, "Version": "2012-11-05"}).encode()
            return http("POST", "/", body, {"Content-Type": "application/x-www-form-urlencoded",
                                            "Authorization": authorization})
        status, _headers, text = ask("StartMessageMoveTask")
        self.assertEqual(status, 200, text)
        self.assertIn("<StartMessageMoveTaskResult><TaskHandle>", text)
        self.done(dead)
        self.assertIn("<ListMessageMoveTasksResultEntry><Status>COMPLETED</Status>", ask("ListMessageMoveTasks")[2])

    def test_roles_need_the_action(self):
        _queue, dead = with_dead_letters("a")
        code = ("import boto3\ndef handler(event, context):\n"
                "    boto3.client('sqs').start_message_move_task(SourceArn=event)\n")
        denied = Function(code, Timeout=10, Role=role(allow("sqs:ListMessageMoveTasks", dead.arn)))
        self.assertIn("AccessDenied", denied.invoke(dead.arn).value["errorMessage"])
        allowed = Function(code, Timeout=10, Role=role(allow("sqs:StartMessageMoveTask", dead.arn)))
        self.assertIsNone(allowed.invoke(dead.arn).error)
