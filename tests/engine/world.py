"""What the tests need of local AWS: clients, functions with roles, and waiting."""

import base64
import functools
import io
import json
import os
import time
import unittest
import urllib.error
import urllib.request
import uuid
import zipfile

import boto3
from botocore.config import Config

ENDPOINT = os.environ.get("ENGINE_ENDPOINT", "")
REGION = "us-east-1"
ACCOUNT = "000000000000"
LOGS_POLICY = {"Effect": "Allow", "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
               "Resource": "*"}


def kept(test):
    """Marks a test, or a class of tests, of something that needs no correction; it need not fail on plain MiniStack."""
    test.is_kept = True
    return test


@functools.cache
def client(service):
    """An SDK client with the root credentials of local AWS, without retries."""
    return boto3.client(service, endpoint_url=ENDPOINT, region_name=REGION, aws_access_key_id="test",
                        aws_secret_access_key="test", config=Config(
                            retries={"total_max_attempts": 1}, read_timeout=30, inject_host_prefix=False))


def name(prefix):
    """A name no other test uses."""
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def zipped(**files):
    """A zip file; `app_py` stands for the file app.py."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for file, text in files.items():
            entry = zipfile.ZipInfo(file.replace("_py", ".py").replace("_mjs", ".mjs"))
            entry.external_attr = 0o755 << 16
            archive.writestr(entry, text)
    return content.getvalue()


def role(*statements):
    """Create an execution role that may write logs and do what `statements` say; return its ARN."""
    role_name = name("role")
    trust = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": ["lambda.amazonaws.com", "apigateway.amazonaws.com"]},
        "Action": "sts:AssumeRole"}]}
    client("iam").create_role(RoleName=role_name, AssumeRolePolicyDocument=json.dumps(trust))
    client("iam").put_role_policy(RoleName=role_name, PolicyName="inline", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [LOGS_POLICY, *statements]}))
    return f"arn:aws:iam::{ACCOUNT}:role/{role_name}"


@functools.cache
def logging_role():
    """A role that may only write logs, shared by all functions that need no more."""
    return role()


def allow(actions, resources):
    """A policy statement."""
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def until(check, seconds=15.0):
    """Ask again and again until the answer is true; return the last answer."""
    deadline = time.monotonic() + seconds
    while not (answer := check()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


def last_result(mapping):
    """What an event source mapping, given by its id, says about its last poll."""
    return client("lambda").get_event_source_mapping(UUID=mapping).get("LastProcessingResult", "")


def http(method, path, body=None, headers=None):
    """Send a request to local AWS; return status, headers and text."""
    request = urllib.request.Request(ENDPOINT + path, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


class Function:
    """A function that was created for one test."""

    def __init__(self, code="", runtime="python3.13", handler="app.handler", files=None, **settings):
        self.name = name("function")
        settings.setdefault("Role", logging_role())
        client("lambda").create_function(
            FunctionName=self.name, Runtime=runtime, Handler=handler,
            Code={"ZipFile": zipped(**(files or {"app_py": code}))}, **settings)
        self.arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.name}"
        self.settle()

    def settle(self):
        """Wait until no update is in progress; return the configuration."""
        def settled():
            found = client("lambda").get_function(FunctionName=self.name)["Configuration"]
            return found if found["LastUpdateStatus"] == "Successful" and found["State"] == "Active" else None
        return until(settled)

    def update(self, **settings):
        """Change the configuration and wait."""
        client("lambda").update_function_configuration(FunctionName=self.name, **settings)
        return self.settle()

    def invoke(self, payload=None, **options):
        """Invoke and return the result."""
        return Result(client("lambda").invoke(
            FunctionName=self.name, Payload=json.dumps(payload or {}), LogType="Tail", **options))

    def publish(self, **options):
        """Publish and return the version's number."""
        return client("lambda").publish_version(FunctionName=self.name, **options)["Version"]

    def events(self, group=None):
        """All log events with their stream, oldest first; none while the group does not exist."""
        logs = client("logs")
        try:
            return logs.filter_log_events(logGroupName=group or f"/aws/lambda/{self.name}")["events"]
        except logs.exceptions.ResourceNotFoundException:
            return []

    def messages(self, start):
        """The log events that begin with `start`."""
        return [event for event in self.events() if event["message"].startswith(start)]


class Result:
    """The answer to an invocation."""

    def __init__(self, answer):
        self.error = answer.get("FunctionError")
        self.request_id = answer["ResponseMetadata"]["RequestId"]
        self.value = json.loads(answer["Payload"].read() or b"null")
        self.tail = base64.b64decode(answer.get("LogResult", "")).decode()

    @property
    def report(self):
        """The fields of the REPORT line of this invocation, such as {"Duration": "1.20 ms"}."""
        lines = [line for line in self.tail.split("\n") if line.startswith("REPORT ")]
        fields = [field.partition(": ") for field in (lines[-1] if lines else "").split("\t") if field]
        return {label.replace("REPORT ", ""): value for label, _, value in fields}


def milliseconds(text):
    """The number in a field such as "1.20 ms"."""
    return float(text.split()[0])


class Stack:
    """A CloudFormation stack that was created for one test, with a template in JSON form."""

    def __init__(self, resources, **sections):
        self.name = name("stack")
        self.create(resources, **sections)

    def create(self, resources, parameters=None, **sections):
        """Create the stack and wait for its end."""
        template = {"Resources": resources, **sections}
        client("cloudformation").create_stack(
            StackName=self.name, TemplateBody=json.dumps(template),
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()])
        return self.wait()

    def wait(self):
        """Wait until no operation is in progress; return the status."""
        until(lambda: not self.status.endswith("IN_PROGRESS"))
        return self.status

    @property
    def status(self):
        """The status of the stack."""
        return self.describe()["StackStatus"]

    def describe(self):
        """The stack as DescribeStacks shows it; a deleted one by name is gone."""
        cloudformation = client("cloudformation")
        try:
            return cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
        except cloudformation.exceptions.ClientError:
            return {"StackStatus": "DELETE_COMPLETE"}

    def resources(self):
        """The physical id of every resource, by its name in the template."""
        found = client("cloudformation").list_stack_resources(StackName=self.name)["StackResourceSummaries"]
        return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}

    def events(self):
        """All events, oldest first."""
        return client("cloudformation").describe_stack_events(StackName=self.name)["StackEvents"][::-1]

    def delete(self):
        """Delete the stack and wait for its end."""
        client("cloudformation").delete_stack(StackName=self.name)
        time.sleep(0.1)
        return self.wait()


class Case(unittest.TestCase):
    """A test that talks to local AWS."""

    def assert_refused(self, code, call, **arguments):
        """The call fails with this error code."""
        with self.assertRaises(Exception) as caught:
            call(**arguments)
        self.assertEqual(getattr(caught.exception, "response", {}).get("Error", {}).get("Code"), code)
        return caught.exception
