"""What commands may do, and what events add up to."""

import unittest

from tests.project import event
from accounts import Account, Broken, Command, Refused, decide, fold


class Fold(unittest.TestCase):
    def test_adds_up_all_events(self):
        account = fold("alice", [event("alice", 1, 5), event("alice", 2, -2), event("alice", 3, 4)])
        self.assertEqual(account, Account("alice", 7, 3, "2026-01-01T00:00:01.000Z", "2026-01-01T00:00:03.000Z"))

    def test_no_events_are_an_empty_account(self):
        self.assertEqual(fold("alice", []), Account("alice"))

    def test_a_missing_event_is_no_reason_to_guess(self):
        for versions in ([2], [1, 3], [1, 1], [2, 1]):
            with self.subTest(versions=versions), self.assertRaises(Broken):
                fold("alice", [event("alice", version, 1) for version in versions])


class Decide(unittest.TestCase):
    def test_a_deposit_adds(self):
        decided = decide(Account("alice", 5, 3), Command("c", "deposit", 4), "now", "request")
        self.assertEqual((decided.version, decided.type, decided.amount), (4, "deposited", 4))
        self.assertEqual((decided.command_id, decided.correlation_id, decided.at), ("c", "request", "now"))

    def test_a_withdrawal_takes_up_to_the_whole_balance(self):
        decided = decide(Account("alice", 5, 3), Command("c", "withdraw", 5), "now", "request")
        self.assertEqual((decided.version, decided.type, decided.amount), (4, "withdrawn", -5))

    def test_a_withdrawal_beyond_the_balance_is_refused(self):
        with self.assertRaisesRegex(Refused, "the balance is 5, too little to withdraw 6"):
            decide(Account("alice", 5, 3), Command("c", "withdraw", 6), "now", "request")


if __name__ == "__main__":
    unittest.main()
