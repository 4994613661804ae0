"""What the worker does with a batch."""

import json
import unittest

from tests.project import CONTEXT, ROOT, FakeDynamoDB, payment, project, record, run


class Worker(unittest.TestCase):
    def test_each_webhook_of_a_batch_takes_effect(self):
        aws = FakeDynamoDB()
        with project(aws) as modules:
            failed, _ = run(modules, record("m1", payment("a", 5)), record("m2", payment("b", -7)))
        self.assertEqual(failed, [])
        self.assertEqual(set(aws.items), {"a", "b"})
        item = aws.items["b"]
        self.assertRegex(item.pop("at")["S"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertEqual(
            item,
            {"id": {"S": "b"}, "type": {"S": "payment"}, "amount": {"N": "-7"}, "message": {"S": "m2"}, "times": {"N": "1"}},
        )

    def test_the_effect_takes_place_once_whatever_comes_twice(self):
        aws = FakeDynamoDB()
        with project(aws) as modules:
            run(modules, record("m1", payment("a", 5)))
            again, _ = run(modules, record("m1", payment("a", 5), received=2))
            by_the_sender, _ = run(modules, record("m2", payment("a", 6)), record("m3", payment("a", 7)))
        # What was done before is done: it must leave the queue.
        self.assertEqual(again + by_the_sender, [])
        self.assertEqual(aws.items["a"]["times"], {"N": "1"})
        self.assertEqual(aws.items["a"]["amount"], {"N": "5"})

    def test_poison_fails_alone(self):
        aws = FakeDynamoDB()
        with project(aws) as modules:
            failed, _ = run(
                modules,
                record("m1", payment("a")),
                record("m2", payment("b", "none")),
                record("m3", payment("c")),
            )
        self.assertEqual(failed, ["m2"])
        self.assertEqual(set(aws.items), {"a", "c"})

    def test_a_batch_of_poison_only_is_answered_too(self):
        with project() as modules:
            failed, _ = run(modules, record("m1", "no"), record("m2", "[]"))
        self.assertEqual(failed, ["m1", "m2"])

    def test_a_write_that_fails_comes_back_and_then_takes_effect(self):
        aws = FakeDynamoDB(out_of_order={"b"})
        with project(aws) as modules:
            failed, lines = run(modules, record("m1", payment("a")), record("m2", payment("b")))
            self.assertEqual(failed, ["m2"])
            self.assertEqual(lines[1]["message"], "webhook failed")
            self.assertIn("DynamoDB does not answer", lines[1]["exception"])
            aws.out_of_order.clear()
            failed, _ = run(modules, record("m2", payment("b"), received=2))
        self.assertEqual(failed, [])
        self.assertEqual(aws.items["b"]["times"], {"N": "1"})

    def test_logs_can_be_traced_by_message(self):
        with project() as modules:
            _, lines = run(
                modules,
                record("m1", payment("a")),
                record("m2", payment("a"), received=3),
                record("m3", payment("c", "none")),
            )
        told = [(line["level"], line["message"], line["correlation_id"], line["received"]) for line in lines]
        self.assertEqual(
            told,
            [
                ("INFO", "webhook took effect", "m1", 1),
                ("INFO", "webhook had taken effect before", "m2", 3),
                ("ERROR", "webhook refused", "m3", 1),
            ],
        )
        self.assertEqual(lines[0]["webhook"], "a")
        self.assertIn("amount must be an integer", lines[2]["reason"])
        for line in lines:
            self.assertEqual((line["service"], line["function_request_id"]), ("tests", "request-1"))

    def test_an_empty_event_asks_for_nothing(self):
        with project(aws := FakeDynamoDB()) as modules:
            self.assertEqual(modules.worker.handler({}, CONTEXT), {"batchItemFailures": []})
        self.assertEqual(aws.items, {})

    def test_understands_the_sample_event(self):
        event = json.loads((ROOT / "events" / "batch.json").read_text())
        with project(aws := FakeDynamoDB()) as modules:
            failed, _ = run(modules, *event["Records"])
        self.assertEqual(failed, ["22222222-2222-4222-8222-222222222222"])
        self.assertEqual(set(aws.items), {"evt-1001"})


if __name__ == "__main__":
    unittest.main()
