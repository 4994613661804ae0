"""What every function must do, whatever its route is."""

import functools
import json
import unittest

from tests.contract import COLLECTION, ROOT, routes_of_contract, routes_of_template
from tests.dynamodb import ClientError
from tests.project import ROUTES, STAGE, project

ID = "01890000-0000-7000-8000-000000000000"
REQUESTS = {
    "create": {"body": {"title": "x"}},
    "read": {"id": ID},
    "list": {},
    "update": {"body": {"title": "x"}, "id": ID, "headers": {"If-Match": "*"}},
    "delete": {"id": ID},
}


def every_function(*, api="http", **environment):
    """Runs a test once for each function."""

    def decorate(test):
        @functools.wraps(test)
        def run_all(self):
            for name in ROUTES:
                with self.subTest(function=name), project(api, **environment) as it:
                    test(self, it, name, REQUESTS[name])

        return run_all

    return decorate


class EveryFunction(unittest.TestCase):
    def test_the_routes_are_those_of_the_contract(self):
        self.assertEqual(routes_of_template(), routes_of_contract())
        self.assertEqual({name: method for name, method, _ in routes_of_contract()}, ROUTES)

    @every_function()
    def test_calls_the_table_once_and_only_as_its_role_allows(self, it, name, request):
        it.call(name, **request)
        action = {"create": "PutItem", "read": "GetItem", "list": "Query", "update": "UpdateItem"}
        self.assertEqual(it.aws.calls, [action.get(name, "DeleteItem")])

    @every_function()
    def test_logs_one_line_that_can_be_traced(self, it, name, request):
        result = it.call(name, **request)
        (line,) = result.log
        self.assertEqual((line["message"], line["level"]), ("request answered", "INFO"))
        self.assertEqual((line["correlation_id"], line["function_request_id"]), ("request-1", "invocation-1"))
        self.assertEqual((line["service"], line["method"], line["status"]), ("tests", ROUTES[name], result.status))

    @every_function()
    def test_the_log_names_the_item_or_the_problem(self, it, name, request):
        result = it.call(name, **request)
        (line,) = result.log
        if result.status == 404:
            self.assertEqual(line["problem"], "urn:problem-type:not-found")
            self.assertEqual(result.body["request_id"], line["correlation_id"])
        elif name == "create":
            self.assertEqual(line["item"], result.body["id"])

    @every_function()
    def test_a_failure_is_a_problem_that_can_be_traced_and_tells_nothing_else(self, it, name, request):
        it.aws.failures = [ClientError("AccessDeniedException"), KeyError("secret")]
        for kind in ("ClientError", "KeyError"):
            result = it.call(name, **request)
            self.assertEqual((result.status, result.problem), (500, "internal-error"))
            self.assertEqual(result.body["request_id"], "request-1")
            failed, answered = result.log
            self.assertEqual((failed["level"], failed["message"]), ("ERROR", "request failed"))
            self.assertEqual((failed["exception_name"], failed["correlation_id"]), (kind, "request-1"))
            self.assertEqual(answered["status"], 500)
            self.assertNotIn("secret", result.text)

    @every_function()
    def test_throttling_asks_the_caller_to_wait(self, it, name, request):
        it.aws.failures = [ClientError("ProvisionedThroughputExceededException")]
        result = it.call(name, **request)
        self.assertEqual((result.status, result.problem), (503, "overloaded"))
        self.assertEqual(result.headers["retry-after"], "1")

    def test_the_sample_events_are_answered(self):
        samples = sorted((ROOT / "events").glob("*.json"))
        self.assertEqual([sample.stem for sample in samples], ["create", "list"])
        for sample in samples:
            with self.subTest(sample=sample.name), project() as it:
                self.assertLess(it.handle(sample.stem, json.loads(sample.read_text())).status, 300)

    @every_function()
    def test_an_event_that_is_no_request_is_answered(self, it, name, _request):
        self.assertLess(it.modules[name].handler({}, ContextOfBench())["statusCode"], 500)

    @every_function()
    def test_the_gateway_adds_the_origin_of_an_http_api(self, it, name, request):
        self.assertNotIn("access-control-allow-origin", it.call(name, **request).headers)

    @every_function(api="rest", ALLOWED_ORIGIN="https://shop.example")
    def test_names_the_origin_of_a_rest_api_on_every_answer(self, it, name, request):
        it.aws.failures = [KeyError()]
        for result in (it.call(name, **request), it.call(name, **request)):
            self.assertEqual(result.headers["access-control-allow-origin"], "https://shop.example")
            self.assertEqual(result.headers["vary"], "origin")
            self.assertIn("etag", result.headers["access-control-expose-headers"])

    @every_function(api="rest", ALLOWED_ORIGIN="*")
    def test_any_origin_needs_no_vary(self, it, name, request):
        headers = it.call(name, **request).headers
        self.assertEqual((headers["access-control-allow-origin"], headers.get("vary")), ("*", None))


class BothKindsOfApi(unittest.TestCase):
    def test_answer_the_same(self):
        for api in ("http", "rest"):
            with self.subTest(api=api), project(api) as it:
                item = it.create()
                headers = {"If-Match": '"1"'}
                changed = it.call("update", {"title": "second"}, id=item["id"], headers=headers)
                self.assertEqual(changed.body["version"], 2)
                self.assertEqual(it.call("update", {"title": "x"}, id=item["id"], headers=headers).status, 412)
                self.assertEqual(it.call("list", query={"limit": "5"}).body, {"items": [changed.body]})
                self.assertEqual(it.call("delete", id=item["id"]).status, 204)

    def test_a_problem_tells_the_path_as_the_caller_wrote_it(self):
        for api, stage in (("http", ""), ("rest", STAGE)):
            with self.subTest(api=api), project(api) as it:
                self.assertEqual(it.call("read", id=ID).body["instance"], f"{stage}{COLLECTION}/{ID}")

    def test_content_in_base64(self):
        with project() as it:
            self.assertEqual(it.call("create", '{"title": "ä"}', is_base64=True).body["title"], "ä")


class ContextOfBench:
    """The context of an invocation without a gateway."""

    function_name, memory_limit_in_mb, invoked_function_arn, aws_request_id = "f", 128, "arn", "invocation-1"


if __name__ == "__main__":
    unittest.main()
