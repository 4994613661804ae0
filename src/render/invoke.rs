//! Shows what came of one invocation.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::logs;
use super::style::{Style, printable};
use crate::coldstart::report_line::ReportLine;
use crate::logs::Line;

/// One invocation. No `Debug`: the function's data is nobody's business.
#[derive(Clone, PartialEq)]
pub struct View<'a> {
    /// Logical id, or the name in the account.
    pub function: &'a str,
    /// On local AWS, whose figures say nothing about AWS.
    pub is_local: bool,
    /// `x-amzn-requestid`.
    pub request_id: &'a str,
    /// `Handled` or `Unhandled` when the function failed.
    pub function_error: Option<&'a str>,
    /// What it answered.
    pub payload: &'a str,
    /// The last 4 KB of its log.
    pub log_tail: &'a str,
    /// What Lambda reports of it, if the tail holds it.
    pub report: Option<ReportLine>,
    /// From the call to its answer, by the clock of this machine.
    pub client_ms: f64,
}

/// Writes the end of the log and how it went; the answer itself is written elsewhere.
pub fn around(err: &mut impl Write, style: Style, view: &View<'_>) -> io::Result<()> {
    for line in view.log_tail.lines() {
        logs::line(err, style, &Line::read(line))?;
    }
    let (mark, how) = match view.function_error {
        None => (style.passed(), "answered".to_owned()),
        Some(kind) => (style.failed(), format!("failed ({})", printable(kind))),
    };
    writeln!(err, "{mark} {} {how} in {}", printable(view.function), figures(view))
}

fn figures(view: &View<'_>) -> String {
    let local = if view.is_local { " local" } else { "" };
    let Some(report) = &view.report else {
        return format!("{:.1} ms{local}, seen from here", view.client_ms);
    };
    let mut parts = vec![format!("{:.1} ms{local}", report.duration_ms)];
    if let Some(init) = report.init_ms {
        parts.push(format!("after a cold start of {init:.1} ms"));
    }
    if let Some(billed) = report.billed_ms {
        parts.push(format!("{billed:.0} ms billed"));
    }
    if let Some(memory) = report.max_memory_mb {
        parts.push(format!("{memory:.0} MB used"));
    }
    parts.join(", ")
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    function: &'a str,
    local: bool,
    request_id: &'a str,
    function_error: Option<&'a str>,
    payload: Value,
    duration_ms: Option<f64>,
    billed_ms: Option<f64>,
    init_ms: Option<f64>,
    max_memory_mb: Option<f64>,
    client_ms: f64,
    log: Vec<&'a str>,
}

/// Writes all of it as `slsx/invoke/1`.
pub fn json(out: &mut impl Write, view: &View<'_>) -> io::Result<()> {
    let report = view.report.as_ref();
    let report = Report {
        schema: "slsx/invoke/1",
        function: view.function,
        local: view.is_local,
        request_id: view.request_id,
        function_error: view.function_error,
        payload: serde_json::from_str(view.payload)
            .unwrap_or_else(|_| Value::String(view.payload.to_owned())),
        duration_ms: report.map(|report| report.duration_ms),
        billed_ms: report.and_then(|report| report.billed_ms),
        init_ms: report.and_then(|report| report.init_ms),
        max_memory_mb: report.and_then(|report| report.max_memory_mb),
        client_ms: view.client_ms,
        log: view.log_tail.lines().collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coldstart::report_line;

    const TAIL: &str = "START RequestId: 7 Version: $LATEST\n[ERROR]\t2026-01-01T00:00:00.000Z\t7\tno such order\nEND RequestId: 7\nREPORT RequestId: 7\tDuration: 2.31 ms\tBilled Duration: 240 ms\tMemory Size: 128 MB\tMax Memory Used: 39 MB\tInit Duration: 236.50 ms\t\n";

    fn view(error: Option<&'static str>) -> View<'static> {
        View {
            function: "ReadFunction",
            is_local: true,
            request_id: "7",
            function_error: error,
            payload: "{\"id\":7}",
            log_tail: TAIL,
            report: report_line::find(TAIL, "7"),
            client_ms: 260.25,
        }
    }

    #[test]
    fn people_see_the_log_and_the_figures() {
        let mut out = Vec::new();
        around(&mut out, Style::plain(100), &view(Some("Unhandled"))).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @"
        START RequestId: 7 Version: $LATEST
        ERROR  no such order
        END RequestId: 7
        REPORT RequestId: 7  Duration: 2.31 ms  Billed Duration: 240 ms  Memory Size: 128 MB  Max Memory Used: 39 MB  Init Duration: 236.50 ms
        FAIL ReadFunction failed (Unhandled) in 2.3 ms local, after a cold start of 236.5 ms, 240 ms billed, 39 MB used
        ");
        let mut out = Vec::new();
        around(&mut out, Style::plain(100), &View { report: None, log_tail: "", ..view(None) }).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "ok ReadFunction answered in 260.2 ms local, seen from here\n");
    }

    #[test]
    fn programs_get_the_answer_as_a_value() {
        let mut out = Vec::new();
        json(&mut out, &view(None)).unwrap();
        let value: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!((&value["payload"]["id"], &value["init_ms"]), (&7.into(), &236.5.into()));
        assert_eq!(value["log"].as_array().unwrap().len(), 4);
    }
}
