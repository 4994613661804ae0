"""Filter patterns of CloudWatch Logs."""

import json
import time
import unittest

from world import client, kept, name

LINES = {
    "late": json.dumps({"level": "ERROR", "order": 7, "user": {"name": "ann"}, "tags": ["a", "b"], "gone": None}),
    "fine": json.dumps({"level": "INFO", "order": 12, "user": {"name": "bob"}, "ok": True}),
    "text": "ERROR order 7 was refused",
    "lower": "an error of the kind \"disk full\"",
}


def found(pattern):
    """The names of the lines that fit."""
    group = name("patterns")
    client("logs").create_log_group(logGroupName=group)
    client("logs").create_log_stream(logGroupName=group, logStreamName="one")
    now = int(time.time() * 1000)
    client("logs").put_log_events(logGroupName=group, logStreamName="one", logEvents=[
        {"timestamp": now + number, "message": line} for number, line in enumerate(LINES.values())])
    events = client("logs").filter_log_events(logGroupName=group, filterPattern=pattern)["events"]
    names = {line: key for key, line in LINES.items()}
    return [names[event["message"]] for event in events]


def refused(pattern):
    """Whether a pattern is none."""
    try:
        found(pattern)
    except client("logs").exceptions.InvalidParameterException:
        return True
    return False


class Patterns(unittest.TestCase):
    def test_json_patterns_choose_by_the_fields_of_json_events(self):
        cases = {
            '{ $.level = "ERROR" }': ["late"],
            '{ $.level = ERROR }': ["late"],
            '{ $.level != "ERROR" }': ["fine"],
            '{ $.order > 7 }': ["fine"],
            '{ $.order >= 7 && $.order < 12 }': ["late"],
            '{ ($.order = 7 || $.order = 12) && $.user.name = "b*" }': ["fine"],
            '{ $.tags[1] = "b" }': ["late"],
            '{ $.user.name = %^a% }': ["late"],
            '{ $.gone IS NULL }': ["late"],
            '{ $.ok IS TRUE }': ["fine"],
            '{ $.ok NOT EXISTS }': ["late"],
        }
        for pattern, expected in cases.items():
            with self.subTest(pattern=pattern):
                self.assertEqual(found(pattern), expected)

    def test_terms_are_compared_letter_by_letter(self):
        cases = {
            "ERROR": ["late", "text"],
            "ERROR order": ["late", "text"],
            "ERROR -refused": ["late"],
            '"order 7"': ["text"],
            "?refused ?disk": ["text", "lower"],
            "%dis[ck] full%": ["lower"],
        }
        for pattern, expected in cases.items():
            with self.subTest(pattern=pattern):
                self.assertEqual(found(pattern), expected)

    def test_what_is_no_pattern_is_refused(self):
        for pattern in ("{ $.level }", "{ level = 1 }", "{ $.level = 1", '{ $.order > "x" }', "{ $.a = 1 } more", "%(%"):
            with self.subTest(pattern=pattern):
                self.assertTrue(refused(pattern))

    @kept
    def test_no_pattern_is_every_line(self):
        self.assertEqual(found(""), list(LINES))
