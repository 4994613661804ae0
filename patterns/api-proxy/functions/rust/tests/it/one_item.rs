//! GET, PUT and DELETE of one item, and GET of all.

use functions::{delete::delete, list::read_page, read::read, update::update};
use serde_json::{Value, json};

use crate::dynamodb::{DynamoDb, condition_failed, throttled};
use crate::{ID, answered, body, call, event, problem, stored};

fn path() -> String {
    format!("/orders/{ID}")
}

async fn get(dynamodb: &DynamoDb, path: &str, headers: Value) -> Value {
    let table = dynamodb.table();
    call(event("GET", path, headers, None), async |request| read(&table, request).await).await
}

async fn put(dynamodb: &DynamoDb, headers: Value, content: Value) -> Value {
    let table = dynamodb.table();
    call(event("PUT", &path(), headers, Some(content)), async |request| update(&table, request).await).await
}

async fn remove(dynamodb: &DynamoDb, headers: Value) -> Value {
    let table = dynamodb.table();
    call(event("DELETE", &path(), headers, None), async |request| delete(&table, request).await).await
}

async fn list(dynamodb: &DynamoDb, query: Value) -> Value {
    let table = dynamodb.table();
    let mut event = event("GET", "/orders", json!({}), None);
    event["queryStringParameters"] = query;
    call(event, async |request| read_page(&table, request).await).await
}

#[tokio::test]
async fn an_item_is_read_consistently() {
    let dynamodb = DynamoDb::with(&[(200, json!({"Item": stored(2)}))]);
    let answer = get(&dynamodb, &path(), json!({})).await;
    assert_eq!((&answer["statusCode"], body(&answer)), (&json!(200), answered(2)));
    assert_eq!(answer["headers"]["etag"], "\"2\"");
    let (operation, input) = &dynamodb.requests()[0];
    assert_eq!((operation.as_str(), &input["ConsistentRead"]), ("GetItem", &json!(true)));
    assert_eq!(input["Key"], json!({"collection": {"S": "orders"}, "id": {"S": ID}}));
}

#[tokio::test]
async fn a_caller_who_has_the_version_is_told_so() {
    let dynamodb = DynamoDb::with(&[(200, json!({"Item": stored(2)}))]);
    let answer = get(&dynamodb, &path(), json!({"If-None-Match": "\"1\", W/\"2\""})).await;
    assert_eq!((&answer["statusCode"], &answer["body"]), (&json!(304), &json!("")));
    assert_eq!(answer["headers"], json!({"cache-control": "no-cache", "etag": "\"2\""}));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let nothing = DynamoDb::with(&[(200, json!({}))]);
    assert_eq!(problem(&get(&nothing, &path(), json!({})).await), (404, "not-found".into()));
    let unasked = DynamoDb::default();
    assert_eq!(problem(&get(&unasked, "/orders/no-id", json!({})).await), (404, "not-found".into()));
}

#[tokio::test]
async fn an_update_writes_over_the_version_that_was_seen() {
    let dynamodb = DynamoDb::with(&[(200, json!({"Attributes": stored(3)}))]);
    let answer = put(&dynamodb, json!({"if-match": "\"2\""}), json!({"title": "first", "quantity": 3})).await;
    assert_eq!((&answer["statusCode"], body(&answer)), (&json!(200), answered(3)));
    assert_eq!(answer["headers"]["etag"], "\"3\"");
    let (operation, input) = &dynamodb.requests()[0];
    assert_eq!((operation.as_str(), &input["ReturnValues"]), ("UpdateItem", &json!("ALL_NEW")));
    assert_eq!(input["ExpressionAttributeValues"][":expected"], json!({"N": "2"}));
    assert_eq!(input["ReturnValuesOnConditionCheckFailure"], "ALL_OLD");
    // DynamoDB refuses names that no expression uses.
    let expressions = format!("{} {}", input["UpdateExpression"], input["ConditionExpression"]);
    for name in input["ExpressionAttributeNames"].as_object().unwrap().keys() {
        assert!(expressions.contains(name.as_str()), "{name} in {expressions}");
    }
}

#[tokio::test]
async fn a_change_that_comes_too_late_is_refused() {
    let (headers, content) = (json!({"if-match": "\"2\""}), json!({"title": "a"}));
    for (item, expected) in [(Some(stored(3)), (412, "version-conflict")), (None, (404, "not-found"))] {
        let expected = (expected.0, expected.1.to_owned());
        let dynamodb = DynamoDb::with(&[condition_failed(item.clone()), condition_failed(item)]);
        assert_eq!(problem(&put(&dynamodb, headers.clone(), content.clone()).await), expected);
        assert_eq!(problem(&remove(&dynamodb, headers.clone()).await), expected);
    }
}

#[tokio::test]
async fn an_update_must_name_a_version() {
    let none = DynamoDb::default();
    assert_eq!(problem(&put(&none, json!({}), json!({})).await), (428, "precondition-required".into()));
    assert_eq!(problem(&put(&none, json!({"if-match": "2"}), json!({})).await), (400, "invalid-request".into()));
    assert_eq!(problem(&put(&none, json!({"if-match": "\"x\""}), json!({})).await), (412, "version-conflict".into()));
}

#[tokio::test]
async fn a_deletion_needs_no_version_but_heeds_it() {
    let dynamodb = DynamoDb::with(&[(200, json!({})), (200, json!({}))]);
    let answer = remove(&dynamodb, json!({})).await;
    assert_eq!(answer, json!({"statusCode": 204, "headers": {}, "body": ""}));
    remove(&dynamodb, json!({"if-match": "\"7\""})).await;
    let inputs: Vec<_> = dynamodb.requests().into_iter().map(|(_, input)| input).collect();
    assert_eq!(inputs[0]["ConditionExpression"], "attribute_exists(id)");
    assert_eq!(inputs[1]["ConditionExpression"], "attribute_exists(id) AND #version = :expected");
    assert_eq!(inputs[1]["ExpressionAttributeValues"], json!({":expected": {"N": "7"}}));
}

#[tokio::test]
async fn a_list_comes_in_pages() {
    let dynamodb =
        DynamoDb::with(&[(200, json!({"Items": [stored(2), stored(1)]})), (200, json!({"Items": [stored(1)]}))]);
    let first = body(&list(&dynamodb, json!({"limit": "1"})).await);
    assert_eq!(first["items"], json!([answered(2)]));
    let second = body(&list(&dynamodb, json!({"limit": "1", "next": first["next"]})).await);
    assert_eq!(second, json!({"items": [answered(1)]}));
    let inputs: Vec<_> = dynamodb.requests().into_iter().map(|(_, input)| input).collect();
    assert_eq!((&inputs[0]["Limit"], &inputs[0]["ScanIndexForward"]), (&json!(2), &json!(false)));
    assert_eq!(inputs[1]["KeyConditionExpression"], "#collection = :collection AND id < :after");
    assert_eq!(inputs[1]["ExpressionAttributeValues"][":after"], json!({"S": ID}));
}

#[tokio::test]
async fn parameters_of_the_list_are_checked() {
    for (query, parameter, detail) in [
        (json!({"limit": "0"}), "limit", "must be an integer from 1 to 100"),
        (json!({"next": "x"}), "next", "is not a token of this list"),
    ] {
        let answer = list(&DynamoDb::default(), query).await;
        assert_eq!(problem(&answer), (400, "invalid-request".into()));
        assert_eq!(body(&answer)["errors"], json!([{"parameter": parameter, "detail": detail}]));
    }
}

#[tokio::test]
async fn throttling_is_told_to_the_caller() {
    let dynamodb = DynamoDb::with(&[throttled()]);
    let answer = get(&dynamodb, &path(), json!({})).await;
    assert_eq!(problem(&answer), (503, "overloaded".into()));
    assert_eq!(answer["headers"]["retry-after"], "1");
}
