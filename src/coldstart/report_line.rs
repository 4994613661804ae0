//! Finds and reads the REPORT of one request in the tail of a log, text or JSON; trusts nothing in it.
//!
//! The tail is the last 4 KB of the log: it may start in the middle of a line, and holds lines of the handler
//! and of extensions too. Fields come in any order (the Runtime Interface Emulator writes Init Duration first).

use serde::Deserialize;

const MARKER: &str = "REPORT RequestId: ";

/// What Lambda reports about one invocation.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportLine {
    /// Time in the handler.
    pub duration_ms: f64,
    /// Time billed, with the init phase since 2025-08-01.
    pub billed_ms: Option<f64>,
    /// Peak memory.
    pub max_memory_mb: Option<f64>,
    /// Init phase, reported by the first invocation of a fresh environment.
    pub init_ms: Option<f64>,
    /// Restore of a SnapStart snapshot.
    pub restore_ms: Option<f64>,
    /// The invocation ended in an error or a time-out.
    pub has_failed: bool,
}

/// The REPORT of this request, if the tail holds it.
#[must_use]
pub fn find(tail: &str, request_id: &str) -> Option<ReportLine> {
    let is_wanted = |id: &str| id == request_id;
    tail.lines().rev().find_map(|line| from_text(line, is_wanted).or_else(|| from_json(line, is_wanted)))
}

/// The REPORT that this line is, whichever request it is about. A handler can print such a line too.
#[must_use]
pub fn read(line: &str) -> Option<ReportLine> {
    from_text(line, |_| true).or_else(|| from_json(line, |_| true))
}

/// Whether this line says that an execution environment starts.
#[must_use]
pub fn is_start(line: &str) -> bool {
    let is_text = line.starts_with("INIT_START ") || line.starts_with("RESTORE_START ");
    is_text
        || ["platform.initStart", "platform.restoreStart"].iter().any(|kind| json_event(line, kind).is_some())
}

/// Whether the tail says that the init phase failed or timed out; Lambda then runs it again inside the invoke.
#[must_use]
pub fn has_failed_init(tail: &str) -> bool {
    tail.lines().any(|line| {
        line.starts_with("INIT_REPORT ")
            && fields(line).any(|(label, value)| label == "Status" && is_failure(value))
            || json_event(line, "platform.initReport").is_some_and(|record| record.has_failed())
    })
}

fn from_text(line: &str, is_wanted: impl Fn(&str) -> bool) -> Option<ReportLine> {
    let start = line.rfind(MARKER)?;
    let report = line.get(start + MARKER.len()..)?;
    let (id, rest) = report.split_once('\t')?;
    if !is_wanted(id.trim()) {
        return None;
    }
    let value = |wanted: &str| fields(rest).find(|(label, _)| *label == wanted).map(|(_, value)| value);
    let milliseconds = |wanted: &str| value(wanted).and_then(|text| number(text, " ms"));
    Some(ReportLine {
        duration_ms: milliseconds("Duration")?,
        billed_ms: milliseconds("Billed Duration"),
        max_memory_mb: value("Max Memory Used").and_then(|text| number(text, " MB")),
        init_ms: milliseconds("Init Duration"),
        restore_ms: milliseconds("Restore Duration"),
        has_failed: value("Status").is_some_and(is_failure),
    })
}

/// `Label: value` pairs. A field's label starts it, or "Duration" would be found in "Billed Duration".
fn fields(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split('\t').filter_map(|field| field.trim().split_once(": "))
}

fn number(text: &str, unit: &str) -> Option<f64> {
    text.trim().strip_suffix(unit)?.parse().ok().filter(|value| is_plausible(*value))
}

/// A measured quantity; "inf", "NaN" and negative numbers also parse, and none of them was measured.
fn is_plausible(value: f64) -> bool {
    value.is_finite() && value >= 0.0
}

fn is_failure(status: &str) -> bool {
    status.trim() != "success"
}

#[derive(Deserialize)]
struct PlatformEvent {
    #[serde(rename = "type")]
    kind: String,
    record: Record,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    request_id: Option<String>,
    status: Option<String>,
    metrics: Option<Metrics>,
}

impl Record {
    fn has_failed(&self) -> bool {
        self.status.as_deref().is_some_and(is_failure)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metrics {
    duration_ms: Option<f64>,
    billed_duration_ms: Option<f64>,
    #[serde(rename = "maxMemoryUsedMB")]
    max_memory_used_mb: Option<f64>,
    init_duration_ms: Option<f64>,
    restore_duration_ms: Option<f64>,
}

fn from_json(line: &str, is_wanted: impl Fn(&str) -> bool) -> Option<ReportLine> {
    let record = json_event(line, "platform.report")?;
    if !record.request_id.as_deref().is_some_and(is_wanted) {
        return None;
    }
    let has_failed = record.has_failed();
    let metrics = record.metrics?;
    let plausible = |value: Option<f64>| value.filter(|value| is_plausible(*value));
    Some(ReportLine {
        duration_ms: plausible(metrics.duration_ms)?,
        billed_ms: plausible(metrics.billed_duration_ms),
        max_memory_mb: plausible(metrics.max_memory_used_mb),
        init_ms: plausible(metrics.init_duration_ms),
        restore_ms: plausible(metrics.restore_duration_ms),
        has_failed,
    })
}

/// The record of a platform event of one kind. Text printed without a line end may stand before or behind it.
fn json_event(line: &str, kind: &str) -> Option<Record> {
    if !line.contains(kind) {
        return None;
    }
    let starts = [line.find('{'), line.rfind("{\"time\""), line.rfind("{\"type\"")];
    starts.into_iter().flatten().find_map(|start| {
        let mut events = serde_json::Deserializer::from_str(line.get(start..)?).into_iter::<PlatformEvent>();
        let event = events.next()?.ok()?;
        (event.kind == kind).then_some(event.record)
    })
}

#[cfg(test)]
mod tests;
