"""Step Functions: executions, their history, roles and callbacks."""

import json
import time

from machines import ECHO, FAILS, Machine, invoke, machine_role, states
from test_queues import Queue
from world import ACCOUNT, REGION, Case, Function, Stack, allow, client, kept, name, role, until


class Histories(Case):
    def test_a_task_that_is_tried_again_and_caught(self):
        function = Function(FAILS)
        machine = Machine({
            "Work": invoke(function, Retry=[{"ErrorEquals": ["TooLate"], "IntervalSeconds": 1, "MaxAttempts": 1}],
                           Catch=[{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Undo"}]),
            "Undo": {"Type": "Pass", "End": True}}, allow("lambda:InvokeFunction", function.arn))
        execution = machine.run({"a": 1})
        self.assertEqual(execution.types(), [
            "ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskFailed", "TaskScheduled",
            "TaskStarted", "TaskFailed", "TaskStateExited", "PassStateEntered", "PassStateExited",
            "ExecutionSucceeded"])
        events = execution.history()
        self.assertEqual([(event["id"], event["previousEventId"]) for event in events],
                         [(number + 1, number) for number in range(len(events))])
        self.assertEqual(events[1]["stateEnteredEventDetails"]["name"], "Work")
        scheduled = events[2]["taskScheduledEventDetails"]
        self.assertEqual((scheduled["resourceType"], scheduled["resource"], scheduled["region"]),
                         ("lambda", "invoke", REGION))
        self.assertEqual(json.loads(scheduled["parameters"]), {"FunctionName": function.arn, "Payload": {"a": 1}})
        failed = events[4]["taskFailedEventDetails"]
        self.assertEqual((failed["error"], failed["resourceType"]), ("TooLate", "lambda"))
        self.assertGreaterEqual((events[5]["timestamp"] - events[4]["timestamp"]).total_seconds(), 1)
        self.assertEqual(execution.output["error"]["Error"], "TooLate")
        self.assertEqual(json.loads(execution.output["error"]["Cause"])["errorMessage"], "no")

    def test_functions_named_by_the_state_have_events_of_their_own(self):
        function = Function(ECHO)
        machine = Machine({"Work": {"Type": "Task", "Resource": function.arn, "End": True}},
                          allow("lambda:InvokeFunction", function.arn))
        execution = machine.run({"a": 1})
        self.assertEqual(execution.types()[2:5], [
            "LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded"])
        self.assertEqual(execution.history()[2]["lambdaFunctionScheduledEventDetails"]["resource"], function.arn)

    def test_branches_are_told(self):
        def branch(state):
            return {"StartAt": state, "States": {state: {"Type": "Pass", "End": True}}}
        machine = Machine({"Both": {"Type": "Parallel", "Branches": [branch("A"), branch("B")], "End": True}})
        execution = machine.run()
        types = execution.types()
        self.assertEqual((types[1:3], types[-3:]), (
            ["ParallelStateEntered", "ParallelStateStarted"],
            ["ParallelStateSucceeded", "ParallelStateExited", "ExecutionSucceeded"]))
        entered = {event["stateEnteredEventDetails"]["name"]: event for event in execution.history("PassStateEntered")}
        self.assertEqual([entered[state]["previousEventId"] for state in "AB"], [3, 3])

    def test_nothing_follows_the_end(self):
        machine = Machine({"Wait": {"Type": "Wait", "Seconds": 1, "Next": "Fail"}, "Fail": {"Type": "Fail"}})
        execution = machine.start()
        until(lambda: "WaitStateEntered" in execution.types())
        states.stop_execution(executionArn=execution.arn, error="Enough", cause="stopped")
        time.sleep(1.5)
        self.assertEqual(execution.types()[-1], "ExecutionAborted")
        self.assertEqual(execution.describe()["status"], "ABORTED")


class Ends(Case):
    def test_an_execution_that_takes_too_long(self):
        execution = Machine({"Wait": {"Type": "Wait", "Seconds": 5, "End": True}}, TimeoutSeconds=1).run()
        self.assertEqual(execution.describe()["status"], "TIMED_OUT")
        self.assertEqual(execution.types()[-1], "ExecutionTimedOut")

    def test_a_failure_has_no_output(self):
        execution = Machine({"Fail": {"Type": "Fail", "Error": "E", "Cause": "C"}}).run()
        found = execution.describe()
        self.assertEqual((found["status"], found["error"], found["cause"], found.get("output")),
                         ("FAILED", "E", "C", None))

    def test_a_running_execution_may_be_started_again(self):
        machine = Machine({"Wait": {"Type": "Wait", "Seconds": 2, "End": True}})
        first = machine.start({"a": 1}, name="one")
        self.assertEqual(machine.start({"a": 1}, name="one").arn, first.arn)
        self.assert_refused("ExecutionAlreadyExists", machine.start, given={"a": 2}, name="one")
        first.end()
        self.assert_refused("ExecutionAlreadyExists", machine.start, given={"a": 1}, name="one")

    def test_a_pause_is_not_longer_than_its_maximum(self):
        function = Function(FAILS)
        execution = Machine({"Work": invoke(function, Retry=[
            {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 6, "MaxDelaySeconds": 1, "MaxAttempts": 1}])},
            allow("lambda:InvokeFunction", function.arn)).run()
        failed, again = execution.history("TaskFailed")[0], execution.history("TaskScheduled")[1]
        self.assertLess((again["timestamp"] - failed["timestamp"]).total_seconds(), 3)


class Roles(Case):
    def test_a_function_needs_permission(self):
        function = Function(ECHO)
        machine = Machine({"Work": invoke(function, Catch=[
            {"ErrorEquals": ["Lambda.AWSLambdaException"], "Next": "Caught"}]),
            "Caught": {"Type": "Pass", "End": True}})
        execution = machine.run()
        self.assertEqual(execution.output["Error"], "Lambda.AWSLambdaException")
        self.assertIn("is not authorized to perform: lambda:InvokeFunction on resource: " + function.arn,
                      execution.output["Cause"])
        self.assertEqual(function.events(), [])

    def test_integrations_need_permission(self):
        queue, topic = Queue(), client("sns").create_topic(Name=name("topic"))["TopicArn"]
        table = name("table")
        client("dynamodb").create_table(
            TableName=table, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])
        table_arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}"
        of_stack = Stack({"Topic": {"Type": "AWS::SNS::Topic"}}).resources()["Topic"]
        child = Machine({"Pass": {"Type": "Pass", "End": True}})
        item = {"TableName": table, "Item": {"k": {"S": "1"}}}
        for resource, given, error, action, target in (
                ("sqs:sendMessage", {"QueueUrl": queue.url, "MessageBody": {"a": 1}}, "SQS.AmazonSQSException",
                 "sqs:SendMessage", queue.arn),
                ("sns:publish", {"TopicArn": topic, "Message": "hello", "Subject": "s"},
                 "SNS.AuthorizationErrorException", "sns:Publish", topic),
                ("sns:publish", {"TopicArn": of_stack, "Message": "hello"},
                 "SNS.AuthorizationErrorException", "sns:Publish", of_stack),
                ("dynamodb:putItem", item, "DynamoDB.AmazonDynamoDBException", "dynamodb:PutItem", table_arn),
                ("states:startExecution", {"StateMachineArn": child.arn, "Input": {}},
                 "StepFunctions.AWSStepFunctionsException", "states:StartExecution", child.arn),
                ("aws-sdk:dynamodb:putItem", item, "DynamoDb.DynamoDbException", "dynamodb:PutItem", table_arn)):
            with self.subTest(resource, target=target):
                task = {"Call": {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Parameters": given,
                                 "End": True}}
                found = Machine(task).run().describe()
                self.assertEqual((found["status"], found.get("error")), ("FAILED", error))
                self.assertIn(f"is not authorized to perform: {action} on resource: {target}", found["cause"])
                found = Machine(task, allow(action, target)).run().describe()
                self.assertEqual(found["status"], "SUCCEEDED", found.get("cause"))
        self.assertEqual(queue.bodies(), ['{"a": 1}'])

    def test_logging_needs_permission(self):
        group = name("/group")
        client("logs").create_log_group(logGroupName=group)
        arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:*"
        every = [f"logs:{call}" for call in (
            "CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "ListLogDeliveries",
            "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups")]

        def create(machine_role_arn):
            return states.create_state_machine(
                name=name("machine"), roleArn=machine_role_arn, type="EXPRESS",
                definition='{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}',
                loggingConfiguration={"level": "ALL", "includeExecutionData": True, "destinations": [
                    {"cloudWatchLogsLogGroup": {"logGroupArn": arn}}]})["stateMachineArn"]
        self.assert_refused("AccessDeniedException", create, machine_role_arn=machine_role(allow(every[1:], "*")))
        machine = create(machine_role(allow(every, "*")))
        states.start_sync_execution(stateMachineArn=machine, input='{"a": 1}')
        events = [json.loads(event["message"])
                  for event in client("logs").filter_log_events(logGroupName=group)["events"]]
        self.assertEqual([event["type"] for event in events], [
            "ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"])
        self.assertEqual(json.loads(events[0]["details"]["input"]), {"a": 1})


class Nested(Case):
    def parent(self, child):
        return Machine({"Run": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
                                "Parameters": {"StateMachineArn": child.arn, "Input.$": "$"}, "End": True}},
                       allow("states:StartExecution", child.arn))

    def test_a_machine_waits_for_another_and_goes_on_with_its_own_history(self):
        execution = self.parent(Machine({"Pass": {"Type": "Pass", "End": True}})).run({"a": 1})
        self.assertEqual(execution.output["Output"], {"a": 1})
        events = execution.history()
        self.assertEqual([event["previousEventId"] for event in events], list(range(len(events))))

    def test_the_failure_of_another_is_a_failed_task(self):
        execution = self.parent(Machine({"Fail": {"Type": "Fail", "Error": "E"}})).run()
        self.assertEqual(execution.describe()["error"], "States.TaskFailed")


class Messages(Case):
    def test_a_topic_gets_objects_as_text_and_attributes(self):
        queue, topic = Queue(), client("sns").create_topic(Name=name("topic"))["TopicArn"]
        client("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": json.dumps({
            "Version": "2012-10-17", "Statement": [{**allow("sqs:SendMessage", queue.arn), "Principal": "*"}]})})
        client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
        execution = Machine({"Tell": {
            "Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": True, "Parameters": {
                "TopicArn": topic, "Subject": "done", "Message": {"job.$": "$.job"},
                "MessageAttributes": {"kind": {"DataType": "String", "StringValue": "video"}}}}},
            allow("sns:Publish", topic)).run({"job": "j1"})
        self.assertIn("MessageId", execution.output)
        got = json.loads(until(queue.receive)[0]["Body"])
        self.assertEqual((got["Subject"], json.loads(got["Message"])), ("done", {"job": "j1"}))
        self.assertEqual(got["MessageAttributes"]["kind"]["Value"], "video")

    def test_a_topic_that_does_not_exist_has_its_error(self):
        topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:none"
        execution = Machine({"Tell": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": True,
                                      "Parameters": {"TopicArn": topic, "Message": "m"}}},
                            allow("sns:Publish", topic)).run()
        self.assertEqual(execution.describe()["error"], "SNS.NotFoundException")


class Callbacks(Case):
    def setUp(self):
        self.queue = Queue()

    def machine(self, **settings):
        return Machine({"Ask": {
            "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": True,
            "Parameters": {"QueueUrl": self.queue.url, "MessageBody": {"Token.$": "$$.Task.Token"}}, **settings}},
            allow("sqs:SendMessage", self.queue.arn))

    def test_the_token_is_in_the_history_and_in_the_message(self):
        execution = self.machine().start()
        token = execution.token()
        self.assertEqual(json.loads(until(self.queue.receive)[0]["Body"]), {"Token": token})
        states.send_task_heartbeat(taskToken=token)
        self.assert_refused("InvalidOutput", states.send_task_success, taskToken=token, output="no json")
        states.send_task_success(taskToken=token, output='{"ok": true}')
        self.assertEqual(execution.end().output, {"ok": True})
        self.assertEqual(execution.types()[2:6], ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"])
        scheduled = execution.history()[2]["taskScheduledEventDetails"]
        self.assertEqual(scheduled["resource"], "sendMessage.waitForTaskToken")
        self.assert_refused("TaskTimedOut", states.send_task_success, taskToken=token, output="{}")
        self.assert_refused("InvalidToken", states.send_task_success, taskToken="abc", output="{}")

    @kept
    def test_a_failure_has_the_error_it_was_told(self):
        execution = self.machine().start()
        token = json.loads(until(self.queue.receive)[0]["Body"])["Token"]
        states.send_task_failure(taskToken=token, error="Denied", cause="no")
        self.assertEqual((execution.end().describe()["error"], execution.describe()["cause"]), ("Denied", "no"))

    def test_heartbeats_keep_a_task_alive(self):
        execution = self.machine(HeartbeatSeconds=2, TimeoutSeconds=30).start()
        token = execution.token()
        for _ in range(3):
            time.sleep(1)
            states.send_task_heartbeat(taskToken=token)
        self.assertEqual(execution.describe()["status"], "RUNNING")
        self.assertEqual(execution.end(6).describe()["error"], "States.HeartbeatTimeout")
        self.assertIn("TaskTimedOut", execution.types())

    def test_a_callback_that_does_not_come_times_out_and_is_asked_again_with_another_token(self):
        execution = self.machine(TimeoutSeconds=1, Retry=[
            {"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 1}]).start()
        self.assertEqual(execution.end().describe()["error"], "States.Timeout")
        tokens = {event["taskScheduledEventDetails"]["parameters"] for event in execution.history("TaskScheduled")}
        self.assertEqual(len(tokens), 2)

    def test_a_function_that_fails_does_not_wait(self):
        function = Function(FAILS)
        machine = Machine({"Ask": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "End": True,
            "Parameters": {"FunctionName": function.arn, "Payload": {"Token.$": "$$.Task.Token"}}}},
            allow("lambda:InvokeFunction", function.arn))
        self.assertEqual(machine.run().describe().get("error"), "TooLate")

    def test_roles_may_answer_for_a_machine(self):
        machine = self.machine()
        code = ("import boto3\ndef handler(event, context):\n"
                "    boto3.client('stepfunctions').send_task_success(taskToken=event, output='{}')\n")
        answering = Function(code, Timeout=10, Role=role(allow("states:SendTaskSuccess", machine.arn)))
        other = Function(code, Timeout=10, Role=role(allow("states:SendTaskSuccess", machine.arn + "x")))
        execution = machine.start()
        token = execution.token()
        self.assertIn("AccessDenied", other.invoke(token).value["errorMessage"])
        self.assertIsNone(answering.invoke(token).error)
        self.assertEqual(execution.end().describe()["status"], "SUCCEEDED")


class Express(Case):
    def test_a_failure_is_told(self):
        machine = Machine({"Fail": {"Type": "Fail", "Error": "E", "Cause": "C"}}, kind="EXPRESS")
        answer = states.start_sync_execution(stateMachineArn=machine.arn)
        self.assertEqual((answer["status"], answer["error"], answer["cause"]), ("FAILED", "E", "C"))
        self.assertNotIn("output", answer)

    def test_standard_workflows_are_not_run_at_once(self):
        machine = Machine({"Pass": {"Type": "Pass", "End": True}})
        self.assert_refused("StateMachineTypeNotSupported", states.start_sync_execution, stateMachineArn=machine.arn)
