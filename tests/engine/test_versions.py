"""What belongs to a version or to a tenant: packages and environments."""

import concurrent.futures
import io
import urllib.request
import zipfile

from world import Case, Function, client, zipped

NAMES_ITSELF = "import os\ndef handler(event, context): return [os.getpid(), context.tenant_id]\n"


class Packages(Case):
    def test_a_version_keeps_its_package(self):
        function = Function("one = 1\n")
        version = function.publish()
        client("lambda").update_function_code(FunctionName=function.name, ZipFile=zipped(app_py="two = 2\n"))
        function.settle()
        self.assertEqual(self._source(function, version), "one = 1\n")
        self.assertEqual(self._source(function, "$LATEST"), "two = 2\n")

    def _source(self, function, qualifier):
        code = client("lambda").get_function(FunctionName=function.name, Qualifier=qualifier)["Code"]
        with urllib.request.urlopen(code["Location"]) as answer, \
                zipfile.ZipFile(io.BytesIO(answer.read())) as package:
            return package.read("app.py").decode()


class Bursts(Case):
    def test_a_burst_on_a_fresh_version_starts_as_many_environments(self):
        function = Function("import os\ndef handler(event, context): return os.getpid()\n")
        version = function.publish()
        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            results = list(threads.map(lambda _: function.invoke(Qualifier=version), range(8)))
        self.assertEqual(len({result.value for result in results}), 8)
        for result in results:
            self.assertIn("Init Duration", result.report)
        self.assertNotIn("Init Duration", function.invoke(Qualifier=version).report)


class Tenants(Case):
    def test_each_tenant_has_environments_of_its_own(self):
        function = Function(NAMES_ITSELF, TenancyConfig={"TenantIsolationMode": "PER_TENANT"})
        one, other = (function.invoke(TenantId=tenant) for tenant in ("one", "other: 2"))
        self.assertIn("Init Duration", one.report)
        self.assertIn("Init Duration", other.report)
        self.assertEqual([one.value[1], other.value[1]], ["one", "other: 2"])
        again = function.invoke(TenantId="one")
        self.assertNotIn("Init Duration", again.report)
        self.assertEqual(again.value, one.value)
        function.update(Timeout=9)
        self.assertNotEqual(function.invoke(TenantId="one").value[0], one.value[0])

    def test_an_isolating_function_wants_a_tenant_and_another_wants_none(self):
        isolating = Function(NAMES_ITSELF, TenancyConfig={"TenantIsolationMode": "PER_TENANT"})
        invalid = client("lambda").exceptions.InvalidParameterValueException
        self.assertRaises(invalid, isolating.invoke)
        self.assertRaises(invalid, Function(NAMES_ITSELF).invoke, TenantId="one")
