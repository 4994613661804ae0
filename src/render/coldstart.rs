//! Cold-start plans and reports as text and JSON; every figure that was not measured on AWS says "local".

mod costs;
mod explanation;
mod histogram;
mod history;
pub mod page;
mod plan;
pub mod plots;
mod tables;
mod verdicts;

use std::io::{self, Write};

use serde::Serialize;

use super::grid::Grid;
use super::style::Style;
use crate::coldstart::Strategy;
use crate::coldstart::plan::Plan;
use crate::coldstart::report::{FunctionReport, PageCache, Report};
use crate::coldstart::statistics::{Estimate, Summary};
use crate::journal::Place;

pub use explanation::{Explanations, explanations, explanations_json, explanations_markdown};
pub use history::{history, history_csv, history_json, history_markdown};
pub use plan::{plan, summary};
pub use tables::{csv, markdown};

#[derive(Serialize)]
struct Document<'a, T> {
    schema: &'static str,
    local: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<&'a T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<&'a T>,
}

/// Schema `slsx/coldstart-bench/1`: a report.
///
/// # Errors
/// When the writer fails.
pub fn json(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let local = report.place.is_local();
    write_json(&Document { schema: "slsx/coldstart-bench/1", local, plan: None, report: Some(report) }, out)
}

/// Schema `slsx/coldstart-bench-plan/1`: what a run would do.
///
/// # Errors
/// When the writer fails.
pub fn plan_json(plan: &Plan, out: &mut impl Write) -> io::Result<()> {
    let local = plan.place.is_local();
    write_json(
        &Document { schema: "slsx/coldstart-bench-plan/1", local, plan: Some(plan), report: None },
        out,
    )
}

fn write_json(document: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    writeln!(out)
}

/// A report for people.
///
/// # Errors
/// When the writer fails.
pub fn human(report: &Report, style: Style, out: &mut impl Write) -> io::Result<()> {
    let unit = unit(&report.place);
    writeln!(out, "Cold starts in {}", report.place)?;
    if report.place.is_local() {
        writeln!(
            out,
            "Every figure below is local: it was measured on this machine, and AWS's own figures differ."
        )?;
    }
    writeln!(out)?;
    writeln!(out, "Init or Restore Duration, {unit}; below each quantile its 95 % interval")?;
    quantiles(&report.functions).write(style, out)?;
    writeln!(out)?;
    histogram::histograms(report, style, out)?;
    writeln!(out, "Where the time of a cold invoke goes, median {unit}")?;
    parts(report).write(style, out)?;
    writeln!(out)?;
    costs::costs(report, style, out)?;
    verdicts::comparisons(report, style, out)?;
    verdicts::gates(&report.gates, style, out)?;
    for function in &report.functions {
        remarks(function, out)?;
    }
    writeln!(out)?;
    closing(report, out)
}

/// How it was measured, and what that means for the figures.
fn closing(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let how = how(report);
    let seconds = seconds(report.elapsed_ms);
    writeln!(out, "{how}, functions interleaved (seed {}), {seconds:.1} s in all.", report.seed)?;
    if report.page_cache.is_some() {
        return writeln!(
            out,
            "Init: from before the process is started to its first request for an event. Processor: the time \
             of all its\nthreads until then, which is less disturbed by other work. MAD: median distance from p50."
        );
    }
    if report.place.is_local() {
        writeln!(
            out,
            "Few environments start at once here: waiting for their turn is in the platform time."
        )?;
    }
    writeln!(
        out,
        "Starts in a burst tend to be faster than single ones: compare bursts with bursts.\n\
         MAD: median distance from p50. Platform: client time without init, handler and a warm round trip."
    )
}

/// How starts were forced.
const fn how(report: &Report) -> &'static str {
    match (report.page_cache, report.strategy) {
        (Some(PageCache::Cold), _) => "Fresh processes of this machine, their code read from the disk",
        (Some(PageCache::Warm), _) => "Fresh processes of this machine, their code in memory",
        (None, Strategy::Version) => "Bursts on freshly published versions",
        (None, Strategy::Serial) => "Single starts, each on a freshly published version",
        (None, Strategy::Tenant) => "Bursts of calls, each for a tenant of its own",
    }
}

fn quantiles(functions: &[FunctionReport]) -> Grid {
    let mut grid = Grid::new(&["function", "n", "min", "p50", "p90", "p95", "p99", "max", "MAD"]);
    for function in functions {
        for (kind, summary) in [("", &function.init), (" (restore)", &function.restore)] {
            let Some(summary) = summary else { continue };
            let mut row =
                vec![format!("{}{kind}", function.label()), summary.n.to_string(), number(summary.min)];
            row.extend([&summary.p50, &summary.p90, &summary.p95, &summary.p99].map(estimate));
            row.extend([number(summary.max), number(summary.mad)]);
            grid.row(row);
        }
    }
    grid
}

fn parts(report: &Report) -> Grid {
    let is_machine = report.page_cache.is_some();
    let columns: &[&str] = if is_machine {
        &["function", "init", "processor", "memory MB", "first invocation", "first start"]
    } else {
        &["function", "init", "handler", "platform", "client", "warm round trip", "first after change"]
    };
    let mut grid = Grid::new(columns);
    let median = |summary: Option<&Summary>| {
        summary.map_or_else(|| "-".to_owned(), |summary| number(summary.p50.value))
    };
    for function in &report.functions {
        let (init, handler) = (median(function.starts()), median(function.duration.as_ref()));
        let first = median(function.first_after_change.as_ref());
        grid.row(if is_machine {
            let memory = function.samples.iter().filter_map(|sample| sample.max_memory_mb).reduce(f64::max);
            let memory = memory.map_or_else(|| "-".to_owned(), number);
            vec![function.label(), init, median(function.cpu.as_ref()), memory, handler, first]
        } else {
            let trip = function.warm_round_trip.map_or_else(|| "-".to_owned(), number);
            let (platform, client) = (median(function.platform.as_ref()), median(function.client.as_ref()));
            vec![function.label(), init, handler, platform, client, trip, first]
        });
    }
    grid
}

fn remarks(function: &FunctionReport, out: &mut impl Write) -> io::Result<()> {
    let subject = &function.subject;
    let package = subject.runtime.as_deref().unwrap_or("container image");
    writeln!(out, "{}: {package}, {}, {} MB", function.label(), subject.architecture, subject.memory_mb)?;
    let dropped: u32 = function.dropped.values().sum();
    let reasons: Vec<String> =
        function.dropped.iter().map(|(reason, count)| format!("{count} {}", reason.text())).collect();
    let reasons = if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join(", ")) };
    writeln!(
        out,
        "  {} in {} of up to {}; {dropped} dropped{reasons}",
        counted(function.calls, "call"),
        counted(function.rounds, "round"),
        function.width
    )?;
    if !function.is_complete() {
        writeln!(
            out,
            "  only {} of the {} wanted: the limit of calls was reached",
            function.n,
            counted(function.wanted, "sample")
        )?;
    }
    if function.init_timeouts > 0 {
        writeln!(
            out,
            "  hit the 10 s limit of the init phase, which then ran again inside the invoke: {}",
            function.init_timeouts
        )?;
    }
    if function.shape.as_ref().is_some_and(|shape| shape.is_bimodal) {
        writeln!(
            out,
            "  its starts seem to be of two kinds: read the whole distribution, not the median alone"
        )?;
    }
    function.notes.iter().try_for_each(|note| writeln!(out, "  {}", note.text()))
}

/// A count with its noun, which takes an s in the plural.
pub fn counted(count: impl TryInto<u64>, noun: &str) -> String {
    match count.try_into().unwrap_or(u64::MAX) {
        1 => format!("1 {noun}"),
        many => format!("{many} {noun}s"),
    }
}

fn estimate(estimate: &Estimate) -> String {
    match estimate.interval {
        Some(interval) => {
            format!("{}\n[{}, {}]", number(estimate.value), number(interval.low), number(interval.high))
        }
        None => format!("{}\nn too small\n(needs {})", number(estimate.value), estimate.needs),
    }
}

fn number(milliseconds: f64) -> String {
    format!("{milliseconds:.1}")
}

/// Cents have four more digits here: a whole run costs less than one.
fn usd(amount: f64) -> String {
    format!("USD {amount:.4}")
}

fn moment(milliseconds: u64) -> String {
    let milliseconds = i64::try_from(milliseconds).unwrap_or_default();
    jiff::Timestamp::from_millisecond(milliseconds)
        .map(|moment| moment.strftime("%Y-%m-%d %H:%M UTC").to_string())
        .unwrap_or_default()
}

const fn unit(place: &Place) -> &'static str {
    if place.is_local() { "local milliseconds" } else { "milliseconds" }
}

fn seconds(milliseconds: u64) -> f64 {
    std::time::Duration::from_millis(milliseconds).as_secs_f64()
}

#[cfg(test)]
mod tests;
