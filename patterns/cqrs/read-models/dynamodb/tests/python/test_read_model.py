"""The read model in DynamoDB: the requests that are sent, and what is made of the answers."""

import unittest
from unittest import mock

import boto3
from botocore.stub import Stubber

from tests.project import event
import read_model
from accounts import fold
from documents import Search, document_of
from read_model import ReadTable, query_of

ALICE = fold("alice", [event("alice", 1, 5), event("alice", 2, -2)])
ITEM = {
    "collection": {"S": "accounts"},
    "id": {"S": "alice"},
    "balance": {"N": "3"},
    "version": {"N": "2"},
    "opened_at": {"S": "2026-01-01T00:00:01.000Z"},
    "updated_at": {"S": "2026-01-01T00:00:02.000Z"},
}


class Documents(unittest.TestCase):
    def setUp(self):
        client = boto3.client("dynamodb")
        self.table = ReadTable(client, "accounts")
        self.aws = Stubber(client)
        self.aws.activate()
        self.addCleanup(self.aws.assert_no_pending_responses)

    def test_writes_only_over_older_versions(self):
        put = {
            "TableName": "accounts",
            "Item": ITEM,
            "ConditionExpression": "attribute_not_exists(id) OR version < :version",
            "ExpressionAttributeValues": {":version": {"N": "2"}},
        }
        self.aws.add_response("put_item", {}, put)
        self.aws.add_client_error("put_item", "ConditionalCheckFailedException", expected_params=put)
        self.assertEqual(self.table.write([ALICE]).outcomes, {"alice": "written"})
        self.assertEqual(self.table.write([ALICE]).outcomes, {"alice": "known"})

    def test_other_errors_are_not_taken_for_known_versions(self):
        self.aws.add_client_error("put_item", "AccessDeniedException")
        with self.assertRaisesRegex(Exception, "AccessDeniedException"):
            self.table.write([ALICE])

    def test_gets_a_document_or_none(self):
        get = {"TableName": "accounts", "Key": {"id": {"S": "alice"}}, "ConsistentRead": True}
        self.aws.add_response("get_item", {"Item": ITEM}, get)
        self.aws.add_response("get_item", {}, get)
        self.assertEqual(self.table.get("alice"), document_of(ALICE))
        self.assertIsNone(self.table.get("alice"))

    def test_searches_the_index(self):
        search = Search(None, None, True, 21, None)
        self.aws.add_response("query", {"Items": [ITEM]}, {"TableName": "accounts", "IndexName": "by-balance", **query_of(search)})
        self.assertEqual(self.table.search(search), [document_of(ALICE)])

    def test_clear_deletes_every_page_and_what_was_left_over(self):
        keys = [{"id": {"S": f"account-{number}"}} for number in range(30)]
        scan = {"TableName": "accounts", "ProjectionExpression": "id"}

        def delete(*some):
            return {"accounts": [{"DeleteRequest": {"Key": key}} for key in some]}

        self.aws.add_response("scan", {"Items": keys[:26], "LastEvaluatedKey": keys[25]}, scan)
        left_over = {"UnprocessedItems": delete(keys[3])}
        self.aws.add_response("batch_write_item", left_over, {"RequestItems": delete(*keys[:25])})
        self.aws.add_response("batch_write_item", {"UnprocessedItems": {}}, {"RequestItems": delete(keys[3])})
        self.aws.add_response("batch_write_item", {}, {"RequestItems": delete(keys[25])})
        self.aws.add_response("scan", {"Items": keys[26:]}, scan | {"ExclusiveStartKey": keys[25]})
        self.aws.add_response("batch_write_item", {}, {"RequestItems": delete(*keys[26:])})
        with mock.patch.object(read_model.time, "sleep"):
            self.table.clear()


class Searches(unittest.TestCase):
    def test_bounds_and_order(self):
        for minimum, maximum, condition in (
            (None, None, ""),
            (1, None, " AND balance >= :minimum"),
            (None, 9, " AND balance <= :maximum"),
            (1, 9, " AND balance BETWEEN :minimum AND :maximum"),
        ):
            query = query_of(Search(minimum, maximum, False, 3, None))
            self.assertEqual(query["KeyConditionExpression"], f"#collection = :collection{condition}")
            self.assertEqual(len(query["ExpressionAttributeValues"]), 1 + condition.count(":"))
            self.assertEqual((query["ScanIndexForward"], query["Limit"]), (True, 3))

    def test_begins_after_a_document(self):
        query = query_of(Search(None, None, True, 3, (5, "bob")))
        start = {"collection": {"S": "accounts"}, "balance": {"N": "5"}, "id": {"S": "bob"}}
        self.assertEqual((query["ExclusiveStartKey"], query["ScanIndexForward"]), (start, False))


if __name__ == "__main__":
    unittest.main()
