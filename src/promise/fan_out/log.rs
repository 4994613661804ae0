//! Reads a worker's log: which requests handled the upload, when they started and what Lambda reported about them.
//!
//! Log lines are foreign text: what cannot be read is not evidence.

use serde::Deserialize;

use crate::coldstart::report_line::{self, ReportLine};
use crate::promise::executions::{LogLine, PlatformExecution, executions, first_object, started_request};

/// What a handler logs before it works on an object.
const RECEIVED: &str = "upload received";
/// What it logs once the result is stored.
const WRITTEN: &str = "result written";

/// The log of one worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerLog<'a> {
    /// The worker's name in the promise.
    pub worker: &'a str,
    /// Its events, in any order.
    pub lines: Vec<LogLine<'a>>,
}

/// What a log tells about one request that handled the object.
///
/// Lambda retries a failed asynchronous invocation with the same request id, so there may be several of each.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct RequestEvidence {
    pub(super) received: Vec<u64>,
    pub(super) started: Vec<u64>,
    pub(super) reported: Vec<(u64, ReportLine)>,
    pub(super) written: usize,
}

/// What the handlers of our patterns log: one JSON object on a line.
#[derive(Deserialize)]
struct HandlerLine {
    message: String,
    object_key: String,
    aws_request_id: String,
}

/// The requests that received the object, in the order they did, with what the log tells about each.
pub(super) fn evidence(log: &WorkerLog<'_>, object_key: &str) -> Vec<(String, RequestEvidence)> {
    let mut lines = log.lines.clone();
    lines.sort_by_key(|line| line.at_ms);
    let mut requests: Vec<(String, RequestEvidence)> = Vec::new();
    for (line, handler) in
        handler_lines(&lines, object_key).filter(|(_, handler)| handler.message == RECEIVED)
    {
        match requests.iter_mut().find(|(id, _)| *id == handler.aws_request_id) {
            Some((_, evidence)) => evidence.received.push(line.at_ms),
            None => {
                let evidence = RequestEvidence { received: vec![line.at_ms], ..RequestEvidence::default() };
                requests.push((handler.aws_request_id, evidence));
            }
        }
    }
    for (id, evidence) in &mut requests {
        evidence.take_platform_lines(id, &lines);
        let is_written = |handler: &HandlerLine| handler.message == WRITTEN && handler.aws_request_id == *id;
        evidence.written =
            handler_lines(&lines, object_key).filter(|(_, handler)| is_written(handler)).count();
    }
    requests
}

impl RequestEvidence {
    fn take_platform_lines(&mut self, id: &str, lines: &[LogLine<'_>]) {
        for line in lines.iter().filter(|line| line.message.contains(id)) {
            if started_request(line.message).as_deref() == Some(id) {
                self.started.push(line.at_ms);
            } else if let Some(report) = report_line::find(line.message, id) {
                self.reported.push((line.at_ms, report));
            }
        }
    }
}

fn handler_lines<'a>(
    lines: &'a [LogLine<'a>],
    object_key: &'a str,
) -> impl Iterator<Item = (&'a LogLine<'a>, HandlerLine)> {
    lines.iter().filter_map(move |line| {
        let handler: HandlerLine = first_object(line.message)?;
        (handler.object_key == object_key).then_some((line, handler))
    })
}

/// Every execution of the worker from a moment on, whatever it was for.
pub(super) fn since(log: &WorkerLog<'_>, from_ms: u64) -> Vec<PlatformExecution> {
    executions(log.lines.iter().filter(|line| line.at_ms >= from_ms).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "uploads/verify-1.y4m";

    fn log<'a>(lines: &[(u64, &'a str)]) -> WorkerLog<'a> {
        let lines = lines.iter().map(|(at_ms, message)| LogLine { at_ms: *at_ms, message }).collect();
        WorkerLog { worker: "thumbnail", lines }
    }

    #[test]
    fn text_and_json_logs_tell_the_same() {
        let received = r#"{"level":"INFO","message":"upload received","worker":"thumbnail","object_key":"uploads/verify-1.y4m","aws_request_id":"r1"}"#;
        let written = r#"{"message":"result written","object_key":"uploads/verify-1.y4m","aws_request_id":"r1","result":"s3://x"}"#;
        let text = log(&[
            (100, "START RequestId: r1 Version: $LATEST\n"),
            (101, received),
            (300, written),
            (301, "END RequestId: r1\n"),
            (
                302,
                "REPORT RequestId: r1\tDuration: 200.50 ms\tBilled Duration: 201 ms\tMemory Size: 256 MB\tMax Memory Used: 60 MB\tInit Duration: 90.10 ms\t\n",
            ),
        ]);
        let json = log(&[
            (
                302,
                r#"{"time":"t","type":"platform.report","record":{"requestId":"r1","status":"success","metrics":{"durationMs":200.5,"billedDurationMs":201,"memorySizeMB":256,"maxMemoryUsedMB":60,"initDurationMs":90.1}}}"#,
            ),
            (300, written),
            (101, received),
            (100, r#"{"time":"t","type":"platform.start","record":{"requestId":"r1","version":"$LATEST"}}"#),
        ]);
        let seen = evidence(&text, KEY);
        assert_eq!(seen, evidence(&json, KEY));
        let (id, request) = &seen[0];
        assert_eq!((id.as_str(), request.started.as_slice(), request.written), ("r1", [100].as_slice(), 1));
        assert_eq!(request.reported[0].1.duration_ms, 200.5);
        assert_eq!(request.reported[0].1.init_ms, Some(90.1));
    }

    #[test]
    fn other_objects_and_other_requests_are_not_evidence() {
        let lines = log(&[
            (1, "START RequestId: r1 Version: $LATEST"),
            (2, r#"{"message":"no upload in this event","aws_request_id":"r1"}"#),
            (3, r#"{"message":"upload received","object_key":"uploads/other.y4m","aws_request_id":"r2"}"#),
            (4, r#"{"message":"result written","object_key":"uploads/verify-1.y4m","aws_request_id":"r3"}"#),
            (5, "upload received uploads/verify-1.y4m"),
            (6, "{{{"),
        ]);
        assert_eq!(evidence(&lines, KEY), []);
    }

    #[test]
    fn a_retry_keeps_its_request_id_and_counts_again() {
        let received =
            r#"{"message":"upload received","object_key":"uploads/verify-1.y4m","aws_request_id":"r1"}"#;
        let lines = log(&[
            (61_000, "START RequestId: r1 Version: 1"),
            (61_001, received),
            (1, "START RequestId: r1 Version: 1"),
            (2, received),
        ]);
        let (_, request) = &evidence(&lines, KEY)[0];
        assert_eq!(request.received, [2, 61_001]);
        assert_eq!(request.started, [1, 61_000]);
        assert_eq!(request.written, 0);
    }
}
