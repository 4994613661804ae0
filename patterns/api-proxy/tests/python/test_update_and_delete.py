"""PUT and DELETE: changes, and changes that would undo somebody else's."""

import unittest

from tests.project import project

MISSING = "01890000-0000-7000-8000-000000000000"


def match(tag):
    return {"If-Match": tag}


class Update(unittest.TestCase):
    def test_replaces_the_content_and_counts_the_version_up(self):
        with project() as it:
            item = it.create("first", note="n", quantity=3)
            result = it.call("update", {"title": "second", "quantity": 4}, id=item["id"], headers=match('"1"'))
            self.assertEqual((result.status, result.headers["etag"]), (200, '"2"'))
            expected = item | {"title": "second", "quantity": 4, "version": 2}
            del expected["note"]
            self.assertEqual(result.body | {"updated_at": item["updated_at"]}, expected)
            self.assertGreaterEqual(result.body["updated_at"], item["updated_at"])
            self.assertEqual(it.call("read", id=item["id"]).body, result.body)

    def test_a_lost_update_is_refused_and_changes_nothing(self):
        with project() as it:
            item = it.create()
            mine = it.call("update", {"title": "mine"}, id=item["id"], headers=match('"1"'))
            result = it.call("update", {"title": "too late"}, id=item["id"], headers=match('"1"'))
            self.assertEqual((result.status, result.problem), (412, "version-conflict"))
            self.assertEqual(it.call("read", id=item["id"]).body, mine.body)

    def test_a_change_must_name_its_version(self):
        with project() as it:
            result = it.call("update", {"title": "x"}, id=it.create()["id"])
            self.assertEqual((result.status, result.problem), (428, "precondition-required"))

    def test_any_version_if_the_caller_says_so(self):
        with project() as it:
            item = it.create()
            for version in (2, 3):
                result = it.call("update", {"title": "x"}, id=item["id"], headers=match("*"))
                self.assertEqual(result.body["version"], version)

    def test_tags_that_never_match_and_tags_that_are_none(self):
        with project() as it:
            item_id = it.create()["id"]
            for tag, status in (
                ('W/"1"', 412),
                ('"abc"', 412),
                ('""', 412),
                ('"01"', 412),
                ("1", 400),
                ("", 400),
                ('"1", "2"', 400),
            ):
                with self.subTest(tag=tag):
                    result = it.call("update", {"title": "x"}, id=item_id, headers=match(tag))
                    self.assertEqual(result.status, status)
            self.assertEqual(it.call("read", id=item_id).body["version"], 1)

    def test_what_is_not_there_is_not_made(self):
        with project() as it:
            for tag in ("*", '"1"'):
                result = it.call("update", {"title": "x"}, id=MISSING, headers=match(tag))
                self.assertEqual((result.status, result.problem), (404, "not-found"))
            self.assertEqual(it.aws.tables["items"], {})


class Delete(unittest.TestCase):
    def test_deletes_once(self):
        with project() as it:
            item = it.create()
            result = it.call("delete", id=item["id"])
            self.assertEqual((result.status, result.text), (204, ""))
            self.assertEqual(it.call("read", id=item["id"]).status, 404)
            self.assertEqual(it.call("delete", id=item["id"]).status, 404)

    def test_only_the_version_the_caller_has_seen(self):
        with project() as it:
            item = it.create()
            it.call("update", {"title": "newer"}, id=item["id"], headers=match('"1"'))
            result = it.call("delete", id=item["id"], headers=match('"1"'))
            self.assertEqual((result.status, result.problem), (412, "version-conflict"))
            self.assertEqual(it.call("read", id=item["id"]).body["title"], "newer")
            self.assertEqual(it.call("delete", id=item["id"], headers=match('"2"')).status, 204)


if __name__ == "__main__":
    unittest.main()
