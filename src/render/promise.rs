//! Shows whether a promise was kept, with its timeline and figures; judges nothing.

mod checks;
mod gantt;
mod json;

pub use checks::checks;
pub use gantt::gantt;
pub use json::verify_json;

use std::io::{self, Write};

use super::style::{Style, printable};
use crate::promise::{CheckKind, Conclusion, Outcome, Verdict};

/// Writes the timeline, the checks and what they come to.
pub fn verdict(out: &mut impl Write, style: Style, found: &Verdict, is_local: bool) -> io::Result<()> {
    gantt(out, style, &found.timeline, is_local)?;
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

/// What a check is about, for people.
const fn label(kind: CheckKind) -> &'static str {
    match kind {
        CheckKind::Runs => "runs",
        CheckKind::Makespan => "makespan",
        CheckKind::Overlap => "overlap",
        CheckKind::DeadLetters => "dead letters",
    }
}

/// A worker's name as it may be shown.
fn worker_name(name: &str) -> std::borrow::Cow<'_, str> {
    printable(name)
}

#[cfg(test)]
mod tests;
