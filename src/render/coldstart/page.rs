//! A report as one HTML page that needs nothing else, and its plots as files.

use std::io;

use minijinja::{AutoEscape, Environment, Value, context};

use super::plots::{Plot, color, dark_rules};
use super::tables::cell;
use super::verdicts::{sentence, warning};
use super::{counted, how, moment, number, unit};
use crate::coldstart::report::{FunctionReport, Report};

const TEMPLATE: &str = include_str!("page/report.html.j2");
/// By this, a page or a drawing of ours is known.
pub const GENERATOR: &str = concat!("slsx ", env!("CARGO_PKG_VERSION"));

/// The page.
///
/// # Errors
/// When a value cannot be written, which would be a fault of this program.
pub fn page(report: &Report, plots: &[Plot]) -> io::Result<String> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let functions: Vec<Value> = with_starts(report).enumerate().map(|(index, one)| row(index, one)).collect();
    let figures = plots.iter().map(|plot| context! { title => plot.title, svg => safe(&plot.svg) });
    let values = context! {
        generator => GENERATOR,
        place => report.place.to_string(),
        local => report.place.is_local(),
        unit => unit(&report.place),
        started => moment(report.started_ms),
        how => how(report),
        seed => report.seed.to_string(),
        run => report.run.to_string(),
        dark => safe(&dark_rules()),
        functions => functions,
        figures => figures.collect::<Vec<_>>(),
        warning => report.comparisons.iter().find_map(|compared| compared.saved_ms).map(warning),
        comparisons => comparisons(report),
        gates => gates(report),
    };
    environment.render_str(TEMPLATE, values).map_err(io::Error::other)
}

/// A drawing that stands alone.
#[must_use]
pub fn drawing(plot: &Plot) -> String {
    let style = format!("<!-- {GENERATOR} --><style>{}</style>", dark_rules());
    match plot.svg.find('>') {
        Some(end) => {
            let (head, rest) = plot.svg.split_at(end + 1);
            format!("{head}{style}{rest}")
        }
        None => plot.svg.clone(),
    }
}

fn with_starts(report: &Report) -> impl Iterator<Item = &FunctionReport> {
    report.functions.iter().filter(|function| function.starts().is_some())
}

fn row(index: usize, function: &FunctionReport) -> Value {
    let subject = &function.subject;
    let quantiles: Vec<String> = function
        .starts()
        .map(|starts| [&starts.p50, &starts.p90, &starts.p95, &starts.p99].map(cell).into())
        .unwrap_or_default();
    let median = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), number);
    let dropped: Vec<String> =
        function.dropped.iter().map(|(reason, count)| format!("{count} {}", reason.text())).collect();
    let mut remarks: Vec<String> = function.notes.iter().map(|note| note.text().to_owned()).collect();
    remarks.extend((!dropped.is_empty()).then(|| format!("Dropped: {}.", dropped.join(", "))));
    context! {
        color => color(index),
        label => function.label(),
        what => format!(
            "{}, {}, {} MB",
            subject.runtime.as_deref().unwrap_or("container image"), subject.architecture, subject.memory_mb
        ),
        n => function.n,
        quantiles => quantiles,
        max => median(function.starts().map(|starts| starts.max)),
        handler => median(function.duration.as_ref().map(|summary| summary.p50.value)),
        platform => median(function.platform.as_ref().map(|summary| summary.p50.value)),
        client => median(function.client.as_ref().map(|summary| summary.p50.value)),
        first => median(function.first_after_change.as_ref().map(|summary| summary.p50.value)),
        cost => function.per_million.and_then(|cost| cost.cold_usd).map(|usd| format!("{usd:.2}")),
        calls => counted(function.calls, "call"),
        rounds => counted(function.rounds, "round"),
        remarks => remarks,
    }
}

fn comparisons(report: &Report) -> Vec<Value> {
    let one = |compared: &crate::coldstart::report::Compared| {
        context! { other => &compared.other, baseline => &compared.baseline, sentence => sentence(compared) }
    };
    report.comparisons.iter().map(one).collect()
}

fn gates(report: &Report) -> Vec<Value> {
    let one = |verdict: &crate::coldstart::gate::Verdict| {
        context! {
            kept => verdict.is_kept,
            gate => &verdict.gate,
            function => &verdict.function,
            value => number(verdict.value),
            limit => number(verdict.limit),
        }
    };
    report.gates.iter().map(one).collect()
}

fn safe(text: &str) -> Value {
    Value::from_safe_string(text.to_owned())
}

#[cfg(test)]
mod tests;
