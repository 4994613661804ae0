//! The executions that Lambda itself tells about: START and REPORT lines, text and JSON, put together.
//!
//! Log lines are foreign text: what cannot be read is not evidence. Handlers need not log anything for this.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::coldstart::report_line;

const START: &str = "START RequestId: ";
const REPORT: &str = "REPORT RequestId: ";

/// One event of a log group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogLine<'a> {
    /// Milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// The line.
    pub message: &'a str,
}

/// What Lambda reported about an execution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Report {
    /// Time in the handler.
    pub duration_ms: f64,
    /// Time to start a fresh environment, before the handler started.
    pub init_ms: Option<f64>,
    /// It ended in an error or a time-out.
    pub has_failed: bool,
}

/// One execution. A retry of an asynchronous event has the same request id, so there may be several of one request.
#[derive(Clone, Debug, PartialEq)]
pub struct PlatformExecution {
    /// The request.
    pub request_id: String,
    /// When the handler started, milliseconds since the Unix epoch.
    pub start_ms: u64,
    /// What was reported when it ended; none while it runs, or when its REPORT has not arrived yet.
    pub report: Option<Report>,
}

/// A platform event of the JSON log format (Lambda developer guide, "Telemetry API event schema").
#[derive(Deserialize)]
struct PlatformEvent {
    #[serde(rename = "type")]
    kind: String,
    record: PlatformRecord,
}

#[derive(Deserialize)]
struct PlatformRecord {
    #[serde(rename = "requestId")]
    request_id: Option<String>,
}

/// Whether a line may be a START or a REPORT, at a glance: most lines of a busy log are not.
#[must_use]
pub fn may_be_platform_event(message: &str) -> bool {
    message.contains(START)
        || message.contains(REPORT)
        || message.contains("platform.start")
        || message.contains("platform.report")
}

/// Every execution that started in these lines, by start. The k-th START of a request belongs to its k-th REPORT.
#[must_use]
pub fn executions<'a>(lines: impl IntoIterator<Item = LogLine<'a>>) -> Vec<PlatformExecution> {
    let mut lines: Vec<LogLine<'a>> =
        lines.into_iter().filter(|line| may_be_platform_event(line.message)).collect();
    lines.sort_by_key(|line| line.at_ms);
    let mut starts: Vec<(String, u64)> = Vec::new();
    let mut reports: BTreeMap<String, Vec<Report>> = BTreeMap::new();
    for line in &lines {
        if let Some(request_id) = started_request(line.message) {
            starts.push((request_id, line.at_ms));
        } else if let Some((request_id, report)) = report(line.message) {
            reports.entry(request_id).or_default().push(report);
        }
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    starts
        .into_iter()
        .map(|(request_id, start_ms)| {
            let nth = seen.entry(request_id.clone()).or_default();
            let report = reports.get(&request_id).and_then(|all| all.get(*nth)).copied();
            *nth += 1;
            PlatformExecution { request_id, start_ms, report }
        })
        .collect()
}

/// The request that a line says has started, in the text or the JSON log format.
pub(super) fn started_request(message: &str) -> Option<String> {
    if let Some(rest) = message.trim_start().strip_prefix(START) {
        return rest.split_whitespace().next().map(str::to_owned);
    }
    let event: PlatformEvent = first_object(message).filter(|_| message.contains("platform.start"))?;
    event.record.request_id.filter(|_| event.kind == "platform.start")
}

fn report(message: &str) -> Option<(String, Report)> {
    let request_id = match message.rfind(REPORT) {
        Some(at) => message.get(at + REPORT.len()..)?.split_whitespace().next()?.to_owned(),
        None => {
            let event: PlatformEvent =
                first_object(message).filter(|_| message.contains("platform.report"))?;
            event.record.request_id.filter(|_| event.kind == "platform.report")?
        }
    };
    let line = report_line::find(message, &request_id)?;
    let report = Report { duration_ms: line.duration_ms, init_ms: line.init_ms, has_failed: line.has_failed };
    Some((request_id, report))
}

/// The first JSON object of a line; the text log format of some runtimes puts a level and a time before it.
pub(super) fn first_object<T: DeserializeOwned>(message: &str) -> Option<T> {
    let object = message.get(message.find('{')?..)?;
    serde_json::Deserializer::from_str(object).into_iter().next()?.ok()
}

impl PlatformExecution {
    /// When it ended, milliseconds since the Unix epoch; none while that is not known.
    #[must_use]
    pub fn end_ms(&self) -> Option<f64> {
        self.report.map(|report| milliseconds(self.start_ms) + report.duration_ms)
    }
}

/// An instant or a span as a figure.
pub(super) fn milliseconds(value: u64) -> f64 {
    std::time::Duration::from_millis(value).as_secs_f64() * 1000.0
}

/// The most executions that were under way at once, and when that began.
///
/// Where one ends in the millisecond in which the next begins, they did not overlap. An execution without a report
/// counts as over when it starts, so the caller must look at those first.
#[must_use]
pub fn most_at_once(executions: &[PlatformExecution]) -> Option<(usize, u64)> {
    let mut edges: Vec<(f64, i8, u64)> = Vec::with_capacity(executions.len() * 2);
    for execution in executions {
        if let Some(end_ms) = execution.end_ms() {
            edges.push((milliseconds(execution.start_ms), 1, execution.start_ms));
            edges.push((end_ms, -1, execution.start_ms));
        }
    }
    edges.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let (mut now, mut most) = (0_usize, None);
    for (_, change, at_ms) in edges {
        if change < 0 {
            now = now.saturating_sub(1);
            continue;
        }
        now += 1;
        if most.is_none_or(|(count, _)| now > count) {
            most = Some((now, at_ms));
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines<'a>(texts: &[(u64, &'a str)]) -> Vec<LogLine<'a>> {
        texts.iter().map(|(at_ms, message)| LogLine { at_ms: *at_ms, message }).collect()
    }

    #[test]
    fn text_and_json_tell_the_same() {
        let text = lines(&[
            (10, "START RequestId: r1 Version: $LATEST\n"),
            (30, "handler talks about REPORT and START"),
            (
                50,
                "REPORT RequestId: r1\tDuration: 39.50 ms\tBilled Duration: 40 ms\tInit Duration: 90.10 ms\t\n",
            ),
        ]);
        let json = lines(&[
            (
                50,
                r#"{"time":"t","type":"platform.report","record":{"requestId":"r1","status":"success","metrics":{"durationMs":39.5,"initDurationMs":90.1}}}"#,
            ),
            (10, r#"{"time":"t","type":"platform.start","record":{"requestId":"r1","version":"1"}}"#),
        ]);
        let seen = executions(text);
        assert_eq!(seen, executions(json));
        let report = Report { duration_ms: 39.5, init_ms: Some(90.1), has_failed: false };
        assert_eq!(seen, [PlatformExecution { request_id: "r1".into(), start_ms: 10, report: Some(report) }]);
    }

    #[test]
    fn retries_pair_in_order_and_what_began_before_the_window_is_left_out() {
        let seen = executions(lines(&[
            (5, "REPORT RequestId: old\tDuration: 1.00 ms"),
            (10, "START RequestId: r1 Version: 1"),
            (20, "REPORT RequestId: r1\tDuration: 10.00 ms\tStatus: timeout"),
            (70, "START RequestId: r1 Version: 1"),
            (90, "START RequestId: r2 Version: 1"),
            (95, "REPORT RequestId: r1\tDuration: 25.00 ms"),
        ]));
        let told: Vec<_> = seen
            .iter()
            .map(|one| (one.request_id.as_str(), one.start_ms, one.report.map(|report| report.has_failed)))
            .collect();
        assert_eq!(told, [("r1", 10, Some(true)), ("r1", 70, Some(false)), ("r2", 90, None)]);
    }

    fn execution(start_ms: u64, duration_ms: f64) -> PlatformExecution {
        let report = Some(Report { duration_ms, init_ms: None, has_failed: false });
        PlatformExecution { request_id: format!("r{start_ms}"), start_ms, report }
    }

    #[test]
    fn one_that_ends_when_the_next_begins_does_not_overlap() {
        assert_eq!(most_at_once(&[execution(0, 10.0), execution(10, 10.0)]), Some((1, 0)));
        assert_eq!(most_at_once(&[execution(0, 10.5), execution(10, 10.0)]), Some((2, 10)));
        assert_eq!(most_at_once(&[]), None);
    }

    proptest! {
        /// The sweep agrees with counting at every start.
        #[test]
        fn the_most_at_once_is_what_counting_finds(
            spans in prop::collection::vec((0_u64..500, 1_u32..100), 1..60)
        ) {
            let all: Vec<_> = spans.iter().map(|(start, length)| execution(*start, f64::from(*length))).collect();
            let counted = spans.iter().map(|(at, _)| {
                spans.iter().filter(|(start, length)| start <= at && start + u64::from(*length) > *at).count()
            });
            prop_assert_eq!(most_at_once(&all).map(|(most, _)| most), counted.max());
        }
    }
}
