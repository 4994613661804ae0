"""Which bodies are webhooks."""

import json
import unittest

from tests.project import ROOT, charge, project


class Webhooks(unittest.TestCase):
    def refused(self, body: str) -> str:
        with project() as modules:
            with self.assertRaises(modules.webhook.InvalidWebhook) as caught:
                modules.webhook.webhook_in(body)
        return str(caught.exception)

    def test_reads_id_type_and_amount(self):
        with project() as modules:
            webhook = modules.webhook.webhook_in((ROOT / "events" / "webhook.json").read_text())
        self.assertEqual((webhook.id, webhook.type, webhook.amount, webhook.currency), ("evt-1001", "charge.succeeded", 4200, "eur"))

    def test_leaves_unknown_members_alone(self):
        with project() as modules:
            webhook = modules.webhook.webhook_in(json.dumps(charge("a") | {"livemode": False}))
        self.assertEqual(webhook.id, "a")

    def test_an_integer_may_be_written_with_a_point(self):
        with project() as modules:
            webhook = modules.webhook.webhook_in(json.dumps(charge("a", 2.0)))
        self.assertEqual((webhook.amount, type(webhook.amount)), (2, int))

    def test_refuses_the_sample_of_poison(self):
        self.assertIn("amount must be", self.refused((ROOT / "events" / "poison.json").read_text()))

    def test_refuses_what_is_no_json_object(self):
        for body in ("", "{", '{"id": }', "[" * 100_000):
            with self.subTest(body=body[:10]):
                self.assertEqual(self.refused(body), "the body is not JSON")
        for body in ("[]", "null", '"a"', "1"):
            with self.subTest(body=body):
                self.assertEqual(self.refused(body), "the body is not an object")

    def test_refuses_bad_members_and_names_them(self):
        cases = [
            ("id", [None, 1, "", "-a", "a b", "a\n", "ä", "a" * 129]),
            ("type", [None, [], "", ".a", "a" * 101, "\ud800"]),
            ("amount", [None, "1", True, 1.5, 10**12 + 1, -(10**12) - 1, float("nan"), float("inf"), [1]]),
        ]
        cases.append(("currency", [None, "EUR", "euro", "", 978]))
        for member, values in cases:
            for value in values:
                with self.subTest(member=member, value=value):
                    body = charge("a") | {member: value} if member in ("id", "type") else charge("a", **{member: value})
                    self.assertTrue(self.refused(json.dumps(body)).startswith(f"{member} must"))

    def test_refuses_what_has_no_charge_in_it(self):
        for data in (None, [], {}, {"object": None}, {"object": []}):
            with self.subTest(data=data):
                self.assertEqual(self.refused(json.dumps(charge("a") | {"data": data})), "data.object must be an object")

    def test_takes_the_longest_and_the_largest(self):
        with project() as modules:
            webhook = modules.webhook.webhook_in(json.dumps(charge("a" * 128, -(10**12)) | {"type": "t" * 100}))
        self.assertEqual(webhook.amount, -(10**12))


if __name__ == "__main__":
    unittest.main()
