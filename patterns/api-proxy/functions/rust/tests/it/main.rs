//! The functions from event to answer. DynamoDB's answers are scripted; its requests are real ones, as the SDK
//! sends them.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "clippy lets tests do this, but not what helps them"
)]

mod create;
mod dynamodb;
mod every_function;
mod one_item;

use functions::web::{Answer, Refusal, Request, answer};
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};

const ID: &str = "0193b1a0-0000-7000-8000-000000000001";

/// What API Gateway gets for an event of an HTTP API.
async fn call(event: Value, work: impl AsyncFnOnce(&Request) -> Result<Answer, Refusal>) -> Value {
    answer(LambdaEvent::new(event, Context::default()), None, work).await
}

/// The body of an answer.
fn body(answer: &Value) -> Value {
    serde_json::from_str(answer["body"].as_str().unwrap()).unwrap()
}

/// The last part of a problem's type, with the status.
fn problem(answer: &Value) -> (u64, String) {
    assert_eq!(answer["headers"]["content-type"], "application/problem+json");
    assert_eq!(answer["headers"]["cache-control"], "no-store");
    let body = body(answer);
    assert_eq!(body["status"], answer["statusCode"]);
    let kind = body["type"].as_str().unwrap().strip_prefix("urn:problem-type:").unwrap();
    (answer["statusCode"].as_u64().unwrap(), kind.to_owned())
}

/// An event of an HTTP API.
fn event(method: &str, path: &str, headers: Value, content: Option<Value>) -> Value {
    let mut event = json!({
        "version": "2.0",
        "rawPath": path,
        "headers": headers,
        "requestContext": {"requestId": "request-1", "http": {"method": method, "path": path}},
        "isBase64Encoded": false,
    });
    if let Some(id) = path.strip_prefix("/orders/") {
        event["pathParameters"] = json!({"id": id});
    }
    if let Some(content) = content {
        event["body"] = content.to_string().into();
    }
    event
}

/// An item as DynamoDB has it.
fn stored(version: u64) -> Value {
    json!({
        "collection": {"S": "orders"}, "id": {"S": ID}, "title": {"S": "first"}, "quantity": {"N": "3"},
        "version": {"N": version.to_string()}, "created_at": {"S": "2026-01-01T00:00:00.000Z"},
        "updated_at": {"S": "2026-01-02T00:00:00.000Z"},
    })
}

/// The same item as it is answered.
fn answered(version: u64) -> Value {
    json!({
        "id": ID, "title": "first", "quantity": 3, "version": version,
        "created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-02T00:00:00.000Z",
    })
}
