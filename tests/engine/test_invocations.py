"""Invocations: errors, environments, platform logs."""

import concurrent.futures
import json
import math
import re
import shutil
import sys
import unittest

from world import Case, Function, client, kept, milliseconds, name, role, until

ECHO = "import os\ndef handler(event, context):\n    return {'pid': os.getpid(), 'id': context.aws_request_id}\n"
FAILING = """import os
def handler(event, context):
    if event.get('fail'): raise KeyError('missing')
    return os.getpid()
"""


class Errors(Case):
    def test_exception_keeps_its_class_and_stack_trace(self):
        result = Function(FAILING).invoke({"fail": 1})
        self.assertEqual(result.error, "Unhandled")
        self.assertEqual(result.value["errorType"], "KeyError")
        self.assertEqual(result.value["errorMessage"], "'missing'")
        self.assertIn("in handler", "".join(result.value["stackTrace"]))

    def test_environment_survives_an_exception(self):
        function = Function(FAILING)
        before = function.invoke().value
        function.invoke({"fail": 1})
        self.assertEqual(function.invoke().value, before)

    def test_exit_of_the_process_is_a_runtime_error(self):
        result = Function("import os\ndef handler(event, context): os._exit(3)\n").invoke()
        self.assertEqual(result.value["errorType"], "Runtime.ExitError")
        self.assertIn("exit status 3", result.value["errorMessage"])
        self.assertEqual(result.report["Error Type"], "Runtime.ExitError")

    def test_a_missing_bootstrap_is_told_to_the_invoker_and_in_the_log(self):
        result = Function(runtime="provided.al2023", files={"readme": "nothing to start"}).invoke()
        self.assertEqual(result.value["errorType"], "Runtime.InvalidEntrypoint")
        reason = f"RequestId: {result.request_id} Error: Couldn't find valid bootstrap(s)"
        self.assertIn(reason, result.value["errorMessage"])
        self.assertRegex(result.tail, rf"{re.escape(reason)}.*\nRuntime\.InvalidEntrypoint\n")

    def test_missing_module_is_an_import_error(self):
        result = Function("import no_such_module\ndef handler(event, context): pass\n").invoke()
        self.assertEqual(result.value["errorType"], "Runtime.ImportModuleError")
        self.assertNotIn("Init Duration", result.report)

    def test_timeout_is_reported(self):
        result = Function("import time\ndef handler(event, context): time.sleep(9)\n", Timeout=1).invoke()
        self.assertIn("Task timed out after 1.00 seconds", result.value["errorMessage"])
        self.assertEqual(result.report["Status"], "timeout")
        self.assertEqual(result.report["Billed Duration"].split()[0], str(math.ceil(
            milliseconds(result.report["Duration"]) + milliseconds(result.report["Init Duration"]))))

    def test_payload_that_is_no_json_is_passed_through(self):
        result = Function("def handler(event, context): return 'plain'\n").invoke()
        self.assertEqual(result.value, "plain")
        self.assertIn("REPORT", result.tail)


class PlatformLogs(Case):
    def test_report_line_has_the_format_of_aws(self):
        result = Function(ECHO, MemorySize=256).invoke()
        self.assertRegex(result.tail, (
            rf"(?m)^REPORT RequestId: {result.request_id}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\t"
            r"Memory Size: 256 MB\tMax Memory Used: [1-9]\d* MB\tInit Duration: \d+\.\d\d ms\t$"))
        self.assertIn(f"START RequestId: {result.request_id} Version: $LATEST\n", result.tail)
        self.assertIn(f"\nEND RequestId: {result.request_id}\n", result.tail)

    def test_init_duration_is_the_time_the_code_takes_to_load(self):
        function = Function("import time\ntime.sleep(0.4)\ndef handler(event, context): time.sleep(0.2)\n")
        cold, warm = function.invoke().report, function.invoke().report
        self.assertGreater(milliseconds(cold["Init Duration"]), 400)
        self.assertLess(milliseconds(cold["Duration"]), 350)
        self.assertGreaterEqual(milliseconds(cold["Duration"]), 200)
        self.assertNotIn("Init Duration", warm)
        for report in (cold, warm):
            billed = milliseconds(report["Duration"]) + milliseconds(report.get("Init Duration", "0 ms"))
            self.assertAlmostEqual(milliseconds(report["Billed Duration"]), math.ceil(billed), delta=1)

    def test_request_id_is_the_same_everywhere(self):
        function = Function(ECHO)
        result = function.invoke()
        self.assertEqual(result.value["id"], result.request_id)
        self.assertTrue(function.messages(f"REPORT RequestId: {result.request_id}"))

    def test_tail_is_the_end_of_the_log(self):
        result = Function("def handler(event, context):\n    for _ in range(200): print('x' * 99)\n").invoke()
        self.assertEqual(len(result.tail.encode()), 4096)
        self.assertIn("REPORT RequestId", result.tail.strip().split("\n")[-1])

    def test_one_stream_per_environment(self):
        function = Function("import os\ndef handler(event, context): return os.environ['AWS_LAMBDA_LOG_STREAM_NAME']\n")
        streams = {function.invoke().value for _ in range(3)}
        self.assertEqual({event["logStreamName"] for event in function.events()}, streams)
        self.assertRegex(streams.pop(), r"^\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}$")

    def test_events_carry_the_time_they_happened(self):
        function = Function(CLOCK)
        function.invoke()
        function.invoke()
        start, began, ended, _end, report = function.events()[-5:]
        for event in (began, ended):
            self.assertLessEqual(abs(event["timestamp"] - float(event["message"])), 250)
        self.assert_just_before(start["timestamp"], float(began["message"]))
        self.assert_just_before(float(ended["message"]), report["timestamp"])

    def assert_just_before(self, first, second):
        """Both clocks are the machine's; one is cut off to milliseconds."""
        self.assertLessEqual(first, second + 1)
        self.assertLessEqual(second - first, 250)

    def test_stack_trace_is_one_event(self):
        function = Function(FAILING)
        function.invoke({"fail": 1})
        self.assertIn("Traceback", function.messages("[ERROR] KeyError")[0]["message"])

    def test_cold_start_begins_with_init_start(self):
        function = Function(ECHO)
        function.invoke()
        self.assertRegex(function.events()[0]["message"],
                         r"^INIT_START Runtime Version: python:\S+\tRuntime Version ARN: arn:")

    def test_json_format(self):
        function = Function("import logging\ndef handler(event, context): logging.getLogger().warning('careful')\n",
                            LoggingConfig={"LogFormat": "JSON"})
        function.invoke()
        events = [json.loads(event["message"]) for event in function.events()]
        self.assertEqual([event.get("type") for event in events if "type" in event],
                         ["platform.initStart", "platform.start", "platform.report"])
        metrics = events[-1]["record"]["metrics"]
        self.assertEqual(metrics["billedDurationMs"], math.ceil(metrics["durationMs"] + metrics["initDurationMs"]))
        self.assertIn("careful", [event.get("message") for event in events])

    def test_log_group_of_the_function_is_used(self):
        group = name("/shared/group")
        client("logs").create_log_group(logGroupName=group)
        function = Function(ECHO, LoggingConfig={"LogFormat": "Text", "LogGroup": group})
        function.invoke()
        events = function.events(group)
        self.assertTrue(events[-1]["message"].startswith("REPORT"))
        self.assertIn(f"/{function.name}[$LATEST]", events[-1]["logStreamName"])
        self.assertEqual(function.events(), [])


class Environments(Case):
    LIST = "import os\ndef handler(event, context): return dict(os.environ)\n"

    def test_python_functions_do_not_see_the_server(self):
        variables = Function(self.LIST, Environment={"Variables": {"OWN": "1"}}).invoke().value
        self.assertEqual(variables["OWN"], "1")
        self.assertNotIn("ENGINE_TEST_SECRET", variables)
        self.assertNotIn("GATEWAY_PORT", variables)
        self.assertEqual({key for key in variables if not key.startswith(("AWS_", "_", "LAMBDA_", "LC_"))},
                         {"OWN", "LANG", "PATH", "TZ"})

    def test_custom_runtimes_see_local_aws_and_not_the_server(self):
        variables = Function(runtime="provided.al2023", files={"bootstrap": CUSTOM_RUNTIME}).invoke().value
        self.assertIn("http://127.0.0.1:", variables.get("AWS_ENDPOINT_URL", ""))
        self.assertNotIn("ENGINE_TEST_SECRET", variables)

    def test_only_the_packages_of_the_runtime_can_be_imported(self):
        function = Function("def handler(event, context):\n    import boto3\n    import samtranslator\n")
        self.assertIn("samtranslator", function.invoke().value["errorMessage"])

    def test_reserved_variables_cannot_be_changed(self):
        own = {"AWS_LAMBDA_LOG_STREAM_NAME": "mine"}
        variables = Function(self.LIST, Environment={"Variables": own}).invoke().value
        self.assertNotEqual(variables["AWS_LAMBDA_LOG_STREAM_NAME"], "mine")
        self.assertEqual(variables["AWS_LAMBDA_INITIALIZATION_TYPE"], "on-demand")

    @unittest.skipUnless(shutil.which("node"), "needs Node.js")
    def test_node_functions(self):
        code = """console.log('loaded');
export const handler = async (event, context) => {
  console.log('hello', context.awsRequestId);
  if (event.fail) throw new RangeError('too far');
  return { pid: process.pid, secret: process.env.ENGINE_TEST_SECRET ?? null };
};"""
        function = Function(runtime="nodejs22.x", files={"app_mjs": code})
        cold, failed, warm = function.invoke(), function.invoke({"fail": 1}), function.invoke()
        self.assertEqual(cold.value, {"pid": warm.value["pid"], "secret": None})
        self.assertEqual(failed.value["errorType"], "RangeError")
        self.assertEqual(failed.value["errorMessage"], "too far")
        self.assertIn("Init Duration", cold.report)
        self.assertEqual(failed.tail.count("\n"), len([line for line in failed.tail.split("\n") if line]))
        self.assertRegex(warm.tail, rf"\t{warm.request_id}\tINFO\thello {warm.request_id}\n")

    @kept
    def test_concurrent_invocations_have_environments_of_their_own(self):
        function = Function("import os, time\ndef handler(event, context): time.sleep(2); return os.getpid()\n")
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            processes = {result.value for result in pool.map(lambda _: function.invoke(), range(4))}
        self.assertEqual(len(processes), 4)


class Permissions(Case):
    def test_a_role_without_logs_permission_leaves_no_logs(self):
        function = Function(ECHO, Role=role({"Effect": "Deny", "Action": "logs:*", "Resource": "*"}))
        self.assertIn("REPORT", function.invoke().tail)
        self.assertEqual(function.events(), [])

    @kept
    def test_functions_may_do_what_their_role_may(self):
        bucket = name("bucket")
        client("s3").create_bucket(Bucket=bucket)
        client("s3").put_object(Bucket=bucket, Key="in/a", Body=b"a")
        client("s3").put_object(Bucket=bucket, Key="out/a", Body=b"a")
        code = (f"import boto3\ndef handler(event, context):\n    s3 = boto3.client('s3')\n"
                f"    return s3.get_object(Bucket='{bucket}', Key=event['key'])['Body'].read().decode()\n")
        without = Function(code, Timeout=10)
        reading = Function(code, Timeout=10, Role=role(
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/in/*"}))
        self.assertEqual(reading.invoke({"key": "in/a"}).value, "a")
        for denied in (reading.invoke({"key": "out/a"}), without.invoke({"key": "in/a"})):
            self.assertIn("AccessDenied", denied.value["errorMessage"])


    def test_a_bucket_for_secure_transport_only_is_open_to_roles(self):
        bucket = name("bucket")
        client("s3").create_bucket(Bucket=bucket)
        client("s3").put_object(Bucket=bucket, Key="a", Body=b"a")
        objects = f"arn:aws:s3:::{bucket}/*"
        client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [{
            "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": objects,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}))
        code = (f"import boto3\ndef handler(event, context):\n    s3 = boto3.client('s3')\n"
                f"    return s3.get_object(Bucket='{bucket}', Key='a')['Body'].read().decode()\n")
        reading = role({"Effect": "Allow", "Action": "s3:GetObject", "Resource": objects})
        self.assertEqual(Function(code, Timeout=10, Role=reading).invoke().value, "a")


class Fan(Case):
    def test_parallel_workers_show_as_parallel_in_their_logs(self):
        topic = client("sns").create_topic(Name=name("topic"))["TopicArn"]
        functions = [Function(CLOCK) for _ in range(3)]
        for function in functions:
            client("lambda").add_permission(
                FunctionName=function.name, StatementId="sns", Action="lambda:InvokeFunction",
                Principal="sns.amazonaws.com", SourceArn=topic)
            client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function.arn)
        client("sns").publish(TopicArn=topic, Message="go")
        until(lambda: all(function.messages("REPORT") for function in functions))
        starts = [function.messages("START")[0]["timestamp"] for function in functions]
        ends = [function.messages("REPORT")[0]["timestamp"] for function in functions]
        self.assertLess(max(starts), min(ends))
        for function, start, end in zip(functions, starts, ends, strict=True):
            # The worker's own clock: it was cold, and its START is still the moment its handler began.
            began, ended = [float(event["message"]) for event in function.messages("1")]
            self.assertLess(abs(start - began), 250)
            self.assertLess(abs(end - ended), 250)


# Writes the time at the beginning and at the end of the handler, in milliseconds.
CLOCK = """import time
def handler(event, context):
    print(time.time() * 1000)
    time.sleep(0.4)
    print(time.time() * 1000)
"""

# A custom runtime in the Python that runs the tests: nothing else is sure to be on the machine.
CUSTOM_RUNTIME = f"""#!{sys.executable}
import json, os, urllib.request
base = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(base + "next") as event:
        request_id = event.headers["Lambda-Runtime-Aws-Request-Id"]
    urllib.request.urlopen(base + request_id + "/response", json.dumps(dict(os.environ)).encode()).close()
"""
