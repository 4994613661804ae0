//! Comparisons and limits of a cold-start report, for people.

use std::io::{self, Write};

use super::{moment, number};
use crate::coldstart::gate::Verdict;
use crate::coldstart::report::{Compared, Report};
use crate::render::grid::Grid;
use crate::render::style::{Style, printable};

/// Writes how much slower or faster each function starts than the baseline.
pub(super) fn comparisons(report: &Report, style: Style, out: &mut impl Write) -> io::Result<()> {
    let Some(first) = report.comparisons.first() else { return Ok(()) };
    match first.saved_ms {
        None => {
            writeln!(out, "Compared with {}, measured in turns with the others", printable(&first.baseline))?
        }
        Some(saved) => writeln!(out, "{}", warning(saved))?,
    }
    let mut grid = Grid::new(&["function", "shift", "95 % interval", "ratio", "delta", "p", "detectable"]);
    for Compared { other, comparison, .. } in &report.comparisons {
        let interval = comparison.interval.map_or_else(
            || "n too small".to_owned(),
            |interval| format!("[{}, {}]", signed(interval.low), signed(interval.high)),
        );
        grid.row(vec![
            other.clone(),
            signed(comparison.shift),
            interval,
            format!("{:.3}", comparison.ratio),
            format!("{:+.2}", comparison.delta),
            p(comparison.p),
            number(comparison.detectable),
        ]);
    }
    grid.write(style, out)?;
    for compared in &report.comparisons {
        writeln!(out, "{}: {}", printable(&compared.other), sentence(compared))?;
    }
    writeln!(out)
}

/// What a comparison with another day is worth.
pub(super) fn warning(saved_ms: u64) -> String {
    format!(
        "Compared with an earlier run ({}). On two days, the same function differs from itself in 14 to 21 of 100\n\
         comparisons that should say so in 5: only differences of 10 % and more are told. --against measures in turns.",
        moment(saved_ms)
    )
}

/// What a comparison says, in one sentence.
pub(super) fn sentence(compared: &Compared) -> String {
    let Compared { comparison, .. } = compared;
    let shift = number(comparison.shift.abs());
    if !comparison.is_significant {
        return format!(
            "no difference that is more than chance; {} ms would be found four times out of five",
            number(comparison.detectable)
        );
    }
    let way = if comparison.shift > 0.0 { "slower" } else { "faster" };
    format!("{shift} ms {way}, which is more than chance (p {})", p(comparison.p))
}

/// Writes which limits were kept.
pub(super) fn gates(verdicts: &[Verdict], style: Style, out: &mut impl Write) -> io::Result<()> {
    for verdict in verdicts {
        let mark = if verdict.is_kept { style.passed() } else { style.failed() };
        let chance = if verdict.may_be_chance { ", over it by what may be chance" } else { "" };
        writeln!(
            out,
            "{mark} {} {}: {} ms of {} ms{chance}",
            printable(&verdict.function),
            verdict.gate,
            number(verdict.value),
            number(verdict.limit)
        )?;
    }
    if verdicts.is_empty() { Ok(()) } else { writeln!(out) }
}

/// The same as a list in Markdown.
pub(super) fn markdown(verdicts: &[Verdict], out: &mut impl Write) -> io::Result<()> {
    for verdict in verdicts {
        let mark = if verdict.is_kept { "kept" } else { "**broken**" };
        let (value, limit) = (number(verdict.value), number(verdict.limit));
        writeln!(out, "- `{}` {mark}: `{}` at {value} ms of {limit} ms", verdict.gate, verdict.function)?;
    }
    Ok(())
}

fn signed(milliseconds: f64) -> String {
    format!("{milliseconds:+.1}")
}

/// A probability; below a thousandth its digits say nothing.
fn p(value: f64) -> String {
    if value < 0.001 { "< 0.001".to_owned() } else { format!("{value:.3}") }
}
