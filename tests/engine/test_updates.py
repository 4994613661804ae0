"""Updates, revisions and versions of functions."""

import concurrent.futures
import json
import os
import subprocess
import time

from world import Case, Function, Stack, client, kept, logging_role, role, until, zipped

CODE = "import os\ndef handler(event, context): return [os.getpid(), os.environ['AWS_LAMBDA_FUNCTION_VERSION']]\n"


class Revisions(Case):
    @kept
    def test_stale_revision_is_refused(self):
        function = Function(CODE)
        stale = function.settle()["RevisionId"]
        function.update(Description="other", RevisionId=stale)
        for call, extra in ((client("lambda").update_function_configuration, {"Description": "mine"}),
                            (client("lambda").update_function_code, {"ZipFile": zipped(app_py=CODE)})):
            error = self.assert_refused("PreconditionFailedException", call, FunctionName=function.name,
                                        RevisionId=stale, **extra)
            self.assertEqual(error.response["ResponseMetadata"]["HTTPStatusCode"], 412)

    def test_publishing_a_stale_revision_is_refused(self):
        function = Function(CODE)
        stale = function.settle()["RevisionId"]
        function.update(Description="other")
        self.assert_refused("PreconditionFailedException", client("lambda").publish_version,
                            FunctionName=function.name, RevisionId=stale)

    def test_publishing_other_code_is_refused(self):
        self.assert_refused("InvalidParameterValueException", client("lambda").publish_version,
                            FunctionName=Function(CODE).name, CodeSha256="A" * 43 + "=")

    def test_the_revision_of_an_update_is_stale_once_it_settles(self):
        function = Function(CODE)
        updated = client("lambda").update_function_configuration(FunctionName=function.name, Description="new")
        settled = function.settle()
        self.assertNotEqual(settled["RevisionId"], updated["RevisionId"])
        self.assertEqual(settled["RevisionId"], function.settle()["RevisionId"])


class Conflicts(Case):
    def test_a_second_update_has_to_wait(self):
        function = Function(CODE)
        updated = client("lambda").update_function_configuration(FunctionName=function.name, Description="new")
        self.assertEqual((updated["State"], updated["LastUpdateStatus"]), ("Active", "InProgress"))
        for call, extra in ((client("lambda").update_function_configuration, {"Description": "newer"}),
                            (client("lambda").update_function_code, {"ZipFile": zipped(app_py=CODE)}),
                            (client("lambda").publish_version, {})):
            error = self.assert_refused("ResourceConflictException", call, FunctionName=function.name, **extra)
            self.assertEqual(error.response["ResponseMetadata"]["HTTPStatusCode"], 409)
        function.settle()
        self.assertEqual(function.publish(), "1")

    def test_a_running_invocation_survives_an_update(self):
        function = Function("import time\ndef handler(event, context):\n    time.sleep(3)\n    return 'done'\n",
                            Timeout=10)
        function.invoke()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            running = pool.submit(function.invoke)
            time.sleep(0.2)
            function.update(Environment={"Variables": {"NEW": "1"}})
            self.assertEqual(running.result().value, "done")


class Versions(Case):
    def test_unchanged_functions_are_not_published_again(self):
        function = Function(CODE, Description="first")
        self.assertEqual((function.publish(), function.publish()), ("1", "1"))
        function.update(Description="second")
        function.update(Description="first")
        self.assertEqual(function.publish(), "1")
        function.update(Description="third")
        self.assertEqual(function.publish(), "2")

    @kept
    def test_a_published_version_starts_fresh_environments(self):
        function = Function(CODE)
        latest = function.invoke().value
        function.update(Description="mark")
        version = function.publish()
        first, second = function.invoke(Qualifier=version).value, function.invoke(Qualifier=version).value
        self.assertEqual(first, second)
        self.assertEqual(first[1], version)
        self.assertNotEqual(first[0], latest[0])

    def test_a_version_reports_its_own_cold_start_and_number(self):
        function = Function(CODE)
        function.invoke()
        version = function.publish()
        result = function.invoke(Qualifier=version)
        self.assertIn("Init Duration", result.report)
        self.assertIn(f"Version: {version}\n", result.tail)
        self.assertIn(f"[{version}]", function.messages(f"START RequestId: {result.request_id}")[0]["logStreamName"])

    @kept
    def test_a_version_can_be_deleted(self):
        function = Function(CODE)
        version = function.publish()
        function.invoke(Qualifier=version)
        client("lambda").delete_function(FunctionName=function.name, Qualifier=version)
        self.assert_refused("ResourceNotFoundException", client("lambda").invoke,
                            FunctionName=function.name, Qualifier=version)
        self.assertEqual(function.invoke().value[1], "$LATEST")

    def test_a_new_role_takes_effect(self):
        function = Function("import os\ndef handler(event, context): return os.environ['AWS_ACCESS_KEY_ID']\n")
        before = function.invoke().value
        function.update(Role=role())
        self.assertNotEqual(function.invoke().value, before)


class InStacks(Case):
    def test_a_complete_stack_has_settled_functions(self):
        stack = Stack({"F": self.function("one")})
        function_name = stack.resources()["F"]
        client("cloudformation").update_stack(
            StackName=stack.name, TemplateBody=json.dumps({"Resources": {"F": self.function("two")}}))
        time.sleep(0.05)
        self.assertEqual(stack.wait(), "UPDATE_COMPLETE")
        found = client("lambda").get_function(FunctionName=function_name)["Configuration"]
        self.assertEqual(found["Description"], "two")
        self.assertEqual(found["LastUpdateStatus"], "Successful")

    def test_a_deleted_stack_leaves_no_process(self):
        stack = Stack({"F": self.function("one")})
        answer = client("lambda").invoke(FunctionName=stack.resources()["F"])
        process = int(answer["Payload"].read())
        self.assertEqual(stack.delete(), "DELETE_COMPLETE")
        self.assertTrue(until(lambda: not is_alive(process), 2))

    @staticmethod
    def function(description):
        return {"Type": "AWS::Lambda::Function", "Properties": {
            "Description": description, "Runtime": "python3.13", "Handler": "index.handler", "Role": logging_role(),
            "Code": {"ZipFile": "import os\ndef handler(event, context): return os.getpid()\n"}}}


def is_alive(process):
    """Whether a process with this id exists and is no zombie."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], check=False, capture_output=True, text=True)
    return bool(shown.stdout) and not shown.stdout.startswith("Z")
