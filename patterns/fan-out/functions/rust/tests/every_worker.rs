//! What every worker must do, whatever its work is. AWS is in memory here.

#![expect(clippy::unwrap_used, reason = "clippy lets tests do this, but not what helps them")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, Once};

use functions::log::json_lines;
use functions::ports::{Items, Objects, StoreError};
use functions::results::{Catalog, ResultBucket, Results};
use functions::work::{Artifact, Fact, Facts, inspect, record, thumbnail, transcode};
use functions::worker::Worker;
use lambda_runtime::{Context, Diagnostic, LambdaEvent};
use serde_json::{Value, json};
use tracing::level_filters::LevelFilter;

const KEY: &str = "uploads/my holiday+1.y4m";
const VIDEO: &[u8] = b"YUV4MPEG2 W2 H2 F2:1 Cmono\nFRAME\nabcdFRAME\nefgh";

type Stored = BTreeMap<(String, String), Vec<u8>>;

/// What the workers use of S3 and DynamoDB.
#[derive(Clone, Default)]
struct Memory {
    objects: Arc<Mutex<Stored>>,
    items: Arc<Mutex<Vec<(String, Facts)>>>,
}

impl Objects for Memory {
    async fn get(&self, bucket: &str, key: &str) -> Result<Vec<u8>, StoreError> {
        let objects = self.objects.lock().unwrap();
        let missing = StoreError { operation: "s3:GetObject", reason: "NoSuchKey".into() };
        objects.get(&(bucket.to_owned(), key.to_owned())).cloned().ok_or(missing)
    }

    async fn put(&self, bucket: &str, key: &str, artifact: Artifact) -> Result<(), StoreError> {
        self.objects.lock().unwrap().insert((bucket.to_owned(), key.to_owned()), artifact.body);
        Ok(())
    }
}

impl Items for Memory {
    async fn put(&self, table: &str, item: Facts) -> Result<(), StoreError> {
        self.items.lock().unwrap().push((table.to_owned(), item));
        Ok(())
    }
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

/// What became of one event.
struct Run {
    answer: Result<Vec<String>, Diagnostic>,
    lines: Vec<Value>,
}

async fn run<K, R, W, E>(memory: &Memory, results: K, work: W, event: Value) -> Run
where
    K: Results<R>,
    W: Fn(&[u8]) -> Result<R, E>,
    E: std::error::Error,
{
    let worker = Worker { name: "some-worker".to_owned(), uploads: memory.clone(), results, work };
    let mut context = Context::default();
    context.request_id = "request-1".to_owned();
    listen();
    let answer = worker.handle(LambdaEvent::new(event, context)).await;
    Run { answer: answer.map(|summary| summary.results).map_err(Diagnostic::from), lines: logged() }
}

/// One event for a worker of each kind, in the order thumbnail, transcode, inspect, record.
async fn run_all(memory: &Memory, event: &Value) -> Vec<Run> {
    let bucket = || ResultBucket {
        objects: memory.clone(),
        bucket: "results".to_owned(),
        prefix: "some-worker/".to_owned(),
        upload_prefix: "uploads/".to_owned(),
    };
    let catalog = Catalog { items: memory.clone(), table: "catalog".to_owned(), worker: "some-worker".to_owned() };
    vec![
        run(memory, bucket(), thumbnail::thumbnail, event.clone()).await,
        run(memory, bucket(), |content: &[u8]| transcode::transcode(content, 4), event.clone()).await,
        run(memory, bucket(), inspect::inspect, event.clone()).await,
        run(memory, catalog, record::describe, event.clone()).await,
    ]
}

fn with_upload(content: &[u8]) -> Memory {
    let memory = Memory::default();
    memory.objects.lock().unwrap().insert(("uploads".to_owned(), KEY.to_owned()), content.to_vec());
    memory
}

fn from_sns() -> Value {
    let message = json!({"Records": [{
        "s3": {"bucket": {"name": "uploads"}, "object": {"key": "uploads/my+holiday%2B1.y4m"}},
        "responseElements": {"x-amz-request-id": "upload-1"},
    }]});
    json!({"Records": [{"Sns": {"Message": message.to_string()}}]})
}

fn from_eventbridge() -> Value {
    let detail = json!({"bucket": {"name": "uploads"}, "object": {"key": KEY}, "request-id": "upload-1"});
    json!({"source": "aws.s3", "detail-type": "Object Created", "detail": detail})
}

#[tokio::test]
async fn writes_one_result_of_its_own_for_each_upload() {
    let memory = with_upload(VIDEO);
    let runs = run_all(&memory, &from_sns()).await;
    let answers: Vec<_> = runs.into_iter().map(|run| run.answer.unwrap()).collect();
    let name = "some-worker/my holiday+1.y4m";
    let expected = [format!("{name}.png"), format!("{name}.gz"), format!("{name}.json"), KEY.to_owned()];
    assert_eq!(answers, expected.each_ref().map(|key| vec![key.clone()]));
    let objects = memory.objects.lock().unwrap();
    let mut written: Vec<_> = objects.keys().filter(|(bucket, _)| bucket == "results").map(|(_, key)| key).collect();
    written.sort_by_key(|key| expected.iter().position(|other| other == *key));
    assert_eq!(written, expected[..3].iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn the_item_is_of_this_upload_and_this_worker() {
    let memory = with_upload(VIDEO);
    run_all(&memory, &from_sns()).await;
    let items = memory.items.lock().unwrap();
    let (table, item) = &items[0];
    assert_eq!((table.as_str(), items.len()), ("catalog", 1));
    assert!(item.contains(&("object_key", Fact::Text(KEY.to_owned()))));
    assert!(item.contains(&("worker", Fact::Text("some-worker".to_owned()))));
    assert!(item.contains(&("frames", Fact::Number(2))));
}

#[tokio::test]
async fn repeated_events_leave_the_same_results() {
    let memory = with_upload(VIDEO);
    run_all(&memory, &from_sns()).await;
    let objects = memory.objects.lock().unwrap().clone();
    run_all(&memory, &from_eventbridge()).await;
    assert_eq!(*memory.objects.lock().unwrap(), objects);
    let items = memory.items.lock().unwrap();
    assert_eq!(items[0], items[1]);
}

#[tokio::test]
async fn logs_can_be_traced_from_worker_to_worker() {
    for run in run_all(&with_upload(VIDEO), &from_sns()).await {
        let messages: Vec<_> = run.lines.iter().map(|line| &line["message"]).collect();
        assert_eq!(messages, ["upload received", "result written"]);
        for line in &run.lines {
            assert_eq!(line["object_key"], KEY);
            assert_eq!(line["correlation_id"], "upload-1");
            assert_eq!(line["aws_request_id"], "request-1");
            assert_eq!(line["worker"], "some-worker");
            assert_eq!((&line["level"], &line["service"]), (&json!("INFO"), &json!("tests")));
            assert!(line["timestamp"].is_string());
        }
    }
}

#[tokio::test]
async fn ignores_the_test_event_of_s3() {
    let memory = with_upload(VIDEO);
    let message = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "uploads"}).to_string();
    for run in run_all(&memory, &json!({"Records": [{"Sns": {"Message": message}}]})).await {
        assert_eq!(run.answer.unwrap(), [""; 0]);
        assert_eq!(run.lines.len(), 1);
        assert_eq!(run.lines[0]["message"], "no upload in this event");
    }
    assert_eq!((memory.objects.lock().unwrap().len(), memory.items.lock().unwrap().len()), (1, 0));
}

#[tokio::test]
async fn fails_on_what_is_no_video_so_that_lambda_retries_and_keeps_the_event() {
    let broken = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../events/broken.bin"));
    let memory = with_upload(broken);
    for run in run_all(&memory, &from_sns()).await {
        let diagnostic = run.answer.unwrap_err();
        assert_eq!(
            (diagnostic.error_type.as_str(), diagnostic.error_message.as_str()),
            ("WorkFailed", "not a Y4M video")
        );
        assert_eq!(run.lines[1]["message"], "upload failed");
        assert_eq!((&run.lines[1]["level"], &run.lines[1]["worker"]), (&json!("ERROR"), &json!("some-worker")));
        assert_eq!(run.lines[1]["reason"], "not a Y4M video");
        assert_eq!(run.lines[1]["correlation_id"], "upload-1");
    }
    assert_eq!((memory.objects.lock().unwrap().len(), memory.items.lock().unwrap().len()), (1, 0));
}

#[tokio::test]
async fn an_upload_that_is_gone_is_an_error() {
    for run in run_all(&Memory::default(), &from_sns()).await {
        assert_eq!(run.answer.unwrap_err().error_type, "StoreFailed");
    }
}
