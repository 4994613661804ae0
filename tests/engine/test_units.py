"""Parts of the engine that need no server: formats, the start, the Runtime API."""

import concurrent.futures
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import types
import unittest

from slsx_engine import anchors, authorization, platform_log, runtime_api
from slsx_engine.output import Line
from slsx_engine.platform_log import Initialization, Invocation
from world import kept, until

ENGINE = pathlib.Path(anchors.__file__).resolve().parent
FUNCTION = types.SimpleNamespace(
    name="resize", version="7", memory_mb=1024, logs_json=False, system_log_level="INFO",
    runtime_version="python:3.13.local", runtime_version_arn="arn:aws:lambda:us-east-1::runtime:local")


def invocation(**fields):
    """An invocation of 2.46 ms."""
    return Invocation(**{"request_id": "8f5", "started_ms": 1000, "ended_ms": 1002, "duration_ms": 2.46,
                         "max_memory_mb": 95, "lines": [Line(1001, "hi")], **fields})


def report(**fields):
    """The REPORT line of an invocation."""
    return platform_log.invocation_lines(invocation(**fields), FUNCTION)[-1].text


@kept
class Formats(unittest.TestCase):
    def test_vectors_from_aws(self):
        # https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
        cold = Initialization(platform_log.ON_DEMAND, 0, 413.61, [])
        start = "REPORT RequestId: 8f5\tDuration: 2.46 ms\tBilled Duration: "
        end = " ms\tMemory Size: 1024 MB\tMax Memory Used: 95 MB\t"
        self.assertEqual(report(init=cold), f"{start}417{end}Init Duration: 413.61 ms\t")
        self.assertEqual(report(), f"{start}3{end}")
        self.assertEqual(report(status="timeout"), f"{start}3{end}Status: timeout\t")
        self.assertEqual(report(status="error", is_platform_error=True, error_type="Runtime.ExitError"),
                         f"{start}3{end}Status: error\tError Type: Runtime.ExitError\t")
        self.assertEqual(report(status="error", error_type="ValueError"), f"{start}3{end}")

    def test_preparation_in_advance_is_shown_and_not_billed(self):
        prepared = Initialization(platform_log.PROVISIONED, 0, 413.61, [])
        self.assertIn("Billed Duration: 3 ms", report(init=prepared))
        self.assertIn("Init Duration: 413.61 ms", report(init=prepared))

    def test_whole_milliseconds_are_not_rounded_up(self):
        self.assertEqual(platform_log.billed_ms(invocation(duration_ms=0.1 + 0.2 + 0.7)), 1)
        self.assertEqual(platform_log.billed_ms(invocation(duration_ms=0.001)), 1)

    def test_order_and_times(self):
        lines = platform_log.invocation_lines(invocation(), FUNCTION)
        self.assertEqual([(line.timestamp, line.text[:6]) for line in lines],
                         [(1000, "START "), (1001, "hi"), (1002, "END Re"), (1002, "REPORT")])

    def test_system_log_level_hides_platform_events(self):
        quiet = types.SimpleNamespace(**{**vars(FUNCTION), "logs_json": True, "system_log_level": "WARN"})
        self.assertEqual([line.text for line in platform_log.invocation_lines(invocation(), quiet)], ["hi"])
        failed = platform_log.invocation_lines(invocation(status="timeout"), quiet)
        self.assertEqual(json.loads(failed[-1].text)["type"], "platform.report")


@kept
class Start(unittest.TestCase):
    def test_a_missing_anchor_is_named(self):
        with self.assertRaisesRegex(anchors.MissingAnchor, r"json\.no_such_name"):
            anchors.replace(json, "no_such_name", lambda stock: stock)
        with self.assertRaisesRegex(anchors.MissingAnchor, r"AWS::X::Y\.create"):
            anchors.replace_handler({}, "AWS::X::Y", "create", lambda stock: stock)

    def run_engine(self, preparation):
        program = f"{preparation}; import runpy; runpy.run_module('slsx_engine', run_name='__main__')"
        return subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True,
                              env={**os.environ, "PYTHONPATH": str(ENGINE.parent)})

    def test_another_version_is_refused(self):
        done = self.run_engine("import importlib.metadata as m; m.version = lambda name: '1.5.34'")
        self.assertEqual(done.returncode, 78)
        self.assertEqual(done.stderr.strip(), "slsx local AWS: ministack 1.5.33 is needed and 1.5.34 is installed")

    def test_a_changed_engine_is_refused(self):
        done = self.run_engine("from ministack.services import sns; del sns._deliver_to_lambda")
        self.assertEqual(done.returncode, 78)
        self.assertIn("has no ministack.services.sns._deliver_to_lambda", done.stderr)


    def test_it_ends_with_the_process_it_was_started_for(self):
        owner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        engine = subprocess.Popen(
            [sys.executable, "-m", "slsx_engine"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ENGINE.parent), "GATEWAY_PORT": str(port),
                 "SLSX_WHILE_PROCESS": str(owner.pid)})
        try:
            self.assertTrue(until(lambda: answers(port), 30))
            owner.kill()
            self.assertEqual(engine.wait(15), 0)
        finally:
            for process in (owner, engine):
                process.kill()
                process.wait()


def answers(port):
    """Whether something accepts connections on this port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@kept
class Sessions(unittest.TestCase):
    def test_they_are_registered_one_at_a_time(self):
        inside, most = [], []

        def stock(name):
            inside.append(name)
            most.append(len(inside))
            time.sleep(0.01)
            inside.remove(name)

        register = authorization.one_at_a_time(stock)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(register, "abcd"))
        self.assertEqual(most, [1, 1, 1, 1])


@kept
class Runtime(unittest.TestCase):
    def test_python_runs_where_aws_builds_no_native_client(self):
        import awslambdaric

        packages, api = tempfile.mkdtemp(), runtime_api.RuntimeApi()
        installed = pathlib.Path(awslambdaric.__file__).parent.parent
        for package in ("awslambdaric", "simplejson", "snapshot_restore_py"):
            os.symlink(installed / package, pathlib.Path(packages) / package)
        pathlib.Path(packages, "app.py").write_text(
            "def handler(event, context):\n    if event: raise ValueError('no')\n    return context.aws_request_id\n")
        process = subprocess.Popen(
            [sys.executable, "-B", "-S", str(ENGINE / "runtimes" / "python_bootstrap.py"), "app.handler", packages,
             str(ENGINE / "runtimes" / "without_native_client")],
            cwd=packages, env={"AWS_LAMBDA_RUNTIME_API": api.address}, stdout=subprocess.DEVNULL)
        try:
            self.assertEqual(api.signals.get(timeout=10).kind, runtime_api.READY)
            for payload, kind, expected in (
                    (b"{}", runtime_api.RESPONSE, b'"id-1"'), (b'{"a":1}', runtime_api.ERROR, b"no")):
                api.hand_over(runtime_api.Event("id-1", payload, 3, "arn", ""))
                self.assertEqual(api.signals.get(timeout=10).kind, runtime_api.TAKEN)
                result = api.signals.get(timeout=10)
                self.assertEqual(result.kind, kind)
                self.assertIn(expected, result.body)
        finally:
            process.kill()
            process.wait()
            api.close()

    def test_a_slow_init_phase_is_run_again_in_the_invocation(self):
        from slsx_engine import environment
        from world import zipped

        config = {"FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:slow", "FunctionName": "slow",
                  "Runtime": "python3.13", "Handler": "app.handler", "Timeout": 5}
        code = zipped(app_py="import time\ntime.sleep(0.6)\ndef handler(event, context): return 'done'\n")
        limit, environment._INIT_LIMIT = environment._INIT_LIMIT, 0.3
        slow = environment.Environment("slow", config, code)
        try:
            execution = slow.invoke("id-2", {}, None, config["FunctionArn"])
        finally:
            environment._INIT_LIMIT = limit
            slow.stop()
        self.assertEqual(execution.body, "done")
        self.assertEqual(execution.invocation.init.status, "timeout")
        self.assertAlmostEqual(execution.invocation.init.duration_ms, 300, delta=20)
        self.assertGreater(execution.invocation.duration_ms, 600)
