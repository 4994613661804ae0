"""GET of one account or of many."""

import base64
import json
import unittest
from unittest import mock

from tests.project import CONTEXT, MemoryReadModel, event, logged, request, sample
import query
from accounts import fold
from documents import Search
from web import LOGGER


def get(read_model, path, **parameters):
    """Status, headers, content and log lines of a query."""
    with mock.patch.object(query, "READ_MODEL", read_model):
        asked = path if isinstance(path, dict) else request("GET", path, **parameters)
        answer, lines = logged(LOGGER, lambda: query.handler(asked, CONTEXT))
    return answer["statusCode"], answer["headers"], json.loads(answer["body"]), lines


class Queries(unittest.TestCase):
    def setUp(self):
        self.read_model = MemoryReadModel()
        self.read_model.write(fold(name, [event(name, 1, balance)]) for name, balance in (("a", 1), ("b", 2), ("c", 3)))

    def test_reads_one_account(self):
        self.read_model.write([fold("alice", [event("alice", 1, 5)])])
        status, headers, content, lines = get(self.read_model, sample("get-account"))
        self.assertEqual((status, headers["etag"], headers["cache-control"]), (200, '"1"', "no-cache"))
        at = "2026-01-01T00:00:01.000Z"
        self.assertEqual(content, {"id": "alice", "balance": 5, "version": 1, "opened_at": at, "updated_at": at})
        self.assertEqual((lines[0]["correlation_id"], lines[0]["account"]), ("request-2", "alice"))

    def test_an_unknown_account_is_not_found(self):
        for account in ("d", "a.b", "a" * 65):
            status, headers, content, _ = get(self.read_model, f"/accounts/{account}")
            self.assertEqual((status, content["type"]), (404, "urn:problem-type:not-found"))
            self.assertEqual(headers["cache-control"], "no-store")

    def test_lists_the_largest_balances_first(self):
        status, _, content, _ = get(self.read_model, "/accounts")
        self.assertEqual((status, [item["id"] for item in content["items"]]), (200, ["c", "b", "a"]))
        self.assertNotIn("next", content)
        self.assertEqual(self.read_model.searches, [Search(None, None, True, 21, None)])

    def test_pages_follow_each_other(self):
        _, _, content, _ = get(self.read_model, "/accounts", limit="2", sort="balance", minimum_balance="-1", maximum_balance="9")
        self.assertEqual([item["id"] for item in content["items"]], ["a", "b"])
        get(self.read_model, "/accounts", limit="2", sort="balance", next=content["next"])
        self.assertEqual(self.read_model.searches[0], Search(-1, 9, False, 3, None))
        self.assertEqual(self.read_model.searches[1], Search(None, None, False, 3, (2, "b")))

    def test_the_last_page_names_no_other(self):
        _, _, content, _ = get(self.read_model, "/accounts", limit="3")
        self.assertNotIn("next", content)

    def test_parameters_of_another_form_are_refused(self):
        token = query.token_after(5, "a")
        for parameters, culprit in (
            ({"limit": "0"}, "limit"),
            ({"limit": "101"}, "limit"),
            ({"limit": "x"}, "limit"),
            ({"sort": "id"}, "sort"),
            ({"minimum_balance": "1.5"}, "minimum_balance"),
            ({"maximum_balance": "9" * 16}, "maximum_balance"),
            ({"minimum_balance": "2", "maximum_balance": "1"}, "maximum_balance"),
            ({"next": "x"}, "next"),
            ({"next": "ä"}, "next"),
            ({"next": token[:-1] + "!"}, "next"),
            ({"next": token + "="}, "next"),
            ({"next": base64.urlsafe_b64encode(b"1:007:a").decode()}, "next"),
            ({"next": token, "maximum_balance": "4"}, "next"),
            ({"next": token, "minimum_balance": "6"}, "next"),
        ):
            status, _, content, _ = get(self.read_model, "/accounts", **parameters)
            self.assertEqual((status, content["errors"][0]["parameter"]), (400, culprit), parameters)
        self.assertEqual(self.read_model.searches, [])

    def test_an_event_that_is_no_request_is_refused(self):
        status, _, content, lines = get(self.read_model, {})
        self.assertEqual((status, content["type"]), (400, "urn:problem-type:invalid-request"))
        self.assertEqual([line["message"] for line in lines], ["request answered"])
        self.assertEqual(self.read_model.searches, [])


if __name__ == "__main__":
    unittest.main()
