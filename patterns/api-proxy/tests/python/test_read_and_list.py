"""GET: one item, and pages of them."""

import base64
import unittest

from tests.project import project

MISSING = "01890000-0000-7000-8000-000000000000"


class Read(unittest.TestCase):
    def test_answers_the_item_with_its_version(self):
        with project() as it:
            item = it.create(note="n")
            result = it.call("read", id=item["id"])
            self.assertEqual((result.status, result.body), (200, item))
            self.assertEqual(result.headers["etag"], '"1"')

    def test_a_version_the_caller_has_is_not_sent_again(self):
        with project() as it:
            item = it.create()
            for tags in ('"1"', 'W/"1"', '"7", "1"', "*"):
                with self.subTest(tags=tags):
                    result = it.call("read", id=item["id"], headers={"If-None-Match": tags})
                    self.assertEqual((result.status, result.text, result.headers["etag"]), (304, "", '"1"'))
            self.assertEqual(it.call("read", id=item["id"], headers={"If-None-Match": '"2"'}).status, 200)

    def test_what_is_not_there(self):
        with project() as it:
            result = it.call("read", id=MISSING)
            self.assertEqual((result.status, result.problem), (404, "not-found"))

    def test_what_cannot_be_an_id_is_not_looked_for(self):
        with project() as it:
            for value in ("nonsense", MISSING.upper().replace("0", "A"), MISSING + "\n", "../" + MISSING):
                with self.subTest(value=value):
                    self.assertEqual(it.call("read", id=value).status, 404)
            self.assertEqual(it.aws.calls, [])


class List(unittest.TestCase):
    def test_newest_first(self):
        with project() as it:
            items = sorted((it.create(f"n{number}") for number in range(3)), key=lambda item: item["id"], reverse=True)
            result = it.call("list")
            self.assertEqual((result.status, result.body), (200, {"items": items}))

    def test_an_empty_collection_is_an_empty_page(self):
        with project() as it:
            self.assertEqual(it.call("list").body, {"items": []})

    def test_pages_hold_every_item_once_and_the_last_one_says_so(self):
        with project() as it:
            made = {it.create()["id"] for _ in range(6)}
            for limit, sizes in ((1, [1] * 6), (2, [2, 2, 2]), (4, [4, 2]), (6, [6]), (100, [6])):
                with self.subTest(limit=limit):
                    pages, query = [], {"limit": str(limit)}
                    while True:
                        page = it.call("list", query=query).body
                        pages.append([item["id"] for item in page["items"]])
                        if "next" not in page:
                            break
                        query["next"] = page["next"]
                    self.assertEqual([len(page) for page in pages], sizes)
                    seen = [item for page in pages for item in page]
                    self.assertEqual((seen, set(seen)), (sorted(seen, reverse=True), made))

    def test_a_page_goes_on_where_the_last_one_ended_though_its_last_item_is_gone(self):
        with project() as it:
            ids = sorted((it.create()["id"] for _ in range(4)), reverse=True)
            page = it.call("list", query={"limit": "2"}).body
            it.call("delete", id=ids[1])
            rest = it.call("list", query={"limit": "2", "next": page["next"]}).body
            self.assertEqual([item["id"] for item in rest["items"]], ids[2:])

    def test_twenty_without_a_limit(self):
        with project() as it:
            for _ in range(21):
                it.create()
            page = it.call("list").body
            self.assertEqual((len(page["items"]), "next" in page), (20, True))

    def test_limits_that_are_none(self):
        with project() as it:
            for limit in ("0", "101", "-1", "1.0", "", " 5", "x", "05", "1,2"):
                with self.subTest(limit=limit):
                    result = it.call("list", query={"limit": limit})
                    self.assertEqual((result.status, result.problem), (400, "invalid-request"))
                    self.assertEqual(result.body["errors"][0]["parameter"], "limit")
            self.assertEqual(it.aws.calls, [])

    def test_tokens_that_are_none(self):
        token, *forged = (
            base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
            for text in (f"1:{MISSING}", "1:things\0other", f"2:{MISSING}")
        )
        with project() as it:
            self.assertEqual(it.call("list", query={"next": token}).status, 200)
            it.aws.calls.clear()
            for token in ("", "x", "ä", "====", f"{token}=", f"~~{token}", *forged):
                with self.subTest(token=token):
                    result = it.call("list", query={"next": token})
                    self.assertEqual((result.status, result.body["errors"][0]["parameter"]), (400, "next"))
            self.assertEqual(it.aws.calls, [])


if __name__ == "__main__":
    unittest.main()
