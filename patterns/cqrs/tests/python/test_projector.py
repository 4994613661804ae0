"""The projector: whatever order records come in and however often, the read model ends as the fold of the events."""

import itertools
import random
import unittest
from unittest import mock

from tests.project import CONTEXT, MemoryEvents, MemoryReadModel, event, logged, sample, stream
import projector
from accounts import Broken, fold
from documents import document_of

ALICE = [event("alice", 1, 5), event("alice", 2, -2), event("alice", 3, 4)]
BOB = [event("bob", 1, 1)]


def folds(events):
    """What the read model must hold after these events."""
    accounts = {event.account for event in events.all}
    return {account: document_of(fold(account, events.of(account))) for account in accounts}


def project(events, read_model, batch):
    with mock.patch.object(projector, "EVENTS", events), mock.patch.object(projector, "READ_MODEL", read_model):
        return logged(projector.LOGGER, lambda: projector.handler(batch, CONTEXT))


class Projector(unittest.TestCase):
    def setUp(self):
        self.events = MemoryEvents([*ALICE, *BOB])
        self.read_model = MemoryReadModel()

    def project(self, *records):
        return project(self.events, self.read_model, stream(*records))

    def test_every_account_of_the_batch_becomes_the_fold_of_its_events(self):
        answer, _ = self.project(*ALICE, *BOB)
        self.assertEqual(answer, {"batchItemFailures": []})
        self.assertEqual(self.read_model.documents, folds(self.events))
        self.assertEqual(self.read_model.documents["alice"]["balance"], 7)

    def test_order_does_not_matter(self):
        for order in itertools.permutations([*ALICE, *BOB]):
            self.read_model = MemoryReadModel()
            for record in order:
                self.project(record)
            self.assertEqual(self.read_model.documents, folds(self.events))

    def test_a_duplicate_changes_nothing(self):
        self.project(*ALICE)
        before = dict(self.read_model.documents)
        answer, lines = self.project(*ALICE, ALICE[0])
        self.assertEqual((answer, self.read_model.documents), ({"batchItemFailures": []}, before))
        self.assertEqual({line["outcome"] for line in lines}, {"known"})

    def test_a_late_record_does_not_bring_back_an_old_state(self):
        self.project(ALICE[2])
        self.project(ALICE[0])
        self.assertEqual(self.read_model.documents["alice"]["version"], 3)

    def test_a_retry_that_read_before_others_wrote_changes_nothing(self):
        self.project(*ALICE)
        old = MemoryEvents(ALICE[:1])
        project(old, self.read_model, stream(ALICE[0]))
        self.assertEqual(self.read_model.documents["alice"]["version"], 3)

    def test_any_mix_of_batches_ends_in_the_fold(self):
        chance = random.Random(1)
        accounts = ["alice", "bob", "carol"]
        for _ in range(50):
            events, read_model = MemoryEvents(), MemoryReadModel()
            for _ in range(chance.randint(1, 30)):
                account = chance.choice(accounts)
                events.all.append(event(account, len(events.of(account)) + 1, chance.randint(1, 9)))
                project(events, read_model, stream(*chance.choices(events.all, k=3)))
            project(events, read_model, stream(*events.all))
            self.assertEqual(read_model.documents, folds(events))

    def test_a_broken_account_fails_alone(self):
        gap = event("carol", 2, 1)
        self.events.all.append(gap)
        answer, lines = self.project(BOB[0], gap, ALICE[0])
        self.assertEqual(answer, {"batchItemFailures": [{"itemIdentifier": "carol-2"}]})
        self.assertEqual(set(self.read_model.documents), {"alice", "bob"})
        (line,) = [line for line in lines if line["level"] == "ERROR"]
        self.assertEqual((line["message"], line["account"]), ("event not projected", "carol"))
        self.assertEqual((line["correlation_id"], line["reason"]), ("request-carol-2", "version 1 is missing"))

    def test_an_item_that_is_no_event_fails_alone(self):
        of = self.events.of

        def broken(account):
            if account == "bob":
                raise Broken("version 1 is not an event")
            return of(account)

        self.events.of = broken
        answer, _ = self.project(*BOB, *ALICE)
        self.assertEqual(answer, {"batchItemFailures": [{"itemIdentifier": "bob-1"}]})
        self.assertEqual(set(self.read_model.documents), {"alice"})

    def test_a_document_that_is_refused_fails_all_records_of_its_account(self):
        self.read_model.refused = {"alice"}
        answer, _ = self.project(ALICE[0], BOB[0], ALICE[1])
        failed = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        self.assertEqual(failed, ["alice-1", "alice-2"])

    def test_a_read_model_that_is_away_fails_the_whole_batch(self):
        self.read_model.write = mock.Mock(side_effect=ConnectionError("away"))
        with self.assertRaises(ConnectionError):
            self.project(*ALICE)

    def test_an_account_whose_events_are_gone_is_done(self):
        self.events.all = []
        answer, lines = self.project(ALICE[0])
        self.assertEqual((answer, self.read_model.documents), ({"batchItemFailures": []}, {}))
        self.assertEqual(lines[0]["outcome"], "nothing")

    def test_clear_and_the_same_events_again_give_the_same_documents(self):
        self.project(*ALICE, *BOB)
        before = dict(self.read_model.documents)
        answer, lines = project(self.events, self.read_model, sample("clear"))
        self.assertEqual((answer, self.read_model.documents), ({"replay": "cleared"}, {}))
        self.assertEqual(lines[0]["message"], "read model cleared")
        self.project(*BOB, *ALICE)
        self.assertEqual(self.read_model.documents, before)

    def test_logs_can_be_traced_to_the_command(self):
        _, lines = self.project(ALICE[1])
        (line,) = lines
        self.assertEqual((line["message"], line["correlation_id"]), ("event projected", "request-alice-2"))
        self.assertEqual((line["account"], line["version"], line["document_version"]), ("alice", 2, 3))
        self.assertEqual((line["outcome"], line["function_request_id"]), ("written", "function-request-1"))
        self.assertRegex(line["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")

    def test_the_sample_is_a_batch(self):
        answer, lines = project(self.events, self.read_model, sample("stream"))
        self.assertEqual((answer, lines[0]["correlation_id"]), ({"batchItemFailures": []}, "request-1"))

    def test_an_event_without_records_asks_for_nothing(self):
        for batch in ({}, {"Records": []}):
            answer, lines = project(self.events, self.read_model, batch)
            self.assertEqual((answer, lines, self.read_model.documents), ({"batchItemFailures": []}, [], {}))


if __name__ == "__main__":
    unittest.main()
