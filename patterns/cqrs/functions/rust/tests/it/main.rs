//! The three functions from event to answer, over events and a read model in memory.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "clippy lets tests do this, but not what helps them")]

mod command;
mod memory;
mod projector;
mod query;

use functions::web::{Answer, Refusal, Request, answer};
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};

/// What API Gateway gets for an event.
async fn call(event: Value, work: impl AsyncFnOnce(&Request) -> Result<Answer, Refusal>) -> Value {
    answer(LambdaEvent::new(event, Context::default()), work).await
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

/// An event of the HTTP API.
fn event(method: &str, path: &str, id: Option<&str>) -> Value {
    let mut event = json!({
        "version": "2.0",
        "rawPath": path,
        "headers": {"content-type": "application/json"},
        "requestContext": {"requestId": "request-1", "http": {"method": method, "path": path}},
        "isBase64Encoded": false,
    });
    if let Some(id) = id {
        event["pathParameters"] = json!({"id": id});
    }
    event
}

/// One of the project's sample events.
fn sample(name: &str) -> Value {
    let path = format!("{}/../events/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}
