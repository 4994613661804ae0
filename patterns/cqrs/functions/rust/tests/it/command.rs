//! POST of a command.

use functions::aws::StoreError;
use functions::command::execute;
use serde_json::{Value, json};

use crate::memory::{MemoryEvents, listen, logged};
use crate::{body, call, event, problem, sample};

async fn send(events: &MemoryEvents, key: Option<&str>, content: Value) -> Value {
    let mut event = event("POST", "/accounts/a/commands", Some("a"));
    event["body"] = content.to_string().into();
    if let Some(key) = key {
        event["headers"]["idempotency-key"] = key.into();
    }
    call(event, async |request| execute(events, request).await).await
}

fn withdraw(amount: i64) -> Value {
    json!({"type": "withdraw", "amount": amount})
}

#[tokio::test]
async fn appends_the_next_event_and_tells_its_version() {
    let events = MemoryEvents::with("a", &[5]);
    let answer = send(&events, Some("key-1"), withdraw(2)).await;
    assert_eq!(answer["statusCode"], 201);
    assert_eq!(answer["body"], r#"{"id":"a","version":2,"balance":3}"#);
    assert_eq!((&answer["headers"]["etag"], &answer["headers"]["location"]), (&json!("\"2\""), &json!("/accounts/a")));
    assert_eq!(answer["headers"].get("idempotent-replayed"), None);
    let events = events.events.borrow();
    let event = events.last().unwrap();
    assert_eq!((event.version, event.kind.as_str(), event.amount), (2, "withdrawn", -2));
    assert_eq!((event.command_id.as_str(), event.correlation_id.as_str()), ("key-1", "request-1"));
    assert_eq!(event.at.len(), "2026-11-25T19:07:00.123Z".len());
}

#[tokio::test]
async fn a_command_that_is_sent_again_gets_the_same_answer() {
    let events = MemoryEvents::with("a", &[5, -2, 7]);
    let answer = send(&events, Some("command-2"), withdraw(2)).await;
    assert_eq!((&answer["statusCode"], body(&answer)), (&json!(201), json!({"id": "a", "version": 2, "balance": 3})));
    assert_eq!(answer["headers"]["idempotent-replayed"], "true");
    assert_eq!(events.events.borrow().len(), 3);
    let other = send(&events, Some("command-2"), withdraw(3)).await;
    assert_eq!(problem(&other), (422, "idempotency-key-reused".into()));
}

#[tokio::test]
async fn who_was_slower_decides_anew() {
    let events = MemoryEvents { races: 2.into(), ..MemoryEvents::with("a", &[5]) };
    let answer = send(&events, None, withdraw(7)).await;
    // Too much for the balance that was seen first, and enough after what the others brought.
    assert_eq!(problem(&answer), (422, "insufficient-funds".into()));
    let answer = send(&events, None, withdraw(1)).await;
    assert_eq!(body(&answer), json!({"id": "a", "version": 4, "balance": 6}));
}

#[tokio::test]
async fn too_many_at_once_are_told_to_come_again() {
    let events = MemoryEvents { races: 5.into(), ..MemoryEvents::with("a", &[5]) };
    let answer = send(&events, None, withdraw(1)).await;
    assert_eq!(problem(&answer), (409, "concurrent-commands".into()));
    assert_eq!(answer["headers"]["retry-after"], "1");
}

#[tokio::test]
async fn more_than_there_is_cannot_be_withdrawn() {
    let answer = send(&MemoryEvents::with("a", &[5]), None, withdraw(6)).await;
    assert_eq!(problem(&answer), (422, "insufficient-funds".into()));
    let body = body(&answer);
    assert_eq!(body["title"], "Insufficient funds");
    assert_eq!(body["detail"], "the balance is 5, too little to withdraw 6");
}

#[tokio::test]
async fn failures_are_told_apart() {
    for (failure, expected) in [
        (StoreError::Throttled("slow down".into()), (503, "overloaded")),
        (StoreError::Failed("no".into()), (500, "internal-error")),
    ] {
        let events = MemoryEvents { failure: Some(failure), ..MemoryEvents::default() };
        assert_eq!(problem(&send(&events, None, withdraw(1)).await), (expected.0, expected.1.into()));
    }
    let broken = MemoryEvents { broken: Some("a"), ..MemoryEvents::default() };
    assert_eq!(problem(&send(&broken, None, withdraw(1)).await), (500, "internal-error".into()));
}

#[tokio::test]
async fn what_is_no_command_is_told() {
    let events = MemoryEvents::default();
    let mut other = event("POST", "/accounts/x/commands", Some("a b"));
    other["body"] = withdraw(1).to_string().into();
    let answer = call(other, async |request| execute(&events, request).await).await;
    assert_eq!(problem(&answer), (404, "not-found".into()));
    let mut text = event("POST", "/accounts/a/commands", Some("a"));
    text["headers"]["content-type"] = "text/plain".into();
    let answer = call(text, async |request| execute(&events, request).await).await;
    assert_eq!(problem(&answer), (415, "unsupported-media-type".into()));
    let empty = event("POST", "/accounts/a/commands", Some("a"));
    let answer = call(empty, async |request| execute(&events, request).await).await;
    assert_eq!(problem(&answer), (400, "malformed-json".into()));
    assert_eq!(body(&answer)["title"], "Malformed json");
}

#[tokio::test]
async fn an_event_that_is_no_request_is_refused() {
    let events = MemoryEvents::default();
    let answer = call(json!({}), async |request| execute(&events, request).await).await;
    assert_eq!(problem(&answer), (400, "invalid-request".into()));
    assert_eq!(events.events.borrow().len(), 0);
}

#[tokio::test]
async fn the_sample_event_is_answered_and_logged() {
    listen();
    let events = MemoryEvents::default();
    let answer = call(sample("deposit.json"), async |request| execute(&events, request).await).await;
    assert_eq!(body(&answer), json!({"id": "alice", "version": 1, "balance": 5}));
    let lines = logged();
    let line = &lines[0];
    assert_eq!((lines.len(), &line["message"]), (1, &json!("request answered")));
    assert_eq!((&line["correlation_id"], &line["service"]), (&json!("request-1"), &json!("tests")));
    assert_eq!((&line["account"], &line["version"], &line["status"]), (&json!("alice"), &json!(1), &json!(201)));
}
