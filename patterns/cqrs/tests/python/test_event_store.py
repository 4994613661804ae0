"""The events in DynamoDB: the requests that are sent, and what is made of the answers."""

import unittest

from botocore.stub import Stubber

from tests.project import event
from accounts import Broken
from event_store import EventTable, event_of, item_of

QUERY = {
    "TableName": "events",
    "KeyConditionExpression": "aggregate_id = :account",
    "ExpressionAttributeValues": {":account": {"S": "alice"}},
    "ConsistentRead": True,
}


class EventStore(unittest.TestCase):
    def setUp(self):
        self.table = EventTable("events")
        self.aws = Stubber(self.table._client)
        self.aws.activate()
        self.addCleanup(self.aws.assert_no_pending_responses)

    def test_reads_all_pages_consistently(self):
        first, second = event("alice", 1, 5), event("alice", 2, -3)
        key = {name: item_of(first)[name] for name in ("aggregate_id", "version")}
        self.aws.add_response("query", {"Items": [item_of(first)], "LastEvaluatedKey": key}, QUERY)
        self.aws.add_response("query", {"Items": [item_of(second)]}, QUERY | {"ExclusiveStartKey": key})
        self.assertEqual(self.table.of("alice"), [first, second])

    def test_appends_only_if_the_version_is_free(self):
        added = event("alice", 2, -3)
        item = {
            "aggregate_id": {"S": "alice"},
            "version": {"N": "2"},
            "type": {"S": "withdrawn"},
            "amount": {"N": "-3"},
            "at": {"S": "2026-01-01T00:00:02.000Z"},
            "command_id": {"S": "command-2"},
            "correlation_id": {"S": "request-alice-2"},
        }
        put = {"TableName": "events", "Item": item, "ConditionExpression": "attribute_not_exists(version)"}
        self.aws.add_response("put_item", {}, put)
        self.aws.add_client_error("put_item", "ConditionalCheckFailedException", expected_params=put)
        self.assertTrue(self.table.append(added))
        self.assertFalse(self.table.append(added))

    def test_other_errors_are_not_taken_for_conflicts(self):
        self.aws.add_client_error("put_item", "AccessDeniedException")
        with self.assertRaisesRegex(Exception, "AccessDeniedException"):
            self.table.append(event("alice", 1, 1))

    def test_an_item_that_is_no_event_is_broken(self):
        good = item_of(event("alice", 2, 5))
        self.assertEqual(event_of(good), event("alice", 2, 5))
        for name in good:
            for bad in ({}, {name: {"N": "five"}}, {name: {"BOOL": True}}):
                item = {key: value for key, value in good.items() if key != name} | bad
                with self.subTest(name=name, bad=bad), self.assertRaises(Broken):
                    event_of(item)


if __name__ == "__main__":
    unittest.main()
