//! POST.

use functions::create::{Tables, create};
use serde_json::{Value, json};

use crate::dynamodb::{DynamoDb, cancelled, throttled};
use crate::{body, call, event, problem};

async fn post(dynamodb: &DynamoDb, headers: Value, content: Value) -> Value {
    let tables = Tables { items: dynamodb.table(), keys: "keys".into() };
    let event = event("POST", "/orders", headers, Some(content));
    call(event, async |request| create(&tables, request).await).await
}

#[tokio::test]
async fn stores_the_first_version_and_tells_where() {
    let dynamodb = DynamoDb::with(&[(200, json!({}))]);
    let answer = post(&dynamodb, json!({}), json!({"title": "first", "quantity": 3.0})).await;
    assert_eq!(answer["statusCode"], 201);
    let item = body(&answer);
    let id = item["id"].as_str().unwrap();
    assert_eq!(answer["headers"]["location"], format!("/orders/{id}"));
    assert_eq!(answer["headers"]["etag"], "\"1\"");
    assert_eq!(answer["headers"]["cache-control"], "no-cache");
    assert_eq!((&item["version"], &item["quantity"], item.get("note")), (&json!(1), &json!(3), None));
    assert_eq!(item["created_at"], item["updated_at"]);
    let (operation, input) = &dynamodb.requests()[0];
    assert_eq!(operation, "PutItem");
    assert_eq!(input["ConditionExpression"], "attribute_not_exists(id)");
    assert_eq!(input["Item"]["collection"], json!({"S": "orders"}));
    assert_eq!(input["Item"]["id"], json!({"S": id}));
    assert_eq!(input["Item"]["quantity"], json!({"N": "3"}));
}

#[tokio::test]
async fn members_are_answered_in_their_order() {
    let content = json!({"title": "a", "quantity": 1, "note": "n"});
    let answer = post(&DynamoDb::with(&[(200, json!({}))]), json!({}), content).await;
    let text = answer["body"].as_str().unwrap();
    let places: Vec<_> = ["id", "title", "note", "quantity", "version", "created_at", "updated_at"]
        .iter()
        .map(|name| text.find(&format!("\"{name}\":")).unwrap())
        .collect();
    assert!(places.is_sorted(), "{text}");
}

#[tokio::test]
async fn with_a_key_item_and_key_are_stored_together() {
    let dynamodb = DynamoDb::with(&[(200, json!({}))]);
    let answer = post(&dynamodb, json!({"Idempotency-Key": "key-1"}), json!({"title": "first"})).await;
    assert_eq!((&answer["statusCode"], answer["headers"].get("idempotent-replayed")), (&json!(201), None));
    let (operation, input) = &dynamodb.requests()[0];
    assert_eq!(operation, "TransactWriteItems");
    let key = &input["TransactItems"][1]["Put"];
    assert_eq!((&key["TableName"], &key["Item"]["key"]), (&json!("keys"), &json!({"S": "key-1"})));
    assert_eq!(key["Item"]["answer"]["S"], answer["body"]);
    assert_eq!(key["ConditionExpression"], "attribute_not_exists(#key) OR expires_at < :now");
    assert_eq!(key["ReturnValuesOnConditionCheckFailure"], "ALL_OLD");
    let seconds = |value: &Value| value["N"].as_str().unwrap().parse::<i64>().unwrap();
    let now = seconds(&key["ExpressionAttributeValues"][":now"]);
    assert_eq!(seconds(&key["Item"]["expires_at"]) - now, 24 * 60 * 60);
}

/// The answer to the same key again, when `content` was sent the first time.
async fn again(content: Value) -> (Value, Value) {
    let first = DynamoDb::with(&[(200, json!({}))]);
    let headers = json!({"idempotency-key": "key-1"});
    let answer = post(&first, headers.clone(), content).await;
    let remembered = first.requests()[0].1["TransactItems"][1]["Put"]["Item"].clone();
    let reasons = json!([{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Item": remembered}]);
    let second = DynamoDb::with(&[cancelled(reasons)]);
    (answer, post(&second, headers, json!({"title": "first", "quantity": 3})).await)
}

#[tokio::test]
async fn the_same_request_again_gets_the_same_answer() {
    let (first, second) = again(json!({"quantity": 3, "title": "first"})).await;
    assert_eq!((&second["statusCode"], &second["body"]), (&first["statusCode"], &first["body"]));
    assert_eq!(second["headers"]["location"], first["headers"]["location"]);
    assert_eq!(second["headers"]["idempotent-replayed"], "true");
}

#[tokio::test]
async fn a_key_is_not_for_other_content() {
    let (_, second) = again(json!({"title": "other"})).await;
    assert_eq!(problem(&second), (422, "idempotency-key-reused".into()));
}

#[tokio::test]
async fn two_requests_at_once_with_one_key() {
    let dynamodb = DynamoDb::with(&[cancelled(json!([{"Code": "None"}, {"Code": "TransactionConflict"}]))]);
    let answer = post(&dynamodb, json!({"idempotency-key": "key-1"}), json!({"title": "first"})).await;
    assert_eq!(problem(&answer), (409, "request-in-progress".into()));
    assert_eq!(answer["headers"]["retry-after"], "1");
}

#[tokio::test]
async fn throttling_and_failures_are_told_apart() {
    for (answer, expected) in [
        (throttled(), (503, "overloaded")),
        (cancelled(json!([{"Code": "ThrottlingError"}, {"Code": "None"}])), (503, "overloaded")),
        (cancelled(json!([{"Code": "ConditionalCheckFailed"}, {"Code": "None"}])), (500, "internal-error")),
        ((400, json!({"__type": "AccessDeniedException"})), (500, "internal-error")),
    ] {
        let dynamodb = DynamoDb::with(&[answer]);
        let answer = post(&dynamodb, json!({"idempotency-key": "key-1"}), json!({"title": "first"})).await;
        assert_eq!(problem(&answer), (expected.0, expected.1.into()));
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_told_before_the_table_is_asked() {
    let none = DynamoDb::default();
    let long = "k".repeat(256);
    for (headers, content, expected) in [
        (json!({"content-type": "text/plain", "idempotency-key": ""}), json!({}), (415, "unsupported-media-type")),
        (json!({"idempotency-key": ""}), json!({}), (400, "invalid-request")),
        (json!({"idempotency-key": "a b"}), json!({}), (400, "invalid-request")),
        (json!({"idempotency-key": long}), json!({}), (400, "invalid-request")),
        (json!({"content-type": "application/vnd.x+json; charset=utf-8"}), json!({}), (422, "invalid-content")),
        (json!({}), json!([]), (422, "invalid-content")),
    ] {
        let answer = post(&none, headers, content).await;
        assert_eq!(problem(&answer), (expected.0, expected.1.into()));
    }
    assert!(none.requests().is_empty());
}
