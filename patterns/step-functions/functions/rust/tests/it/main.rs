//! The tasks from event to answer, over S3 and DynamoDB in memory.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy lets tests do this, but not what helps them"
)]

mod aws;
mod workflow;

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Once;

use aws::Aws;
use functions::job::TaskError;
use functions::log::json_lines;
use functions::{compensate, transcode};
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};
use tracing::level_filters::LevelFilter;

const SAMPLE: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../events/sample.y4m"));
const SOURCE: &str = "uploads/j.y4m";
const RESULT: &str = "results/j.y4m.gz";

fn event() -> Value {
    json!({"job": "j", "source": SOURCE, "execution": "execution-1"})
}

async fn transcoded(aws: &Aws, event: Value) -> Result<Value, TaskError> {
    transcode::handle(&aws.jobs(), 36, LambdaEvent::new(event, Context::default())).await
}

async fn compensated(aws: &Aws, error: Value) -> Result<Value, TaskError> {
    let mut event = event();
    event["error"] = error;
    compensate::handle(&aws.jobs(), LambdaEvent::new(event, Context::default())).await
}

#[tokio::test]
async fn transcode_makes_a_result_and_an_item() {
    let aws = Aws::with(SOURCE, SAMPLE);
    let answer = transcoded(&aws, event()).await.unwrap();
    let bytes = aws.objects.lock().unwrap()[RESULT].len();
    let expected = json!({"job": "j", "result": RESULT, "width": 64, "height": 36, "frames": 48, "bytes": bytes});
    assert_eq!(answer, expected);
    let write = aws.write();
    assert_eq!(
        write["ConditionExpression"],
        "attribute_not_exists(#job) OR #execution = :execution OR #status = :compensated"
    );
    assert_eq!(write["ExpressionAttributeValues"][":execution"], json!({"S": "execution-1"}));
    let mut item = write["Item"].clone();
    let at = item.as_object_mut().unwrap().remove("updated_at").unwrap();
    assert_eq!(at["S"].as_str().unwrap().len(), "2026-11-25T19:07:00.123Z".len());
    let expected = json!({
        "job": {"S": "j"}, "execution": {"S": "execution-1"}, "source": {"S": SOURCE}, "result": {"S": RESULT},
        "status": {"S": "transcoded"}, "width": {"N": "64"}, "height": {"N": "36"}, "frames": {"N": "48"},
        "bytes": {"N": bytes.to_string()},
    });
    assert_eq!(item, expected);
}

#[tokio::test]
async fn tried_again_transcode_leaves_the_same() {
    let aws = Aws::with(SOURCE, SAMPLE);
    let first = transcoded(&aws, event()).await;
    let objects = aws.objects.lock().unwrap().clone();
    assert_eq!(transcoded(&aws, event()).await, first);
    assert_eq!(*aws.objects.lock().unwrap(), objects);
}

#[tokio::test]
async fn a_source_that_is_not_there_yet_has_a_name_of_its_own() {
    let error = transcoded(&Aws::default(), event()).await.unwrap_err();
    assert_eq!(error.name(), "SourceNotReady");
    assert_eq!(error.to_string(), "s3://media/uploads/j.y4m is not there yet");
}

#[tokio::test]
async fn what_is_no_video_leaves_nothing_behind() {
    let aws = Aws::with(SOURCE, b"GIF89a");
    let error = transcoded(&aws, event()).await.unwrap_err();
    assert_eq!((error.name(), error.to_string().as_str()), ("InvalidVideo", "not a Y4M video"));
    assert_eq!((aws.keys(), aws.writes.lock().unwrap().len()), (vec![SOURCE.to_owned()], 0));
}

#[tokio::test]
async fn another_execution_may_not_take_a_job() {
    let aws = Aws::with(SOURCE, SAMPLE);
    *aws.in_the_way.lock().unwrap() = Some(json!({"status": {"S": "transcoded"}}));
    let error = transcoded(&aws, event()).await.unwrap_err();
    assert_eq!((error.name(), error.to_string().as_str()), ("JobExists", "job j belongs to another execution"));
    assert_eq!(aws.keys(), [SOURCE]);
}

#[tokio::test]
async fn a_job_that_is_being_undone_is_waited_for() {
    let aws = Aws::with(SOURCE, SAMPLE);
    *aws.in_the_way.lock().unwrap() = Some(json!({"status": {"S": "compensating"}}));
    let error = transcoded(&aws, event()).await.unwrap_err();
    let expected = ("JobNotFree", "job j is being undone by another execution");
    assert_eq!((error.name(), error.to_string().as_str()), expected);
    assert_eq!(aws.keys(), [SOURCE]);
}

#[tokio::test]
async fn an_invalid_job_is_refused() {
    let error = transcoded(&Aws::default(), json!({"job": "../j", "source": SOURCE})).await.unwrap_err();
    assert_eq!(error.name(), "InvalidJob");
}

#[tokio::test]
async fn compensate_removes_the_result_and_marks_the_job() {
    let aws = Aws::with(RESULT, b"result");
    let answer = compensated(&aws, json!({"Error": "Denied", "Cause": "no"})).await.unwrap();
    let expected = json!({"job": "j", "status": "compensated", "error": {"Error": "Denied", "Cause": "no"}});
    assert_eq!(answer, expected);
    assert_eq!(aws.keys(), [""; 0]);
    assert_eq!(aws.statuses(), ["compensating", "compensated"]);
    let write = aws.write();
    assert_eq!(write["ConditionExpression"], "attribute_not_exists(#job) OR #execution = :execution");
    let values = &write["ExpressionAttributeValues"];
    assert_eq!((&values[":error"], &values[":cause"]), (&json!({"S": "Denied"}), &json!({"S": "no"})));
    // What was known of the video still tells what happened; only its result is gone.
    assert!(write["UpdateExpression"].as_str().unwrap().ends_with("REMOVE #result"));
    assert_eq!(compensated(&aws, json!({"Error": "Denied", "Cause": "no"})).await.unwrap(), answer);
}

#[tokio::test]
async fn tried_again_compensate_finishes_what_was_begun() {
    let aws = Aws::with(RESULT, b"result");
    *aws.keeps_all.lock().unwrap() = true;
    assert_eq!(compensated(&aws, json!({"Error": "Denied"})).await.unwrap_err().name(), "TaskFailed");
    assert_eq!((aws.keys(), aws.statuses()), (vec![RESULT.to_owned()], vec!["compensating".to_owned()]));
    *aws.keeps_all.lock().unwrap() = false;
    assert_eq!(compensated(&aws, json!({"Error": "Denied"})).await.unwrap()["status"], "compensated");
    assert_eq!(aws.keys(), [""; 0]);
    assert_eq!(aws.statuses(), ["compensating", "compensating", "compensated"]);
}

#[tokio::test]
async fn a_failure_without_a_name_or_a_cause_is_one_too() {
    for (told, error) in [(json!({"Error": "States.Timeout"}), "States.Timeout"), (json!({}), "TaskFailed")] {
        let aws = Aws::default();
        // The workflow ends with these.
        let failure = json!({"Error": error, "Cause": "no cause was given"});
        let expected = json!({"job": "j", "status": "compensated", "error": failure});
        assert_eq!(compensated(&aws, told).await.unwrap(), expected);
        assert_eq!(aws.write()["ExpressionAttributeValues"][":cause"], json!({"S": "no cause was given"}));
    }
}

#[tokio::test]
async fn compensate_leaves_the_job_of_another_execution_alone() {
    let aws = Aws::with(RESULT, b"theirs");
    *aws.in_the_way.lock().unwrap() = Some(json!({"status": {"S": "transcoded"}}));
    let answer = compensated(&aws, json!({"Error": "JobExists"})).await.unwrap();
    assert_eq!((&answer["status"], aws.keys()), (&json!("left"), vec![RESULT.to_owned()]));
}

#[tokio::test]
async fn a_long_cause_is_cut() {
    let aws = Aws::default();
    compensated(&aws, json!({"Error": "Unknown", "Cause": "ä".repeat(5000)})).await.unwrap();
    assert_eq!(aws.write()["ExpressionAttributeValues"][":cause"], json!({"S": "ä".repeat(1000)}));
}

#[tokio::test]
async fn an_empty_event_asks_for_nothing() {
    let aws = Aws::default();
    assert_eq!(transcoded(&aws, json!({})).await, Ok(json!({})));
    let nothing = LambdaEvent::new(json!({}), Context::default());
    assert_eq!(compensate::handle(&aws.jobs(), nothing).await, Ok(json!({})));
    assert_eq!((aws.keys().len(), aws.writes.lock().unwrap().len()), (0, 0));
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
async fn every_line_names_the_execution_and_the_job() {
    listen();
    transcoded(&Aws::with(SOURCE, SAMPLE), event()).await.unwrap();
    transcoded(&Aws::default(), event()).await.unwrap_err();
    transcoded(&Aws::with(SOURCE, b""), event()).await.unwrap_err();
    let taken = Aws::with(SOURCE, SAMPLE);
    *taken.in_the_way.lock().unwrap() = Some(json!({"status": {"S": "compensating"}}));
    transcoded(&taken, event()).await.unwrap_err();
    compensated(&Aws::default(), json!({"Error": "Denied"})).await.unwrap();
    let lines = logged();
    let told: Vec<_> =
        lines.iter().map(|line| (line["level"].as_str().unwrap(), line["message"].as_str().unwrap())).collect();
    assert_eq!(
        told,
        [
            ("INFO", "source transcoded"),
            ("INFO", "source not ready"),
            ("ERROR", "transcode refused"),
            ("INFO", "job not free"),
            ("INFO", "job compensated"),
        ]
    );
    for line in &lines {
        assert_eq!((&line["correlation_id"], &line["job"]), (&json!("execution-1"), &json!("j")));
        assert_eq!(line["service"], "tests");
        assert!(line["function_request_id"].is_string());
    }
    assert_eq!((&lines[0]["frames"], &lines[0]["result"]), (&json!(48), &json!(RESULT)));
    assert_eq!((&lines[1]["source"], &lines[2]["error"]), (&json!(SOURCE), &json!("InvalidVideo")));
    assert_eq!(lines[4]["error"], "Denied");
}
