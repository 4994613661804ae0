"""Provisioned concurrency."""

import math
import time

from world import Case, Function, client, milliseconds, until

SLOW = ("import os, time\ntime.sleep(0.3)\n"
        "def handler(event, context): return [os.getpid(), os.environ.get('AWS_LAMBDA_INITIALIZATION_TYPE')]\n")


def put(function, qualifier, count=1):
    """Ask for `count` environments."""
    return client("lambda").put_provisioned_concurrency_config(
        FunctionName=function.name, Qualifier=qualifier, ProvisionedConcurrentExecutions=count)


def state(function, qualifier):
    """The configuration as it is now."""
    return client("lambda").get_provisioned_concurrency_config(FunctionName=function.name, Qualifier=qualifier)


class ProvisionedConcurrency(Case):
    def test_environments_are_prepared_before_ready(self):
        function = Function(SLOW)
        version = function.publish()
        self.assertEqual(put(function, version, 2)["Status"], "IN_PROGRESS")
        self.assertEqual(state(function, version)["AvailableProvisionedConcurrentExecutions"], 0)
        self.assertTrue(until(lambda: state(function, version)["Status"] == "READY"))
        self.assertEqual(state(function, version)["AvailableProvisionedConcurrentExecutions"], 2)
        started = time.monotonic()
        result = function.invoke(Qualifier=version)
        self.assertLess(time.monotonic() - started, 0.25)
        self.assertEqual(result.value[1], "provisioned-concurrency")

    def test_the_first_report_shows_the_preparation_and_does_not_bill_it(self):
        function = Function(SLOW)
        version = function.publish()
        put(function, version)
        until(lambda: state(function, version)["Status"] == "READY")
        first, second = function.invoke(Qualifier=version).report, function.invoke(Qualifier=version).report
        self.assertGreater(milliseconds(first["Init Duration"]), 300)
        self.assertEqual(milliseconds(first["Billed Duration"]), math.ceil(milliseconds(first["Duration"])))
        self.assertNotIn("Init Duration", second)
        self.assertRegex(function.messages("INIT_REPORT")[0]["message"],
                         r"^INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: init\tStatus: success")

    def test_latest_is_refused(self):
        function = Function(SLOW)
        client("lambda").create_alias(FunctionName=function.name, Name="edge", FunctionVersion="$LATEST")
        for qualifier in ("$LATEST", "edge"):
            self.assert_refused("InvalidParameterValueException", put, function=function, qualifier=qualifier)

    def test_list_has_its_own_shape(self):
        function = Function(SLOW)
        version = function.publish()
        put(function, version)
        listed = client("lambda").list_provisioned_concurrency_configs(FunctionName=function.name)
        self.assertEqual([found["FunctionArn"] for found in listed["ProvisionedConcurrencyConfigs"]],
                         [f"{function.arn}:{version}"])

    def test_failing_code_fails_the_configuration(self):
        function = Function("raise RuntimeError('never')\n")
        version = function.publish()
        put(function, version)
        self.assertTrue(until(lambda: state(function, version)["Status"] == "FAILED"))

    def test_an_alias_takes_its_environments_along(self):
        function = Function(SLOW)
        client("lambda").create_alias(FunctionName=function.name, Name="live", FunctionVersion=function.publish())
        put(function, "live")
        until(lambda: state(function, "live")["Status"] == "READY")
        before = function.invoke(Qualifier="live").value
        function.update(Description="next")
        client("lambda").update_alias(FunctionName=function.name, Name="live", FunctionVersion=function.publish())
        self.assertEqual(state(function, "live")["Status"], "IN_PROGRESS")
        self.assertTrue(until(lambda: state(function, "live")["Status"] == "READY"))
        after = function.invoke(Qualifier="live").value
        self.assertEqual(after[1], "provisioned-concurrency")
        self.assertNotEqual(after[0], before[0])

    def test_deleting_ends_the_environments(self):
        function = Function(SLOW)
        version = function.publish()
        put(function, version)
        until(lambda: state(function, version)["Status"] == "READY")
        before = function.invoke(Qualifier=version).value
        self.assertEqual(before[1], "provisioned-concurrency")
        client("lambda").delete_provisioned_concurrency_config(FunctionName=function.name, Qualifier=version)
        after = function.invoke(Qualifier=version).value
        self.assertNotEqual(after[0], before[0])
        self.assertEqual(after[1], "on-demand")
