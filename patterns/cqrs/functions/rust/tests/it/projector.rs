//! Batches of the stream.

use functions::aws::StoreError;
use functions::projector::{BatchError, handle};
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};

use crate::memory::{MemoryEvents, MemoryReadModel, listen, logged};
use crate::sample;

async fn run(events: &MemoryEvents, model: &MemoryReadModel, event: Value) -> Result<Value, BatchError> {
    handle(events, model, LambdaEvent::new(event, Context::default())).await
}

/// A batch: account and version of each record; its number is its sequence number.
fn batch(records: &[(&str, u64)]) -> Value {
    let mut batch = sample("stream.json");
    let template = batch["Records"][0].clone();
    let records = records.iter().enumerate().map(|(number, (account, version))| {
        let mut record = template.clone();
        record["dynamodb"]["SequenceNumber"] = number.to_string().into();
        for image in ["Keys", "NewImage"] {
            record["dynamodb"][image]["aggregate_id"] = json!({"S": account});
            record["dynamodb"][image]["version"] = json!({"N": version.to_string()});
        }
        record
    });
    batch["Records"] = records.collect();
    batch
}

fn balance(model: &MemoryReadModel, account: &str) -> Option<(u64, i64)> {
    model.documents.borrow().get(account).map(|document| (document.version, document.balance))
}

#[tokio::test]
async fn a_batch_is_folded_from_all_events() {
    let (events, model) = (MemoryEvents::with("a", &[5, -2]), MemoryReadModel::default());
    let answer = run(&events, &model, batch(&[("a", 1), ("a", 2)])).await.unwrap();
    assert_eq!(answer, json!({"batchItemFailures": []}));
    assert_eq!(balance(&model, "a"), Some((2, 3)));
    let document = model.documents.borrow()["a"].clone();
    let expected = ("2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z");
    assert_eq!((document.opened_at.as_str(), document.updated_at.as_str()), expected);
}

#[tokio::test]
async fn what_comes_twice_late_or_out_of_order_changes_nothing() {
    let (events, model) = (MemoryEvents::with("a", &[5, -2]), MemoryReadModel::default());
    for records in [&[("a", 2)][..], &[("a", 1)], &[("a", 2), ("a", 1), ("a", 2)]] {
        assert_eq!(run(&events, &model, batch(records)).await.unwrap(), json!({"batchItemFailures": []}));
        assert_eq!(balance(&model, "a"), Some((2, 3)));
    }
}

#[tokio::test]
async fn a_broken_account_fails_alone() {
    listen();
    let events = MemoryEvents { broken: Some("b"), ..MemoryEvents::with("a", &[5]) };
    let model = MemoryReadModel::default();
    let answer = run(&events, &model, batch(&[("b", 2), ("a", 1), ("b", 3)])).await.unwrap();
    assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "0"}, {"itemIdentifier": "2"}]}));
    assert_eq!((balance(&model, "a"), balance(&model, "b")), (Some((1, 5)), None));
    let lines = logged();
    let told: Vec<_> =
        lines.iter().map(|line| (line["message"].as_str().unwrap(), line["account"].as_str().unwrap())).collect();
    let expected = [("event not projected", "b"), ("event projected", "a"), ("event not projected", "b")];
    assert_eq!(told, expected);
    assert_eq!(lines[0]["reason"], "version 2 is missing");
    assert_eq!((&lines[1]["outcome"], &lines[1]["document_version"]), (&json!("written"), &json!(1)));
    for line in &lines {
        assert_eq!((&line["correlation_id"], line["function_request_id"].is_string()), (&json!("request-1"), true));
    }
}

#[tokio::test]
async fn a_document_that_is_refused_fails_alone() {
    let events = MemoryEvents::with("a", &[5]);
    let model = MemoryReadModel { refuses: Some("a"), ..MemoryReadModel::default() };
    let answer = run(&events, &model, batch(&[("a", 1), ("c", 1)])).await.unwrap();
    assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "0"}]}));
}

#[tokio::test]
async fn an_account_without_events_is_nothing_to_keep() {
    listen();
    let model = MemoryReadModel::default();
    let answer = run(&MemoryEvents::default(), &model, batch(&[("a", 1)])).await.unwrap();
    assert_eq!((answer, balance(&model, "a")), (json!({"batchItemFailures": []}), None));
    assert_eq!(logged()[0]["outcome"], "nothing");
}

#[tokio::test]
async fn a_table_that_does_not_answer_fails_the_batch() {
    let failure = Some(StoreError::Failed("no".into()));
    let events = MemoryEvents { failure, ..MemoryEvents::default() };
    let error = run(&events, &MemoryReadModel::default(), batch(&[("a", 1)])).await.unwrap_err();
    assert_eq!(lambda_runtime::Diagnostic::from(error).error_type, "StoreFailed");
}

#[tokio::test]
async fn a_replay_begins_with_an_empty_read_model() {
    let model = MemoryReadModel::with(&[("a", 1)]);
    let answer = run(&MemoryEvents::default(), &model, sample("clear.json")).await.unwrap();
    assert_eq!((answer, balance(&model, "a")), (json!({"replay": "cleared"}), None));
}

#[tokio::test]
async fn the_sample_event_is_understood_and_an_empty_one_asks_for_nothing() {
    let (events, model) = (MemoryEvents::with("alice", &[5]), MemoryReadModel::default());
    run(&events, &model, sample("stream.json")).await.unwrap();
    assert_eq!(balance(&model, "alice"), Some((1, 5)));
    for event in [json!({}), json!({"Records": []})] {
        assert_eq!(run(&events, &model, event).await.unwrap(), json!({"batchItemFailures": []}));
    }
}
