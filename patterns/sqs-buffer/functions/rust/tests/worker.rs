//! What the worker does with a batch. DynamoDB is in memory, and behind the SDK's own HTTP: it sees real requests.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "clippy lets tests do this, but not what helps them")]

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, Once};

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::{Client, Config};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use functions::effect::Effects;
use functions::log::json_lines;
use functions::worker::{Batch, handle};
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Map, Value, json};
use tracing::level_filters::LevelFilter;

type Item = Map<String, Value>;

/// What the worker uses of DynamoDB: it obeys the expressions, so a test sees what they really say.
#[derive(Clone, Debug, Default)]
struct Table {
    items: Arc<Mutex<BTreeMap<String, Item>>>,
    /// Ids whose writes fail, as when the table is throttled.
    out_of_order: Arc<Mutex<BTreeSet<String>>>,
}

impl Table {
    fn answer(&self, request: &Value) -> (u16, Value) {
        let text = |pointer: &str| request.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
        let (name, value) = (
            |at| text(&format!("/ExpressionAttributeNames/{at}")),
            |at: &str| request["ExpressionAttributeValues"][at].clone(),
        );
        assert_eq!(text("/TableName"), "effects");
        let key = text("/Key/id/S");
        if self.out_of_order.lock().unwrap().contains(&key) {
            return (400, json!({"__type": "ValidationException", "message": "DynamoDB does not answer"}));
        }
        let mut items = self.items.lock().unwrap();
        let mut item = items.get(&key).cloned().unwrap_or_default();
        let condition = text("/ConditionExpression");
        let absent = condition.strip_prefix("attribute_not_exists(").and_then(|rest| rest.strip_suffix(')')).unwrap();
        if item.contains_key(&name(absent)) {
            return (400, json!({"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}));
        }
        let update = text("/UpdateExpression");
        let (sets, adds) = update.strip_prefix("SET ").unwrap().split_once(" ADD ").unwrap();
        for (attribute, placeholder) in sets.split(", ").map(|set| set.split_once(" = ").unwrap()) {
            item.insert(name(attribute), value(placeholder));
        }
        let (attribute, placeholder) = adds.split_once(' ').unwrap();
        let number =
            |value: Option<&Value>| value.map_or(0, |value| value["N"].as_str().unwrap().parse::<i64>().unwrap());
        let sum = number(item.get(&name(attribute))) + number(Some(&value(placeholder)));
        item.insert(name(attribute), json!({"N": sum.to_string()}));
        item.insert("id".to_owned(), json!({"S": key}));
        items.insert(key, item);
        (200, json!({}))
    }

    fn item(&self, id: &str) -> Item {
        self.items.lock().unwrap().get(id).unwrap().clone()
    }

    fn ids(&self) -> Vec<String> {
        self.items.lock().unwrap().keys().cloned().collect()
    }
}

impl HttpConnector for Table {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        assert_eq!(request.headers().get("x-amz-target"), Some("DynamoDB_20120810.UpdateItem"));
        let request = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let (status, answer) = self.answer(&request);
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status.try_into().unwrap(), SdkBody::from(answer.to_string()))))
    }
}

fn effects(table: &Table) -> Effects {
    let connector = SharedHttpConnector::new(table.clone());
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::for_tests())
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .build();
    Effects { dynamodb: Client::from_conf(config), table: "effects".to_owned() }
}

thread_local! {
    /// What this thread has logged. Each test runs on a thread of its own.
    static LOGGED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct ThisThread;

impl Write for ThisThread {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.with_borrow_mut(|logged| logged.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps what is logged from now on. One subscriber for the process: tracing remembers for each place in the code
/// whether anybody listens, and would ask whatever thread comes there first.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let lines = json_lines(|| ThisThread, LevelFilter::INFO, Some("tests".to_owned()));
        tracing::subscriber::set_global_default(lines).unwrap();
    });
    LOGGED.take();
}

/// The lines that this thread has logged since it began to listen.
fn logged() -> Vec<Value> {
    let text = String::from_utf8(LOGGED.take()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The message ids that the worker names as failed, and the lines that it logs.
async fn run(table: &Table, event: Value) -> (Vec<String>, Vec<Value>) {
    let event: Batch = serde_json::from_value(event).unwrap();
    let mut context = Context::default();
    context.request_id = "request-1".to_owned();
    listen();
    let answer = handle(&effects(table), LambdaEvent::new(event, context)).await;
    let answer = serde_json::to_value(answer).unwrap();
    let failed = answer["batchItemFailures"].as_array().unwrap();
    let failed = failed.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned()).collect();
    (failed, logged())
}

fn batch(records: &[(&str, &str, u8)]) -> Value {
    let records = records.iter().map(|(message, body, received)| {
        json!({
            "messageId": message,
            "body": body,
            "attributes": {"ApproximateReceiveCount": received.to_string()},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
        })
    });
    json!({"Records": records.collect::<Vec<_>>()})
}

fn payment(id: &str, amount: impl Into<Value>) -> String {
    json!({"id": id, "type": "payment", "amount": amount.into()}).to_string()
}

#[tokio::test]
async fn each_webhook_of_a_batch_takes_effect() {
    let table = Table::default();
    let (failed, _) = run(&table, batch(&[("m1", &payment("a", 5), 1), ("m2", &payment("b", -7), 1)])).await;
    assert_eq!((failed, table.ids()), (vec![], vec!["a".to_owned(), "b".to_owned()]));
    let mut item = table.item("b");
    let at = item.remove("at").unwrap();
    let at = at["S"].as_str().unwrap();
    assert!(at.len() == 24 && at.ends_with('Z') && at.parse::<jiff::Timestamp>().is_ok(), "{at}");
    let expected = json!({
        "id": {"S": "b"}, "type": {"S": "payment"}, "amount": {"N": "-7"}, "message": {"S": "m2"}, "times": {"N": "1"},
    });
    assert_eq!(Value::Object(item), expected);
}

#[tokio::test]
async fn the_effect_takes_place_once_whatever_comes_twice() {
    let table = Table::default();
    run(&table, batch(&[("m1", &payment("a", 5), 1)])).await;
    let (again, _) = run(&table, batch(&[("m1", &payment("a", 5), 2)])).await;
    let (by_the_sender, _) = run(&table, batch(&[("m2", &payment("a", 6), 1), ("m3", &payment("a", 7), 1)])).await;
    // What was done before is done: it must leave the queue.
    assert_eq!([again, by_the_sender].concat(), [""; 0]);
    assert_eq!(table.item("a")["times"], json!({"N": "1"}));
    assert_eq!(table.item("a")["amount"], json!({"N": "5"}));
}

#[tokio::test]
async fn poison_fails_alone() {
    let table = Table::default();
    let records = [("m1", &*payment("a", 1), 1), ("m2", &*payment("b", "none"), 1), ("m3", &*payment("c", 1), 1)];
    let (failed, _) = run(&table, batch(&records)).await;
    assert_eq!((failed, table.ids()), (vec!["m2".to_owned()], vec!["a".to_owned(), "c".to_owned()]));
}

#[tokio::test]
async fn a_batch_of_poison_only_is_answered_too() {
    let (failed, _) = run(&Table::default(), batch(&[("m1", "no", 1), ("m2", "[]", 1)])).await;
    assert_eq!(failed, ["m1", "m2"]);
}

#[tokio::test]
async fn a_write_that_fails_comes_back_and_then_takes_effect() {
    let table = Table::default();
    table.out_of_order.lock().unwrap().insert("b".to_owned());
    let (failed, lines) = run(&table, batch(&[("m1", &payment("a", 1), 1), ("m2", &payment("b", 1), 1)])).await;
    assert_eq!(failed, ["m2"]);
    let line = lines.iter().find(|line| line["correlation_id"] == "m2").unwrap();
    assert_eq!(line["message"], "webhook failed");
    assert!(line["exception"].as_str().unwrap().contains("DynamoDB does not answer"), "{line}");
    table.out_of_order.lock().unwrap().clear();
    let (failed, _) = run(&table, batch(&[("m2", &payment("b", 1), 2)])).await;
    assert_eq!(failed, [""; 0]);
    assert_eq!(table.item("b")["times"], json!({"N": "1"}));
}

#[tokio::test]
async fn logs_can_be_traced_by_message() {
    let table = Table::default();
    let (_, mut lines) = run(&table, batch(&[("m1", &payment("a", 1), 1)])).await;
    lines.extend(run(&table, batch(&[("m2", &payment("a", 1), 3), ("m3", &payment("c", "none"), 1)])).await.1);
    lines.sort_by_key(|line| line["correlation_id"].to_string());
    let told =
        lines.iter().map(|line| json!([line["level"], line["message"], line["correlation_id"], line["received"]]));
    let expected = json!([
        ["INFO", "webhook took effect", "m1", 1],
        ["INFO", "webhook had taken effect before", "m2", 3],
        ["ERROR", "webhook refused", "m3", 1],
    ]);
    assert_eq!(Value::Array(told.collect()), expected);
    assert_eq!(lines[0]["webhook"], "a");
    assert!(lines[2]["reason"].as_str().unwrap().contains("amount must be an integer"));
    for line in lines {
        assert_eq!((&line["service"], &line["function_request_id"]), (&json!("tests"), &json!("request-1")));
    }
}

#[tokio::test]
async fn understands_the_sample_event() {
    let event = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../events/batch.json"));
    let table = Table::default();
    let (failed, _) = run(&table, serde_json::from_str(event).unwrap()).await;
    assert_eq!(failed, ["22222222-2222-4222-8222-222222222222"]);
    assert_eq!(table.ids(), ["evt-1001"]);
}

#[tokio::test]
async fn an_empty_event_asks_for_nothing() {
    let table = Table::default();
    assert_eq!(run(&table, json!({})).await, (vec![], vec![]));
    assert_eq!(table.ids(), [""; 0]);
}
