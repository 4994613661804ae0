//! The checks of a promise, each with its figures, and every problem by name.

use std::io::{self, Write};

use super::{api, buffer, fan_out, label, read_model, workflow};
use crate::promise::{Check, CheckKind, Evidence, Outcome, Verdict};
use crate::render::style::{Style, printable};

/// The width that the labels of most checks have.
const LABEL: usize = 12;

/// More problems of one check than this are only counted.
const SHOWN: usize = 12;

/// Writes every check with its figures.
pub fn checks(out: &mut impl Write, style: Style, verdict: &Verdict, is_local: bool) -> io::Result<()> {
    let widths = verdict.checks.iter().map(|check| label(check.kind).len());
    let width = widths.max().unwrap_or_default().max(LABEL);
    for check in &verdict.checks {
        let mark = match check.outcome {
            Outcome::Kept => style.passed(),
            Outcome::Broken => style.failed(),
            Outcome::Inconclusive(_) => style.yellow("?"),
            Outcome::Skipped(_) => style.skipped(),
        };
        let mark_width = if style.unicode { 1 } else { 4 };
        let mut told = told(check, verdict, is_local).into_iter();
        let first = told.next().unwrap_or_default();
        writeln!(out, "{mark:<mark_width$} {:<width$}  {first}", label(check.kind))?;
        for more in told {
            writeln!(out, "{:mark_width$} {:width$}  {more}", "", "")?;
        }
    }
    Ok(())
}

/// What a check found: its problems by name, and its figures where it has any.
fn told(check: &Check, verdict: &Verdict, is_local: bool) -> Vec<String> {
    let problems = check.problems.iter().take(SHOWN);
    let mut told: Vec<String> =
        problems.map(|problem| printable(&problem.to_string()).into_owned()).collect();
    let more = check.problems.len().saturating_sub(SHOWN);
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    match check.outcome {
        Outcome::Inconclusive(reason) => told.push(reason.to_owned()),
        Outcome::Skipped(reason) => {
            told.extend(facts(check, verdict, is_local).into_iter().filter(|_| check.measured.is_some()));
            told.push(reason.to_owned());
        }
        Outcome::Kept => told.extend(facts(check, verdict, is_local)),
        Outcome::Broken if told.is_empty() => told.extend(facts(check, verdict, is_local)),
        Outcome::Broken => {}
    }
    told
}

fn facts(check: &Check, verdict: &Verdict, is_local: bool) -> Vec<String> {
    if check.kind == CheckKind::Reports {
        return vec![format!("{} functions reported what they executed", of(check))];
    }
    match &verdict.evidence {
        Evidence::FanOut(seen) => fan_out::facts(check, seen, is_local),
        Evidence::Api(seen) => api::facts(check, seen, is_local),
        Evidence::Buffer(seen) => buffer::facts(check, seen, is_local),
        Evidence::Workflow(seen) => workflow::facts(check, seen, is_local),
        Evidence::ReadModel(seen) => read_model::facts(check, seen, is_local),
    }
}

/// "3 of 4", from a check's figures.
pub(super) fn of(check: &Check) -> String {
    let (measured, limit) = (check.measured.unwrap_or_default(), check.limit.unwrap_or_default());
    format!("{measured:.0} of {limit:.0}")
}
