//! The timeline as a small Gantt chart that fits the width: one line for each execution, a fresh start drawn apart.

use std::io::{self, Write};

use super::{unit, worker_name};
use crate::promise::fan_out::{Execution, Timeline};
use crate::render::style::{Paint, Style};

/// Fewer columns than this show nothing.
const NARROWEST: usize = 8;
/// More columns than this add nothing.
const WIDEST: usize = 60;
const LABEL: usize = 24;

/// Where a bar begins and ends on the chart, milliseconds from its left edge.
struct Bar<'a> {
    execution: &'a Execution,
    init_ms: f64,
    start_ms: f64,
    end_ms: f64,
}

/// Writes the chart; nothing when nothing ran.
pub fn gantt(out: &mut impl Write, style: Style, timeline: &Timeline, is_local: bool) -> io::Result<()> {
    let bars = bars(timeline);
    let span_ms = bars.iter().map(|bar| bar.end_ms).fold(0.0, f64::max);
    if bars.is_empty() {
        return Ok(());
    }
    let figures: Vec<String> = bars.iter().map(|bar| figure(bar.execution, is_local)).collect();
    let figure_width = figures.iter().map(String::len).max().unwrap_or_default();
    let names = bars.iter().map(|bar| worker_name(&bar.execution.worker).chars().count());
    let room = style.width.saturating_sub(figure_width + NARROWEST + 4);
    let label_width = names.max().unwrap_or_default().min(LABEL).min(style.width / 4).min(room);
    let chart = style.width.saturating_sub(label_width + figure_width + 4).clamp(NARROWEST, WIDEST);
    for (bar, figure) in bars.iter().zip(&figures) {
        let name = worker_name(&bar.execution.worker);
        let drawn = draw(bar, style, span_ms, chart);
        writeln!(out, "{:<label_width$}  {drawn}  {figure:>figure_width$}", style.cut(&name, label_width))?;
    }
    writeln!(out, "{:label_width$}  {}", "", style.dim(&axis(span_ms, chart, style, is_local)))?;
    let legend = format!("{} fresh start  {} handler", init_cell(style), handler_cell(style));
    writeln!(out, "{:label_width$}  {}", "", style.dim(&legend))
}

/// The left edge is the first thing that happened: a start, or the fresh start before it.
fn bars(timeline: &Timeline) -> Vec<Bar<'_>> {
    let Some(first) = timeline.executions.iter().map(|execution| execution.start_ms).min() else {
        return Vec::new();
    };
    let offset = |execution: &Execution| {
        std::time::Duration::from_millis(execution.start_ms.saturating_sub(first)).as_secs_f64() * 1000.0
    };
    let init = |execution: &Execution| execution.report.and_then(|report| report.init_ms).unwrap_or_default();
    let left =
        timeline.executions.iter().map(|execution| offset(execution) - init(execution)).fold(0.0, f64::min);
    timeline
        .executions
        .iter()
        .map(|execution| {
            let start_ms = offset(execution) - left;
            let duration_ms = execution.report.map(|report| report.duration_ms).unwrap_or_default();
            let init_ms = start_ms - init(execution);
            Bar { execution, init_ms, start_ms, end_ms: start_ms + duration_ms }
        })
        .collect()
}

fn draw(bar: &Bar<'_>, style: Style, span_ms: f64, chart: usize) -> String {
    // A handler that ends at once at the very end still gets the last column, and no more.
    let start = column(bar.start_ms, span_ms, chart).min(chart - 1);
    let init = column(bar.init_ms, span_ms, chart).min(start);
    let end = column(bar.end_ms, span_ms, chart).max(start + 1);
    let has_failed = bar.execution.report.is_none_or(|report| report.has_failed);
    let handler = handler_cell(style).repeat(end - start);
    let paint = if has_failed { Paint::Red } else { Paint::Green };
    format!(
        "{}{}{}{}",
        " ".repeat(init),
        style.yellow(&init_cell(style).repeat(start - init)),
        style.paint(paint, &handler),
        " ".repeat(chart - end)
    )
}

const fn init_cell(style: Style) -> &'static str {
    style.symbol("░", ".")
}

const fn handler_cell(style: Style) -> &'static str {
    style.symbol("█", "#")
}

/// The column of an instant, 0 to `chart`.
fn column(at_ms: f64, span_ms: f64, chart: usize) -> usize {
    if span_ms <= 0.0 {
        return 0;
    }
    ((at_ms / span_ms * chart as f64).round() as usize).min(chart)
}

fn figure(execution: &Execution, is_local: bool) -> String {
    let unit = unit(is_local);
    match execution.report {
        None => "not reported".to_owned(),
        Some(report) => {
            let init = report.init_ms.map(|init_ms| format!("{init_ms:.0} + ")).unwrap_or_default();
            let failed = if report.has_failed { ", failed" } else { "" };
            format!("{init}{:.0} {unit}{failed}", report.duration_ms)
        }
    }
}

/// Round times under the chart, as many as fit, and the unit.
fn axis(span_ms: f64, chart: usize, style: Style, is_local: bool) -> String {
    let step = step(span_ms);
    let mut axis = String::from("0");
    let mut at_ms = step;
    while at_ms <= span_ms {
        let label = format!("{at_ms:.0}");
        let at = column(at_ms, span_ms, chart);
        let used = axis.chars().count();
        if at + label.len() > chart {
            break;
        }
        if at > used {
            axis.push_str(&" ".repeat(at - used));
            axis.push_str(&label);
        }
        at_ms += step;
    }
    let room = style.width.saturating_sub(axis.len());
    let unit = unit(is_local);
    if room > unit.len() { format!("{axis} {unit}") } else { axis }
}

/// A fifth of the span or a little more, rounded to 1, 2 or 5 times a power of ten.
fn step(span_ms: f64) -> f64 {
    let least = (span_ms / 5.0).max(1.0);
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= least)
        .unwrap_or(10.0 * power)
}
