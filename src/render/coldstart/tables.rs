//! A cold-start report as a table for other programs, or for a pull request.

use std::io::{self, Write};

use super::verdicts::sentence;
use super::{number, unit};
use crate::coldstart::report::{FunctionReport, Report};
use crate::coldstart::sample::Start;
use crate::coldstart::statistics::Estimate;

/// Every sample in a line of its own, times in milliseconds (RFC 4180).
///
/// # Errors
/// When the writer fails.
pub fn csv(report: &Report, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "function,strategy,local,round,start,start_ms,duration_ms,billed_ms,client_ms,max_memory_mb,init_timed_out"
    )?;
    let local = report.place.is_local();
    for function in &report.functions {
        for sample in &function.samples {
            let start = match sample.start {
                Start::Init => "init",
                Start::Restore => "restore",
            };
            writeln!(
                out,
                "{},{},{local},{},{start},{},{},{},{},{},{}",
                field(&function.label()),
                report.strategy.word(),
                sample.round,
                sample.start_ms,
                sample.duration_ms,
                optional(sample.billed_ms),
                sample.client_ms,
                optional(sample.max_memory_mb),
                sample.has_init_timed_out
            )?;
        }
    }
    Ok(())
}

/// A value with what separates values in it is quoted.
pub(super) fn field(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn optional(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// The figures as Markdown, for the comment of a pull request.
///
/// # Errors
/// When the writer fails.
pub fn markdown(report: &Report, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "### Cold starts ({}, {})", report.strategy.word(), unit(&report.place))?;
    writeln!(out)?;
    writeln!(out, "| function | n | p50 | p90 | p95 | p99 | max |")?;
    writeln!(out, "|---|--:|--:|--:|--:|--:|--:|")?;
    for function in &report.functions {
        row(function, out)?;
    }
    writeln!(out)?;
    if let Some(saved) = report.comparisons.iter().find_map(|compared| compared.saved_ms) {
        writeln!(out, "{}\n", super::verdicts::warning(saved))?;
    }
    for compared in &report.comparisons {
        writeln!(out, "- `{}` against `{}`: {}", compared.other, compared.baseline, sentence(compared))?;
    }
    super::verdicts::markdown(&report.gates, out)?;
    writeln!(
        out,
        "\n<sub>95 % order-statistic intervals in brackets. Seed {}, {} samples dropped.</sub>",
        report.seed,
        report.functions.iter().flat_map(|function| function.dropped.values()).sum::<u32>()
    )
}

fn row(function: &FunctionReport, out: &mut impl Write) -> io::Result<()> {
    let Some(starts) = function.starts() else { return Ok(()) };
    let cells: Vec<String> = [&starts.p50, &starts.p90, &starts.p95, &starts.p99].map(cell).into();
    writeln!(
        out,
        "| `{}` | {} | {} | {} |",
        function.label(),
        starts.n,
        cells.join(" | "),
        number(starts.max)
    )
}

pub(super) fn cell(estimate: &Estimate) -> String {
    match estimate.interval {
        Some(interval) => {
            format!("{} [{}, {}]", number(estimate.value), number(interval.low), number(interval.high))
        }
        None => format!("{} (n too small)", number(estimate.value)),
    }
}
