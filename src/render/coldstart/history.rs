//! What the logs tell about the past, as text, JSON, CSV and Markdown.

use std::io::{self, Write};

use serde::Serialize;

use super::tables::{cell, field};
use super::{counted, estimate, number, unit, verdicts, write_json};
use crate::coldstart::History;
use crate::coldstart::history::VersionHistory;
use crate::render::grid::Grid;
use crate::render::style::Style;

/// Schema `slsx/coldstart-history/1`.
///
/// # Errors
/// When the writer fails.
pub fn history_json(history: &History, out: &mut impl Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'static str,
        local: bool,
        history: &'a History,
    }
    let local = history.place.is_local();
    write_json(&Document { schema: "slsx/coldstart-history/1", local, history }, out)
}

/// For people.
///
/// # Errors
/// When the writer fails.
pub fn history(history: &History, style: Style, out: &mut impl Write) -> io::Result<()> {
    let days = days(history);
    writeln!(out, "Cold starts in the logs of {}, the last {days}", history.place)?;
    if history.versions.is_empty() {
        return writeln!(out, "No invocation was logged in that time.");
    }
    writeln!(out)?;
    let mut rates = Grid::new(&["function", "version", "invocations", "cold", "rate", "proactive", "failed"]);
    let mut starts = Grid::new(&["function", "version", "n", "p50", "p90", "p95", "p99", "max"]);
    for version in &history.versions {
        rates.row(vec![
            version.function.clone(),
            version.version.clone(),
            version.invocations.to_string(),
            version.cold.to_string(),
            percent(version.cold_rate),
            version.proactive.to_string(),
            version.failed.to_string(),
        ]);
        let Some(summary) = &version.starts else { continue };
        let mut row = vec![version.function.clone(), version.version.clone(), summary.n.to_string()];
        row.extend([&summary.p50, &summary.p90, &summary.p95, &summary.p99].map(estimate));
        row.push(number(summary.max));
        starts.row(row);
    }
    rates.write(style, out)?;
    writeln!(out)?;
    writeln!(
        out,
        "Init or Restore Duration, {}; below each quantile its 95 % interval",
        unit(&history.place)
    )?;
    starts.write(style, out)?;
    writeln!(out)?;
    verdicts::gates(&history.gates, style, out)?;
    for version in history.versions.iter().filter(|version| version.init_timeouts > 0) {
        let starts = counted(version.init_timeouts, "start");
        writeln!(
            out,
            "{}:{}: {starts} hit the 10 s limit of the init phase, which then ran again inside the invoke",
            version.function, version.version
        )?;
    }
    writeln!(
        out,
        "Traffic made these starts, so they depend on one another: the intervals take them for independent.\n\
         Proactive: environments that were started before their first request, which reported no start."
    )
}

/// A line for every version.
///
/// # Errors
/// When the writer fails.
pub fn history_csv(history: &History, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "function,version,local,invocations,cold,cold_rate,proactive,failed,start_p50_ms,start_p90_ms,start_p95_ms,start_p99_ms,start_max_ms"
    )?;
    let local = history.place.is_local();
    for version in &history.versions {
        let quantiles = version.starts.as_ref().map_or_else(
            || ",,,,".to_owned(),
            |starts| {
                let values = [&starts.p50, &starts.p90, &starts.p95, &starts.p99].map(|found| found.value);
                let values = values.into_iter().chain([starts.max]).map(|value| value.to_string());
                values.collect::<Vec<_>>().join(",")
            },
        );
        writeln!(
            out,
            "{},{},{local},{},{},{},{},{},{quantiles}",
            field(&version.function),
            field(&version.version),
            version.invocations,
            version.cold,
            version.cold_rate,
            version.proactive,
            version.failed
        )?;
    }
    Ok(())
}

/// As Markdown.
///
/// # Errors
/// When the writer fails.
pub fn history_markdown(history: &History, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "### Cold starts of the last {} ({})\n", days(history), unit(&history.place))?;
    writeln!(out, "| function | version | invocations | cold | p50 | p95 | p99 | max |")?;
    writeln!(out, "|---|---|--:|--:|--:|--:|--:|--:|")?;
    for version in &history.versions {
        writeln!(
            out,
            "| `{}` | {} | {} | {} ({}) | {} |",
            version.function,
            version.version,
            version.invocations,
            version.cold,
            percent(version.cold_rate),
            cells(version).join(" | ")
        )?;
    }
    writeln!(out)?;
    verdicts::markdown(&history.gates, out)
}

fn cells(version: &VersionHistory) -> Vec<String> {
    match &version.starts {
        Some(starts) => [&starts.p50, &starts.p95, &starts.p99]
            .map(cell)
            .into_iter()
            .chain([number(starts.max)])
            .collect(),
        None => vec!["-".to_owned(); 4],
    }
}

fn percent(part: f64) -> String {
    format!("{:.2} %", part * 100.0)
}

fn days(history: &History) -> String {
    let minutes = history.until_ms.saturating_sub(history.since_ms) / 60_000;
    match (minutes / 1_440, minutes / 60) {
        (days, _) if days >= 2 => counted(days, "day"),
        (_, hours) if hours >= 2 => counted(hours, "hour"),
        _ => counted(minutes, "minute"),
    }
}
