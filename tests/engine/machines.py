"""State machines that are created for one test, and their executions."""

import json

from world import ACCOUNT, client, name, role, until

states = client("stepfunctions")
ECHO = "def handler(event, context): return event\n"
FAILS = """class TooLate(Exception): pass
def handler(event, context): raise TooLate('no')
"""


def machine_role(*statements):
    """A role that Step Functions may assume."""
    role_name = name("machine")
    trust = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    client("iam").create_role(RoleName=role_name, AssumeRolePolicyDocument=json.dumps(trust))
    if statements:
        client("iam").put_role_policy(RoleName=role_name, PolicyName="inline", PolicyDocument=json.dumps({
            "Version": "2012-10-17", "Statement": list(statements)}))
    return f"arn:aws:iam::{ACCOUNT}:role/{role_name}"


def invoke(function, **more):
    """A task that invokes a function and ends."""
    return {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": function.arn, "Payload.$": "$"}, "End": True, **more}


class Machine:
    """A state machine that was created for one test."""

    def __init__(self, machine_states, *statements, start=None, kind="STANDARD", **top):
        self.definition = json.dumps({"StartAt": start or next(iter(machine_states)), "States": machine_states, **top})
        self.arn = states.create_state_machine(
            name=name("machine"), definition=self.definition, type=kind, roleArn=machine_role(*statements))[
                "stateMachineArn"]

    def start(self, given=None, **options):
        """Start an execution."""
        return Execution(states.start_execution(
            stateMachineArn=self.arn, input=json.dumps(given if given is not None else {}), **options)["executionArn"])

    def run(self, given=None):
        """Start an execution and wait for its end."""
        return self.start(given).end()


class Execution:
    """An execution of a machine."""

    def __init__(self, arn):
        self.arn = arn

    def describe(self):
        """The execution as DescribeExecution shows it."""
        return states.describe_execution(executionArn=self.arn)

    def end(self, seconds=20):
        """Wait for the end."""
        until(lambda: self.describe()["status"] != "RUNNING", seconds)
        return self

    @property
    def output(self):
        """The output of an execution that succeeded."""
        return json.loads(self.describe()["output"])

    def history(self, kind=""):
        """All events, or those of one type."""
        found = states.get_execution_history(executionArn=self.arn, maxResults=1000)["events"]
        return [event for event in found if not kind or event["type"] == kind]

    def types(self):
        """The types of all events."""
        return [event["type"] for event in self.history()]

    def token(self, seconds=10):
        """The token of the task that waits."""
        def find():
            return [event for event in self.history("TaskScheduled")
                    if "Token" in event["taskScheduledEventDetails"].get("parameters", "")]
        scheduled = until(find, seconds)[-1]["taskScheduledEventDetails"]["parameters"]
        return json.loads(scheduled)["MessageBody"]["Token"]
