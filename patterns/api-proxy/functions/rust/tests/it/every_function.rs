//! What holds for every function: both kinds of events, problems, CORS and log lines.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Once;

use functions::create::{Tables, create};
use functions::list::read_page;
use functions::log::json_lines;
use functions::read::read;
use functions::web::{Refusal, answer, parsed, request_of};
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};
use tracing::level_filters::LevelFilter;

use crate::dynamodb::DynamoDb;
use crate::{ID, body, call, event, problem, stored};

/// An event of a REST API.
fn rest_event() -> Value {
    json!({
        "version": "1.0", "httpMethod": "GET", "path": "/orders", "multiValueHeaders": null,
        "headers": {"Content-Type": "application/json", "X-Odd": null}, "queryStringParameters": null,
        "pathParameters": null, "body": null, "isBase64Encoded": false,
        "requestContext": {"requestId": "request-1", "path": "/v1/orders"},
    })
}

#[test]
fn both_kinds_of_events_are_understood() {
    let rest = request_of(rest_event());
    assert_eq!((rest.method.as_str(), rest.path.as_str(), rest.id.as_str()), ("GET", "/v1/orders", "request-1"));
    assert_eq!(rest.headers.into_iter().collect::<Vec<_>>(), [("content-type".into(), "application/json".into())]);
    let http = request_of(event("GET", &format!("/orders/{ID}"), json!({"a": "b"}), None));
    assert_eq!((http.method.as_str(), http.path, http.parameters["id"].as_str()), ("GET", format!("/orders/{ID}"), ID));
}

#[test]
fn content_in_base64_is_decoded() {
    let mut event = event("POST", "/orders", json!({}), None);
    event["body"] = "eyJhIjoxfQ==".into();
    event["isBase64Encoded"] = true.into();
    assert_eq!(parsed(&request_of(event)), Ok(json!({"a": 1})));
}

#[tokio::test]
async fn what_is_no_json_is_a_problem_with_all_that_finds_it_again() {
    let tables = Tables { items: DynamoDb::default().table(), keys: "keys".into() };
    for content in ["", "{", "\u{0}", r#"{"title": "x", "quantity": NaN}"#, &"[".repeat(100_000)] {
        let mut event = event("POST", "/orders", json!({}), None);
        event["body"] = content.into();
        let answer = call(event, async |request| create(&tables, request).await).await;
        assert_eq!(problem(&answer), (400, "malformed-json".into()));
        let text = answer["body"].as_str().unwrap();
        assert_eq!(
            text,
            "{\"type\":\"urn:problem-type:malformed-json\",\"title\":\"Malformed JSON\",\"status\":400,\
             \"detail\":\"the request content is not valid JSON\",\"instance\":\"/orders\",\"request_id\":\"request-1\"}"
        );
    }
}

#[tokio::test]
async fn errors_are_listed_in_the_problem() {
    let tables = Tables { items: DynamoDb::default().table(), keys: "keys".into() };
    let event = event("POST", "/orders", json!({}), Some(json!({"title": 1})));
    let answer = call(event, async |request| create(&tables, request).await).await;
    assert_eq!(body(&answer)["errors"], json!([{"pointer": "#/title", "detail": "must be a string"}]));
}

#[tokio::test]
async fn a_rest_api_gets_its_cors_headers_from_here() {
    for (origin, allowed, vary) in [
        (None, Value::Null, Value::Null),
        (Some(""), Value::Null, Value::Null),
        (Some("*"), json!("*"), Value::Null),
        (Some("https://a.example"), json!("https://a.example"), json!("origin")),
    ] {
        let refused = async |_: &_| Err(Refusal::Failure("for the log only".into()));
        let answer = answer(LambdaEvent::new(rest_event(), Context::default()), origin, refused).await;
        assert_eq!(problem(&answer), (500, "internal-error".into()));
        assert!(!answer.to_string().contains("for the log only"));
        assert_eq!((&answer["headers"]["access-control-allow-origin"], &answer["headers"]["vary"]), (&allowed, &vary));
    }
}

#[tokio::test]
async fn the_sample_events_are_answered() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../events");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let event: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let dynamodb = DynamoDb::with(&[(200, json!({"Items": [stored(1)]}))]);
        let tables = Tables { items: dynamodb.table(), keys: "keys".into() };
        let is_post = request_of(event.clone()).method == "POST";
        let answer =
            call(
                event,
                async |request| {
                    if is_post { create(&tables, request).await } else { read_page(&tables.items, request).await }
                },
            );
        let expected = if is_post { 201 } else { 200 };
        assert_eq!(answer.await["statusCode"], expected, "{}", path.display());
        count += 1;
    }
    assert!(count >= 2);
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

#[tokio::test]
async fn each_request_is_one_line_that_can_be_found_by_its_id() {
    listen();
    let dynamodb =
        DynamoDb::with(&[(200, json!({"Item": stored(1)})), (400, json!({"__type": "AccessDeniedException"}))]);
    let table = dynamodb.table();
    let path = format!("/orders/{ID}");
    let event = event("GET", &path, json!({}), None);
    for _ in 0..2 {
        call(event.clone(), async |request| read(&table, request).await).await;
    }
    let lines = logged();
    let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["request answered", "request failed", "request answered"]);
    for line in &lines {
        assert_eq!((&line["correlation_id"], &line["service"]), (&json!("request-1"), &json!("tests")));
        assert!(line["function_request_id"].is_string());
        assert_eq!((&line["method"], &line["path"]), (&json!("GET"), &json!(path)));
    }
    assert_eq!((&lines[0]["status"], &lines[0]["item"], lines[0].get("problem")), (&json!(200), &json!(ID), None));
    assert!(lines[1]["exception"].as_str().unwrap().contains("AccessDenied"));
    assert_eq!((&lines[2]["status"], &lines[2]["problem"]), (&json!(500), &json!("urn:problem-type:internal-error")));
}
