//! The executions that handled one upload, side by side; puts evidence together and judges nothing.

use super::log::{RequestEvidence, WorkerLog, evidence, since};
use super::schema::FanOut;
pub use crate::promise::executions::Report;

/// One execution of one worker for the upload.
#[derive(Clone, Debug, PartialEq)]
pub struct Execution {
    /// The worker's name in the promise.
    pub worker: String,
    /// The request; a retry has the same one.
    pub request_id: String,
    /// When the handler started, milliseconds since the Unix epoch.
    pub start_ms: u64,
    /// What Lambda reported when it ended; none while it runs, or when its REPORT has not arrived yet.
    pub report: Option<Report>,
    /// The handler said that its result is stored.
    pub has_result: bool,
}

impl Execution {
    /// It ended, without an error, and its result is stored.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.has_result && self.report.is_some_and(|report| !report.has_failed)
    }
}

/// Everything that happened for one upload.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// The uploaded object.
    pub object_key: String,
    /// The executions, by worker in the promise's order, then by start.
    pub executions: Vec<Execution>,
}

impl Timeline {
    /// Puts together what the workers' logs tell about one object, which was uploaded at `from_ms`.
    #[must_use]
    pub fn from_logs(promise: &FanOut, object_key: &str, from_ms: u64, logs: &[WorkerLog<'_>]) -> Self {
        let executions = promise
            .workers
            .iter()
            .flat_map(|worker| {
                let own = logs.iter().filter(|log| log.worker == worker.name);
                own.flat_map(|log| match worker.names_uploads {
                    true => named(log, object_key),
                    false => unnamed(log, from_ms),
                })
            })
            .collect();
        Self { object_key: object_key.to_owned(), executions }
    }

    /// Whether every worker ran as often as it should and every execution was reported: no need to wait longer.
    #[must_use]
    pub fn is_complete(&self, promise: &FanOut) -> bool {
        let runs = usize::try_from(promise.checks.runs_each).unwrap_or(usize::MAX);
        self.executions.iter().all(|execution| execution.report.is_some())
            && promise.workers.iter().all(|worker| self.of(&worker.name).count() >= runs)
    }

    /// The executions of one worker.
    pub fn of<'a>(&'a self, worker: &'a str) -> impl Iterator<Item = &'a Execution> {
        self.executions.iter().filter(move |execution| execution.worker == worker)
    }
}

/// The executions that say that they received the object.
fn named(log: &WorkerLog<'_>, object_key: &str) -> Vec<Execution> {
    let mut executions: Vec<_> = evidence(log, object_key)
        .iter()
        .flat_map(|(request_id, evidence)| of_request(log.worker, request_id, evidence))
        .collect();
    executions.sort_by(|a, b| (a.start_ms, &a.request_id).cmp(&(b.start_ms, &b.request_id)));
    executions
}

/// What Lambda tells of a worker that does not say which object it works on: everything since the upload is taken to
/// be for it, and what ended without an error to have stored its result.
fn unnamed(log: &WorkerLog<'_>, from_ms: u64) -> Vec<Execution> {
    since(log, from_ms)
        .into_iter()
        .map(|execution| Execution {
            worker: log.worker.to_owned(),
            has_result: execution.report.is_some_and(|report| !report.has_failed),
            request_id: execution.request_id,
            start_ms: execution.start_ms,
            report: execution.report,
        })
        .collect()
}

/// The k-th time a request received the object belongs to its k-th START and its k-th REPORT.
fn of_request(worker: &str, request_id: &str, evidence: &RequestEvidence) -> Vec<Execution> {
    evidence
        .received
        .iter()
        .enumerate()
        .map(|(index, received_ms)| Execution {
            worker: worker.to_owned(),
            request_id: request_id.to_owned(),
            // Without its START, the handler's own first line is the next best.
            start_ms: evidence.started.get(index).copied().unwrap_or(*received_ms),
            report: evidence.reported.get(index).map(|(_, report)| Report {
                duration_ms: report.duration_ms,
                init_ms: report.init_ms,
                has_failed: report.has_failed,
            }),
            // The attempts that stored nothing are those that Lambda tried again.
            has_result: index + evidence.written >= evidence.received.len(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promise::LogLine;
    use crate::promise::fan_out::judge::tests::promise;

    const KEY: &str = "uploads/verify-1.y4m";

    fn handler(message: &str, id: &str) -> String {
        format!(r#"{{"message":"{message}","object_key":"{KEY}","aws_request_id":"{id}"}}"#)
    }

    fn lines(texts: &[(u64, String)]) -> Vec<LogLine<'_>> {
        texts.iter().map(|(at_ms, message)| LogLine { at_ms: *at_ms, message }).collect()
    }

    #[test]
    fn executions_that_name_no_upload_count_only_where_that_is_promised() {
        let mut promise = promise(&["a"]);
        let log = [
            (90, "START RequestId: r0 Version: 1".to_owned()),
            (101, "START RequestId: r1 Version: 1".to_owned()),
            (102, r#"{"message":"no upload in this event","aws_request_id":"r1"}"#.to_owned()),
            (103, "REPORT RequestId: r1\tDuration: 2.00 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB".to_owned()),
        ];
        let logs = [WorkerLog { worker: "a", lines: lines(&log) }];
        assert_eq!(Timeline::from_logs(&promise, KEY, 100, &logs).executions, []);
        promise.workers[0].names_uploads = false;
        let found = Timeline::from_logs(&promise, KEY, 100, &logs).executions;
        assert_eq!(found.iter().map(|found| found.request_id.as_str()).collect::<Vec<_>>(), ["r1"]);
        assert!(found[0].is_well());
    }

    #[test]
    fn workers_come_in_the_promises_order_and_retries_are_executions_of_their_own() {
        let promise = promise(&["a", "b"]);
        let slow = [
            (1, "START RequestId: r1 Version: 1".to_owned()),
            (2, handler("upload received", "r1")),
            (5, "REPORT RequestId: r1\tDuration: 4.00 ms\tStatus: error\tError Type: Boom".to_owned()),
            (61, "START RequestId: r1 Version: 1".to_owned()),
            (62, handler("upload received", "r1")),
            (65, handler("result written", "r1")),
            (66, "REPORT RequestId: r1\tDuration: 5.00 ms\tInit Duration: 30.00 ms".to_owned()),
        ];
        let fast = [(3, handler("upload received", "r2"))];
        let logs =
            [WorkerLog { worker: "b", lines: lines(&fast) }, WorkerLog { worker: "a", lines: lines(&slow) }];
        let timeline = Timeline::from_logs(&promise, KEY, 0, &logs);
        let seen: Vec<_> = timeline
            .executions
            .iter()
            .map(|execution| {
                let report =
                    execution.report.map(|report| (report.duration_ms, report.init_ms, report.has_failed));
                (execution.worker.as_str(), execution.start_ms, report, execution.has_result)
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("a", 1, Some((4.0, None, true)), false),
                ("a", 61, Some((5.0, Some(30.0), false)), true),
                ("b", 3, None, false),
            ]
        );
        assert!(!timeline.is_complete(&promise));
    }

    #[test]
    fn it_is_complete_once_every_worker_is_reported() {
        let promise = promise(&["a"]);
        let log = [
            (2, handler("upload received", "r1")),
            (3, handler("result written", "r1")),
            (4, "REPORT RequestId: r1\tDuration: 2.00 ms".to_owned()),
        ];
        let complete = [WorkerLog { worker: "a", lines: lines(&log) }];
        assert!(Timeline::from_logs(&promise, KEY, 0, &complete).is_complete(&promise));
        let without_report = [WorkerLog { worker: "a", lines: lines(&log[..2]) }];
        assert!(!Timeline::from_logs(&promise, KEY, 0, &without_report).is_complete(&promise));
        assert!(!Timeline::from_logs(&promise, KEY, 0, &[]).is_complete(&promise));
    }
}
