"""The read model in OpenSearch: the requests that are sent, their signatures, and what is made of the answers."""

import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock

from tests.project import event
import read_model
import search_domain
from accounts import fold
from documents import Search
from read_model import Index
from search_domain import SearchDomain, SearchFailed

ALICE = fold("alice", [event("alice", 1, 5), event("alice", 2, -2)])
CREATED = {"acknowledged": True}
EXISTS = {"error": {"type": "resource_already_exists_exception"}, "status": 400}


class FakeDomain:
    """Answers in turn, and keeps what it was asked."""

    def __init__(self, *answers):
        self.answers, self.requests = list(answers), []

    def request(self, method, path, body=None, accepts=None):
        self.requests.append((method, path, body))
        return self.answers.pop(0)


def bulk(*statuses):
    items = [{"index": {"_id": name, "status": status, "error": {"type": "t", "reason": "r"}}} for name, status in statuses]
    return {"errors": True, "items": items}


class Documents(unittest.TestCase):
    def test_writes_in_one_request_each_with_its_version(self):
        domain = FakeDomain(CREATED, bulk(("alice", 201)))
        written = Index(domain, 0).write([ALICE])
        method, path, body = domain.requests[1]
        self.assertEqual((method, path, written.outcomes, written.failures), ("POST", "/accounts/_bulk", {"alice": "written"}, {}))
        action, document, rest = body.decode().split("\n")
        self.assertEqual(json.loads(action), {"index": {"_id": "alice", "version": 2, "version_type": "external"}})
        self.assertEqual(json.loads(document)["balance"], 3)
        self.assertEqual(rest, "")

    def test_a_version_that_is_there_already_is_done_and_others_fail(self):
        domain = FakeDomain(CREATED, bulk(("a", 200), ("b", 409), ("c", 400)))
        written = Index(domain, 0).write([ALICE])
        self.assertEqual(written.outcomes, {"a": "written", "b": "known"})
        self.assertEqual(written.failures, {"c": "400 t: r"})

    def test_makes_the_index_once_before_the_first_write(self):
        domain = FakeDomain(EXISTS, bulk(("alice", 200)), bulk(("alice", 409)))
        index = Index(domain, 1)
        index.write([ALICE])
        index.write([ALICE])
        self.assertEqual([path for _, path, _ in domain.requests], ["/accounts", "/accounts/_bulk", "/accounts/_bulk"])
        definition = json.loads(domain.requests[0][2])
        self.assertEqual(definition["settings"]["index"], {"number_of_shards": 1, "number_of_replicas": 1})
        self.assertEqual(definition["mappings"]["dynamic"], "strict")
        self.assertEqual(set(definition["mappings"]["properties"]), set(read_model.document_of(ALICE)))

    def test_an_index_that_cannot_be_made_is_an_error(self):
        with self.assertRaisesRegex(SearchFailed, "mapper_parsing_exception"):
            Index(FakeDomain({"error": {"type": "mapper_parsing_exception"}}), 0).write([ALICE])

    def test_nothing_to_write_asks_nothing(self):
        domain = FakeDomain()
        self.assertEqual(Index(domain, 0).write([]).outcomes, {})
        self.assertEqual(domain.requests, [])

    def test_clear_deletes_the_index_and_makes_it_again(self):
        domain = FakeDomain(CREATED, CREATED)
        Index(domain, 0).clear()
        self.assertEqual([(method, path) for method, path, _ in domain.requests], [("DELETE", "/accounts"), ("PUT", "/accounts")])

    def test_clear_deletes_an_index_that_came_back_meanwhile(self):
        domain = FakeDomain(CREATED, EXISTS, CREATED, CREATED)
        Index(domain, 0).clear()
        self.assertEqual([method for method, _, _ in domain.requests], ["DELETE", "PUT", "DELETE", "PUT"])
        with self.assertRaisesRegex(SearchFailed, "comes back"):
            Index(FakeDomain(*[CREATED, EXISTS] * 5), 0).clear()

    def test_gets_a_document_or_none(self):
        domain = FakeDomain({"found": True, "_source": {"id": "alice"}}, {"found": False}, {"error": {"type": "index_not_found_exception"}})
        index = Index(domain, 0)
        self.assertEqual([index.get("alice") for _ in range(3)], [{"id": "alice"}, None, None])
        self.assertEqual(domain.requests[0], ("GET", "/accounts/_doc/alice", None))


class Searches(unittest.TestCase):
    def search(self, *search):
        domain = FakeDomain({"hits": {"hits": [{"_source": {"id": "alice"}}]}})
        self.assertEqual(Index(domain, 0).search(Search(*search)), [{"id": "alice"}])
        method, path, body = domain.requests[0]
        self.assertEqual((method, path), ("POST", "/accounts/_search"))
        return json.loads(body)

    def test_asks_for_all_in_order(self):
        query = self.search(None, None, True, 21, None)
        order = [{"balance": "desc"}, {"id": "desc"}]
        self.assertEqual(query, {"size": 21, "query": {"match_all": {}}, "sort": order})

    def test_asks_for_a_range_after_a_document(self):
        query = self.search(-1, 9, False, 3, (5, "bob"))
        self.assertEqual(query["query"], {"range": {"balance": {"gte": -1, "lte": 9}}})
        self.assertEqual((query["sort"], query["search_after"]), ([{"balance": "asc"}, {"id": "asc"}], [5, "bob"]))
        self.assertEqual(self.search(0, None, False, 3, None)["query"], {"range": {"balance": {"gte": 0}}})

    def test_without_an_index_there_is_nothing(self):
        domain = FakeDomain({"error": {"type": "index_not_found_exception"}})
        self.assertEqual(Index(domain, 0).search(Search(None, None, True, 1, None)), [])


class Signatures(unittest.TestCase):
    def test_every_request_is_signed_for_the_service_with_the_role_of_the_function(self):
        headers = SearchDomain("localhost:9200").signed("POST", "/accounts/_bulk", b"{}\n").headers
        self.assertRegex(
            headers["Authorization"],
            r"^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\d{8}/us-east-1/es/aws4_request, "
            r"SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$",
        )
        self.assertEqual(headers["X-Amz-Security-Token"], "session")
        self.assertEqual(headers["content-type"], "application/x-ndjson")


class Requests(unittest.TestCase):
    """Against a server on this machine, without TLS."""

    def setUp(self):
        self.statuses, self.seen = [], []
        test = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                test.seen.append((self.path, body, self.headers))
                self.send_response(test.statuses.pop(0))
                self.send_header("content-length", "14")
                self.end_headers()
                self.wfile.write(b'{"answer": 42}')

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.domain = SearchDomain(f"127.0.0.1:{self.server.server_port}")
        self.domain._url = self.domain._url.replace("https:", "http:")

    def test_sends_the_headers_that_were_signed(self):
        self.statuses = [200]
        self.assertEqual(self.domain.request("POST", "/accounts/_bulk", b"{}\n"), {"answer": 42})
        ((path, body, headers),) = self.seen
        self.assertEqual((path, body), ("/accounts/_bulk", b"{}\n"))
        self.assertIn("/es/aws4_request", headers["Authorization"])
        self.assertEqual(headers["host"], f"127.0.0.1:{self.server.server_port}")

    def test_an_overloaded_domain_is_asked_again_but_not_for_ever(self):
        with mock.patch.object(search_domain.urllib3.Retry, "get_backoff_time", return_value=0):
            self.statuses = [429, 503, 200]
            self.assertEqual(self.domain.request("POST", "/accounts/_search", b"{}"), {"answer": 42})
            self.statuses = [503, 503, 503, 200]
            with self.assertRaisesRegex(SearchFailed, "POST /accounts/_search: 503"):
                self.domain.request("POST", "/accounts/_search", b"{}")

    def test_refusals_are_errors_unless_accepted(self):
        self.statuses = [403, 404, 404]
        with self.assertRaisesRegex(SearchFailed, "403"):
            self.domain.request("POST", "/accounts/_search", b"{}")
        with self.assertRaisesRegex(SearchFailed, "404"):
            self.domain.request("POST", "/accounts/_search", b"{}")
        self.assertEqual(self.domain.request("POST", "/accounts/_search", b"{}", accepts=404), {"answer": 42})


if __name__ == "__main__":
    unittest.main()
