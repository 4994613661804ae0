"""Step Functions: which definitions are taken, and how they are written."""

import json

from machines import ECHO, Machine, invoke, machine_role, states
from world import Case, Function, Stack, allow, client, kept, name


class Definitions(Case):
    def refused(self, definition, kind="STANDARD"):
        text = definition if isinstance(definition, str) else json.dumps(definition)
        return str(self.assert_refused("InvalidDefinition", states.create_state_machine, name=name("machine"),
                                       definition=text, type=kind, roleArn=machine_role()))

    def test_what_cannot_run_is_refused(self):
        passing = {"Type": "Pass", "End": True}
        waiting = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": True}
        for wrong, said in (
                ("{", "INVALID_JSON_DESCRIPTION"),
                ({"StartAt": "B", "States": {"A": passing}}, "Missing 'StartAt' target: B at /StartAt"),
                ({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}},
                 "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next"),
                ({"StartAt": "A", "States": {"A": {"Type": "Pass"}}}, "Exactly one of 'Next' and 'End'"),
                ({"StartAt": "A", "States": {"A": passing, "B": passing}}, "is not reachable"),
                ({"StartAt": "A", "States": {"A": {**passing, "Inputpath": "$"}}},
                 "Field 'Inputpath' is not supported"),
                ({"StartAt": "A", "States": {"A": {**waiting, "Retry": [{"ErrorEquals": []}]}}}, "ErrorEquals"),
                ({"StartAt": "A", "States": {"A": {"Type": "Parallel", "End": True, "Branches": [
                    {"StartAt": "X", "States": {"Y": passing}}]}}}, "/States/A/Branches[0]/StartAt")):
            with self.subTest(said):
                self.assertIn(said, self.refused(wrong))
        self.assertIn("Express state machine does not support '.waitForTaskToken'",
                      self.refused({"StartAt": "A", "States": {"A": waiting}}, kind="EXPRESS"))

    def test_validation_tells_the_same(self):
        found = states.validate_state_machine_definition(definition='{"StartAt": "A", "States": {}}')
        self.assertEqual((found["result"], found["diagnostics"][0]["severity"]), ("FAIL", "ERROR"))

    def test_a_template_with_a_wrong_definition_rolls_back(self):
        stack = Stack({"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {
            "RoleArn": machine_role(), "DefinitionString": '{"StartAt": "A", "States": {}}'}}})
        self.assertEqual(stack.status, "ROLLBACK_COMPLETE")
        failed = [event for event in stack.events() if event["ResourceStatus"] == "CREATE_FAILED"][0]
        self.assertIn("Invalid State Machine Definition", failed["ResourceStatusReason"])

    def test_a_packaged_sam_machine_with_substitutions(self):
        bucket = name("bucket")
        client("s3").create_bucket(Bucket=bucket)
        client("s3").put_object(Bucket=bucket, Key="machine.asl.json", Body=json.dumps({
            "StartAt": "Work", "States": {"Work": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
                                                   "Parameters": {"FunctionName": "${Function}", "Payload.$": "$"},
                                                   "OutputPath": "$.Payload", "End": True}}}))
        function = Function(ECHO)
        group = name("/group")
        stack = Stack({
            "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": group}},
            "M": {"Type": "AWS::Serverless::StateMachine", "Properties": {
                "DefinitionUri": f"s3://{bucket}/machine.asl.json", "Type": "EXPRESS",
                "DefinitionSubstitutions": {"Function": function.arn},
                "Role": machine_role(allow("lambda:InvokeFunction", function.arn), allow("logs:*", "*")),
                "Logging": {"Level": "ERROR", "IncludeExecutionData": False, "Destinations": [
                    {"CloudWatchLogsLogGroup": {"LogGroupArn": {"Fn::GetAtt": ["Logs", "Arn"]}}}]}}},
        }, Transform="AWS::Serverless-2016-10-31")
        self.assertEqual(stack.status, "CREATE_COMPLETE", stack.events()[-1])
        arn = stack.resources()["M"]
        self.assertEqual(states.describe_state_machine(stateMachineArn=arn)["loggingConfiguration"]["level"], "ERROR")
        answer = states.start_sync_execution(stateMachineArn=arn, input='{"a": 1}')
        self.assertEqual(json.loads(answer["output"]), {"a": 1})


class Languages(Case):
    @kept
    def test_jsonata(self):
        function = Function(ECHO)
        machine = Machine({
            "Work": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Which",
                     "Arguments": {"FunctionName": function.arn, "Payload": {"n": "{% $states.input.n + 1 %}"}},
                     "Output": "{% $states.result.Payload %}"},
            "Which": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input.n = 2 %}", "Next": "Two"}],
                      "Default": "Other"},
            "Two": {"Type": "Succeed"}, "Other": {"Type": "Fail"}},
            allow("lambda:InvokeFunction", function.arn), QueryLanguage="JSONata")
        self.assertEqual(machine.run({"n": 1}).output, {"n": 2})
