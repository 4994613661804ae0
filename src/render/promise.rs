//! Shows whether a promise was kept, with what was seen and its figures; judges nothing.

mod api;
mod buffer;
mod checks;
mod fan_out;
mod gantt;
mod json;
mod read_model;
mod workflow;

pub use checks::checks;
pub use gantt::gantt;
pub use json::verify_json;

use std::io::{self, Write};

use super::style::{Style, printable};
use crate::promise::web::Answers;
use crate::promise::{CheckKind, Conclusion, Evidence, Outcome, Verdict};

/// Writes what was seen, the checks and what they come to.
pub fn verdict(out: &mut impl Write, style: Style, found: &Verdict, is_local: bool) -> io::Result<()> {
    match &found.evidence {
        Evidence::FanOut(seen) => gantt(out, style, &seen.timeline, is_local)?,
        Evidence::Api(seen) => api::steps(out, style, seen, is_local)?,
        Evidence::Workflow(seen) => workflow::timelines(out, style, seen, is_local)?,
        // Their figures are all in the checks.
        Evidence::Buffer(_) | Evidence::ReadModel(_) => {}
    }
    checks(out, style, found, is_local)?;
    let broken = names(found, |outcome| matches!(outcome, Outcome::Broken));
    let untold = names(found, |outcome| matches!(outcome, Outcome::Inconclusive(_)));
    match found.conclusion() {
        Conclusion::Kept => writeln!(out, "{}", style.green("promise kept")),
        Conclusion::Broken => writeln!(out, "{}: {broken}", style.red("promise broken")),
        Conclusion::Inconclusive => {
            writeln!(out, "{}: {untold}", style.yellow("promise neither kept nor broken"))
        }
    }
}

fn names(found: &Verdict, is_wanted: fn(&Outcome) -> bool) -> String {
    let names: Vec<_> = found
        .checks
        .iter()
        .filter(|check| is_wanted(&check.outcome))
        .map(|check| check.kind.as_str())
        .collect();
    names.join(", ")
}

/// The unit of every time; a time measured on local AWS says so.
const fn unit(is_local: bool) -> &'static str {
    if is_local { "ms local" } else { "ms" }
}

/// The same for longer times.
const fn second_unit(is_local: bool) -> &'static str {
    if is_local { "s local" } else { "s" }
}

/// The same for how many there are in a second.
const fn rate_unit(is_local: bool) -> &'static str {
    if is_local { "each second local" } else { "each second" }
}

/// What a check is about, for people.
const fn label(kind: CheckKind) -> &'static str {
    match kind {
        CheckKind::DeadLetters => "dead letters",
        CheckKind::UnknownRoute => "no such route",
        CheckKind::Survival => "after load",
        CheckKind::OutOfOrder => "out of order",
        other @ (CheckKind::Runs
        | CheckKind::Makespan
        | CheckKind::Overlap
        | CheckKind::Failure
        | CheckKind::Recovery
        | CheckKind::Contract
        | CheckKind::Rate
        | CheckKind::Latency
        | CheckKind::Accepted
        | CheckKind::Concurrency
        | CheckKind::Effect
        | CheckKind::Poison
        | CheckKind::Drained
        | CheckKind::Endings
        | CheckKind::Path
        | CheckKind::Retries
        | CheckKind::Callbacks
        | CheckKind::Commands
        | CheckKind::Fold
        | CheckKind::Queries
        | CheckKind::Lag
        | CheckKind::Duplicate
        | CheckKind::Replay
        | CheckKind::Reports) => other.as_str(),
    }
}

/// How requests were answered: `200 x 998, 429 x 2, no answer x 1`.
fn answers(answers: &Answers) -> String {
    let parts: Vec<String> = answers
        .iter()
        .map(|(status, count)| match status {
            Some(status) => format!("{status} x {count}"),
            None => format!("no answer x {count}"),
        })
        .collect();
    parts.join(", ")
}

/// A worker's name as it may be shown.
fn worker_name(name: &str) -> std::borrow::Cow<'_, str> {
    printable(name)
}

#[cfg(test)]
mod tests;
