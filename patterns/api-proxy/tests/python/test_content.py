"""What is refused as content, and what the schema in openapi.yaml says about the same."""

import unittest

from tests.contract import CONTRACT, is_valid
from tests.project import project

CONTENT = CONTRACT["components"]["schemas"]["Content"]
GOOD = [
    {"title": "x"},
    {"title": "ä" * 200, "note": "", "quantity": 1},
    {"title": "𐍈" * 200, "note": "n" * 2000, "quantity": 1_000_000},
    {"title": "x", "quantity": 5.0},
]
BAD = [
    ([], [("#", "must be an object")]),
    ("text", [("#", "must be an object")]),
    (None, [("#", "must be an object")]),
    ({}, [("#/title", "is required")]),
    ({"title": None}, [("#/title", "must be a string")]),
    ({"title": ""}, [("#/title", "must have 1 to 200 characters")]),
    ({"title": "x" * 201}, [("#/title", "must have 1 to 200 characters")]),
    ({"title": "x", "note": 5}, [("#/note", "must be a string")]),
    ({"title": "x", "note": "n" * 2001}, [("#/note", "must have at most 2000 characters")]),
    *(
        ({"title": "x", "quantity": quantity}, [("#/quantity", "must be an integer from 1 to 1000000")])
        for quantity in (0, 1_000_001, -1, 1.5, True, "1", None, 1e300)
    ),
    (
        {"z": 1, "a/b~ä": 2, "quantity": 0},
        [
            ("#/title", "is required"),
            ("#/quantity", "must be an integer from 1 to 1000000"),
            ("#/a~1b~0%C3%A4", "is not known"),
            ("#/z", "is not known"),
        ],
    ),
]


class Content(unittest.TestCase):
    def test_good_content_is_taken_as_the_contract_says(self):
        with project() as it:
            for content in GOOD:
                with self.subTest(content=content):
                    self.assertTrue(is_valid(CONTENT, content))
                    self.assertLessEqual(content.items(), it.call("create", content).body.items())

    def test_bad_content_is_refused_with_every_error_as_the_contract_says(self):
        with project() as it:
            item_id = it.create()["id"]
            calls = list(it.aws.calls)
            for content, errors in BAD:
                with self.subTest(content=content):
                    self.assertFalse(is_valid(CONTENT, content))
                    text = "null" if content is None else content if not isinstance(content, str) else f'"{content}"'
                    made = it.call("create", text)
                    changed = it.call("update", text, id=item_id, headers={"If-Match": "*"})
                    for result in (made, changed):
                        self.assertEqual((result.status, result.problem), (422, "invalid-content"))
                        found = [(error["pointer"], error["detail"]) for error in result.body["errors"]]
                        self.assertEqual(found, errors)
            self.assertEqual(it.aws.calls, calls)

    def test_half_a_character_is_no_text(self):
        with project() as it:
            result = it.call("create", r'{"title": "\ud800"}')
            self.assertEqual(result.body["errors"], [{"pointer": "#/title", "detail": "must be well-formed text"}])

    def test_what_is_no_json(self):
        with project() as it:
            constants = [f'{{"title": "x", "quantity": {name}}}' for name in ("NaN", "Infinity", "-Infinity")]
            for text in (None, "", "{", "{'title': 1}", "[" * 100_000, "\ud800", *constants):
                with self.subTest(text=(text or "")[:9]):
                    result = it.call("create", text)
                    self.assertEqual((result.status, result.problem), (400, "malformed-json"))

    def test_what_says_it_is_no_json(self):
        with project() as it:
            for media_type in (
                "text/plain",
                "application/x-www-form-urlencoded",
                "",
                "application/jsonp",
                "text/a+json",
            ):
                with self.subTest(media_type=media_type):
                    result = it.call("create", {"title": "x"}, headers={"Content-Type": media_type})
                    self.assertEqual((result.status, result.problem), (415, "unsupported-media-type"))
            for media_type in ("application/json; charset=utf-8", "Application/JSON", "application/vnd.a+json"):
                with self.subTest(media_type=media_type):
                    self.assertEqual(
                        it.call("create", {"title": "x"}, headers={"Content-Type": media_type}).status, 201
                    )


if __name__ == "__main__":
    unittest.main()
