"""POST of a command."""

import json
import unittest
from unittest import mock

from tests.project import CONTEXT, MemoryEvents, event, logged, request, sample
import command
from web import LOGGER

PATH = "/accounts/alice/commands"
DEPOSIT = {"type": "deposit", "amount": 5}


def post(events, body, headers=None, path=PATH):
    """Status, headers, content and log lines of a command."""
    with mock.patch.object(command, "EVENTS", events), mock.patch.object(command.time, "sleep"):
        event = body if isinstance(body, dict) and "requestContext" in body else request("POST", path, body, headers)
        answer, lines = logged(LOGGER, lambda: command.handler(event, CONTEXT))
    return answer["statusCode"], answer["headers"], json.loads(answer["body"]), lines


class Commands(unittest.TestCase):
    def test_appends_one_event_and_answers_the_state(self):
        events = MemoryEvents([event("alice", 1, 7)])
        status, headers, content, _ = post(events, DEPOSIT)
        self.assertEqual((status, content), (201, {"id": "alice", "version": 2, "balance": 12}))
        self.assertEqual((headers["location"], headers["etag"]), ("/accounts/alice", '"2"'))
        added = events.all[1]
        self.assertEqual((added.version, added.amount, added.correlation_id), (2, 5, "request-1"))
        self.assertRegex(added.at, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_the_sample_is_a_command(self):
        events = MemoryEvents()
        status, _, content, _ = post(events, sample("deposit"))
        self.assertEqual((status, content["balance"], events.all[0].command_id), (201, 5, "first-deposit"))

    def test_a_refused_withdrawal_leaves_no_event(self):
        events = MemoryEvents([event("alice", 1, 4)])
        status, headers, content, lines = post(events, {"type": "withdraw", "amount": 5})
        self.assertEqual((status, content["type"]), (422, "urn:problem-type:insufficient-funds"))
        self.assertEqual(headers["content-type"], "application/problem+json")
        self.assertEqual((content["instance"], content["request_id"]), (PATH, "request-1"))
        self.assertEqual(len(events.all), 1)
        self.assertEqual(lines[-1]["problem"], "urn:problem-type:insufficient-funds")

    def test_logs_can_be_traced_and_tell_no_amounts(self):
        _, _, _, lines = post(MemoryEvents(), DEPOSIT)
        (line,) = lines
        self.assertEqual((line["message"], line["status"], line["account"], line["version"]), ("request answered", 201, "alice", 1))
        self.assertEqual((line["correlation_id"], line["function_request_id"]), ("request-1", "function-request-1"))
        self.assertEqual((line["service"], line["method"], line["path"]), ("accounts", "POST", PATH))
        self.assertRegex(line["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
        self.assertNotIn("amount", line)


class Conflicts(unittest.TestCase):
    def faster(self, times, amount):
        """Events to which somebody else adds one before each of the first appends."""
        events = MemoryEvents([event("alice", 1, 6)])
        left = iter(range(times))

        def append():
            if next(left, None) is not None:
                events.all.append(event("alice", len(events.all) + 1, amount))

        events.before_append = append
        return events

    def test_decides_anew_when_somebody_was_faster(self):
        events = self.faster(4, 10)
        status, _, content, _ = post(events, DEPOSIT)
        self.assertEqual((status, content), (201, {"id": "alice", "version": 6, "balance": 51}))
        self.assertEqual([event.version for event in events.all], [1, 2, 3, 4, 5, 6])

    def test_never_withdraws_what_somebody_else_has_withdrawn(self):
        events = self.faster(1, -3)
        status, _, content, _ = post(events, {"type": "withdraw", "amount": 4})
        self.assertEqual((status, content["type"]), (422, "urn:problem-type:insufficient-funds"))
        self.assertEqual(len(events.all), 2)

    def test_gives_up_after_five_attempts(self):
        events = self.faster(5, 10)
        status, headers, content, _ = post(events, DEPOSIT)
        self.assertEqual((status, content["type"], headers["retry-after"]), (409, "urn:problem-type:concurrent-commands", "1"))
        self.assertEqual(len(events.all), 6)


class Repetition(unittest.TestCase):
    KEY = {"idempotency-key": "command-1"}

    def test_a_command_sent_again_has_the_same_answer_and_no_second_event(self):
        first = event("alice", 1, 5)
        events = MemoryEvents([first, event("alice", 2, 9)])
        status, headers, content, _ = post(events, DEPOSIT, self.KEY)
        self.assertEqual((status, content), (201, {"id": "alice", "version": 1, "balance": 5}))
        self.assertEqual((headers["etag"], headers["idempotent-replayed"]), ('"1"', "true"))
        self.assertEqual(len(events.all), 2)

    def test_a_lost_reply_does_not_append_twice(self):
        events = MemoryEvents()
        append = events.append

        def append_and_lose_the_reply(event):
            append(event)
            return append(event)

        events.append = append_and_lose_the_reply
        status, headers, content, _ = post(events, DEPOSIT)
        self.assertEqual((status, content["version"], len(events.all)), (201, 1, 1))
        self.assertNotIn("idempotent-replayed", headers)

    def test_a_key_stands_for_one_command(self):
        events = MemoryEvents([event("alice", 1, 5)])
        for body in ({"type": "deposit", "amount": 6}, {"type": "withdraw", "amount": 5}):
            status, _, content, _ = post(events, body, self.KEY)
            self.assertEqual((status, content["type"]), (422, "urn:problem-type:idempotency-key-reused"))
        self.assertEqual(len(events.all), 1)

    def test_keys_of_other_accounts_do_not_count(self):
        events = MemoryEvents([event("bob", 1, 5)])
        self.assertEqual(post(events, DEPOSIT, self.KEY)[0], 201)

    def test_a_key_of_blanks_or_without_end_is_refused(self):
        for key in ("", "a b", "k" * 256, "ä"):
            status, _, content, _ = post(MemoryEvents(), DEPOSIT, {"idempotency-key": key})
            self.assertEqual((status, content["errors"][0]["header"]), (400, "idempotency-key"), key)


class Content(unittest.TestCase):
    def test_every_error_is_named_at_once(self):
        errors = {
            "#/type": "must be deposit or withdraw",
            "#/amount": "must be an integer from 1 to 1000000000",
            "#/a~1b%C3%A4": "is not known",
        }
        status, _, content, _ = post(MemoryEvents(), {"type": "steal", "amount": 0, "a/bä": 1})
        self.assertEqual(status, 422)
        self.assertEqual({error["pointer"]: error["detail"] for error in content["errors"]}, {
            "#/type": errors["#/type"], "#/amount": errors["#/amount"], "#/a~1b%C3%A4": errors["#/a~1b%C3%A4"],
        })

    def test_amounts_are_whole_and_positive(self):
        for amount in (0, -1, 1.5, True, "1", None, 1e10, [1]):
            events = MemoryEvents()
            self.assertEqual(post(events, {"type": "deposit", "amount": amount})[0], 422, amount)
            self.assertEqual(events.all, [])

    def test_one_point_zero_is_whole(self):
        events = MemoryEvents()
        self.assertEqual(post(events, '{"type": "deposit", "amount": 1.0}')[0], 201)
        self.assertEqual(repr(events.all[0].amount), "1")

    def test_what_is_no_object_or_no_json(self):
        for body, status in (("[]", 422), ("1", 422), ("", 400), ("{", 400), ("[" * 100_000, 400), ('"\ud800', 400)):
            self.assertEqual(post(MemoryEvents(), body)[0], status, body[:5])
        self.assertEqual(post(MemoryEvents(), DEPOSIT, {"content-type": "text/plain"})[0], 415)
        self.assertEqual(post(MemoryEvents(), DEPOSIT, {"content-type": "application/JSON; charset=utf-8"})[0], 201)

    def test_what_python_alone_takes_for_a_number_is_no_json(self):
        for amount in ("NaN", "Infinity", "-Infinity"):
            status, _, content, _ = post(MemoryEvents(), f'{{"type": "deposit", "amount": {amount}}}')
            self.assertEqual((status, content["type"]), (400, "urn:problem-type:malformed-json"), amount)

    def test_ids_of_another_form_are_not_looked_for(self):
        for account in ("a.b", "a" * 65, "ä"):
            self.assertEqual(post(None, DEPOSIT, path=f"/accounts/{account}/commands")[0], 404)


class Failures(unittest.TestCase):
    def test_an_event_that_is_no_request_is_refused(self):
        events = MemoryEvents()
        with mock.patch.object(command, "EVENTS", events):
            answer, lines = logged(LOGGER, lambda: command.handler({}, CONTEXT))
        self.assertEqual((answer["statusCode"], events.all), (400, []))
        self.assertEqual(json.loads(answer["body"])["type"], "urn:problem-type:invalid-request")
        self.assertEqual([line["message"] for line in lines], ["request answered"])

    def test_what_fails_here_is_a_problem_that_can_be_found_in_the_log(self):
        status, headers, content, lines = post(None, DEPOSIT)
        self.assertEqual((status, headers["content-type"]), (500, "application/problem+json"))
        self.assertEqual(content["type"], "urn:problem-type:internal-error")
        self.assertEqual((lines[0]["message"], lines[0]["correlation_id"]), ("request failed", "request-1"))
        self.assertIn("AttributeError", lines[0]["exception"])

    def test_throttling_is_told_as_such(self):
        from botocore.exceptions import ClientError

        def throttled(_account):
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, "Query")

        events = MemoryEvents()
        events.of = throttled
        status, headers, content, _ = post(events, DEPOSIT)
        self.assertEqual((status, headers["retry-after"], content["type"]), (503, "1", "urn:problem-type:overloaded"))


if __name__ == "__main__":
    unittest.main()
