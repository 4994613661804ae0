"""POST: new items, and requests that are sent again."""

import unittest
from unittest import mock

from tests.contract import COLLECTION
from tests.dynamodb import ClientError
from tests.project import STAGE, project

KEY = {"Idempotency-Key": "key-1"}


class Create(unittest.TestCase):
    def test_answers_the_item_and_where_it_is(self):
        with project() as it:
            result = it.call("create", {"quantity": 2, "title": "first"})
            self.assertEqual(result.status, 201)
            self.assertEqual(list(result.body), ["id", "title", "quantity", "version", "created_at", "updated_at"])
            self.assertEqual((result.body["title"], result.body["quantity"], result.body["version"]), ("first", 2, 1))
            self.assertEqual(result.headers["location"], f"{COLLECTION}/{result.body['id']}")
            self.assertEqual(result.headers["etag"], '"1"')
            self.assertEqual(it.call("read", id=result.body["id"]).body, result.body)

    def test_stores_it_in_the_collection_and_no_key_without_a_header(self):
        with project() as it:
            item = it.create(quantity=7)
            (stored,) = it.aws.tables["items"].values()
            self.assertEqual(stored["collection"], {"S": "things"})
            self.assertEqual(stored["id"], {"S": item["id"]})
            self.assertEqual(stored["quantity"], {"N": "7"})
            self.assertNotIn("note", stored)
            self.assertEqual((it.aws.calls, it.aws.tables["keys"]), (["PutItem"], {}))

    def test_location_has_the_stage_of_a_rest_api(self):
        with project("rest") as it:
            result = it.call("create", {"title": "first"})
            self.assertEqual(result.headers["location"], f"{STAGE}{COLLECTION}/{result.body['id']}")

    def test_ids_sort_by_time(self):
        with project() as it:
            moments = iter(range(1_700_000_000_000_000_000, 1_800_000_000_000_000_000, 10**15))
            with mock.patch("time.time_ns", lambda: next(moments)):
                ids = [it.modules["table"].new_id() for _ in range(50)]
            self.assertEqual(ids, sorted(ids))
            self.assertEqual({value[14] for value in ids}, {"7"})
            self.assertLessEqual({value[19] for value in ids}, set("89ab"))


class Again(unittest.TestCase):
    def test_the_same_request_makes_no_second_item_and_gets_the_same_answer(self):
        with project() as it:
            first = it.call("create", '{"title": "first", "quantity": 2}', headers=KEY)
            again = it.call("create", '{"quantity":2.0,"title":"first"}', headers=KEY)
            self.assertEqual((again.status, again.text), (201, first.text))
            self.assertEqual(again.headers, first.headers | {"idempotent-replayed": "true"})
            self.assertEqual(len(it.aws.tables["items"]), 1)

    def test_the_first_answer_stays_when_the_item_changes_or_goes(self):
        with project() as it:
            first = it.call("create", {"title": "first"}, headers=KEY)
            it.call("update", {"title": "second"}, id=first.body["id"], headers={"If-Match": "*"})
            self.assertEqual(it.call("create", {"title": "first"}, headers=KEY).text, first.text)
            it.call("delete", id=first.body["id"])
            self.assertEqual(it.call("create", {"title": "first"}, headers=KEY).text, first.text)
            self.assertEqual(it.aws.tables["items"], {})

    def test_other_content_under_the_same_key_is_refused(self):
        with project() as it:
            it.call("create", {"title": "first"}, headers=KEY)
            result = it.call("create", {"title": "other"}, headers=KEY)
            self.assertEqual((result.status, result.problem), (422, "idempotency-key-reused"))
            self.assertEqual(len(it.aws.tables["items"]), 1)

    def test_another_key_makes_another_item(self):
        with project() as it:
            for key in ("a", "b"):
                self.assertEqual(it.call("create", {"title": "x"}, headers={"Idempotency-Key": key}).status, 201)
            self.assertEqual(len(it.aws.tables["items"]), 2)

    def test_a_key_is_forgotten_after_a_day_even_if_it_is_still_there(self):
        with project() as it, mock.patch("time.time") as time:
            time.return_value = 1_000_000.0
            first = it.call("create", {"title": "first"}, headers=KEY)
            time.return_value += 86_400
            self.assertEqual(it.call("create", {"title": "first"}, headers=KEY).text, first.text)
            time.return_value += 1
            self.assertEqual(it.call("create", {"title": "other"}, headers=KEY).status, 201)
            (record,) = it.aws.tables["keys"].values()
            self.assertEqual(record["expires_at"], {"N": str(1_000_000 + 86_401 + 86_400)})

    def test_two_at_the_same_moment(self):
        with project() as it:
            it.aws.failures = [
                ClientError(
                    "TransactionCanceledException",
                    CancellationReasons=[{"Code": "None"}, {"Code": "TransactionConflict"}],
                )
            ]
            result = it.call("create", {"title": "first"}, headers=KEY)
            self.assertEqual((result.status, result.problem), (409, "request-in-progress"))
            self.assertEqual(result.headers["retry-after"], "1")

    def test_keys_that_are_none(self):
        with project() as it:
            for key in ("", "two words", "ä", "x" * 256):
                with self.subTest(key=key):
                    result = it.call("create", {"title": "first"}, headers={"Idempotency-Key": key})
                    self.assertEqual((result.status, result.problem), (400, "invalid-request"))
                    self.assertEqual(result.body["errors"][0]["header"], "idempotency-key")
            self.assertEqual(it.aws.calls, [])


if __name__ == "__main__":
    unittest.main()
