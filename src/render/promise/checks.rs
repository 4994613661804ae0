//! The checks of a promise, one line each with its figures, and every problem by name.

use std::io::{self, Write};

use super::{label, unit, worker_name};
use crate::promise::schema::Limits;
use crate::promise::{Check, CheckKind, Figures, Outcome, Problem, Verdict};
use crate::render::style::Style;

/// Writes every check with its figures.
pub fn checks(out: &mut impl Write, style: Style, verdict: &Verdict, is_local: bool) -> io::Result<()> {
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
        writeln!(out, "{mark:<mark_width$} {:<12}  {first}", label(check.kind))?;
        for more in told {
            writeln!(out, "{:mark_width$} {:12}  {more}", "", "")?;
        }
    }
    Ok(())
}

/// What a check found: its problems by name, or else its figures.
fn told(check: &Check, verdict: &Verdict, is_local: bool) -> Vec<String> {
    if !check.problems.is_empty() {
        return check.problems.iter().map(sentence).collect();
    }
    let text = match (check.outcome, check.kind) {
        (Outcome::Skipped(reason) | Outcome::Inconclusive(reason), _) => reason.to_owned(),
        (Outcome::Kept | Outcome::Broken, CheckKind::Runs) => {
            "every worker ran as often as promised".to_owned()
        }
        (Outcome::Kept | Outcome::Broken, CheckKind::DeadLetters) => "every queue is empty".to_owned(),
        (Outcome::Kept | Outcome::Broken, CheckKind::Makespan) => {
            return verdict
                .figures
                .map(|figures| makespan(figures, &verdict.limits, is_local))
                .unwrap_or_default();
        }
        (Outcome::Kept | Outcome::Broken, CheckKind::Overlap) => {
            return verdict
                .figures
                .map(|figures| overlap(figures, &verdict.limits, is_local))
                .unwrap_or_default();
        }
    };
    vec![text]
}

fn makespan(figures: Figures, limits: &Limits, is_local: bool) -> Vec<String> {
    let unit = unit(is_local);
    let Figures { makespan_ms, longest_ms, start_skew_ms, .. } = figures;
    let Limits { makespan_factor, overhead_ms, .. } = limits;
    vec![
        format!(
            "{makespan_ms:.0} {unit}, at most {makespan_factor} x {longest_ms:.0} + {overhead_ms} ms promised"
        ),
        format!("starts {start_skew_ms:.0} {unit} apart"),
    ]
}

fn overlap(figures: Figures, limits: &Limits, is_local: bool) -> Vec<String> {
    let unit = unit(is_local);
    let Figures { overlap, sum_ms, .. } = figures;
    let (overlap, promised) = (overlap.unwrap_or_default(), limits.minimum_overlap);
    vec![format!("{overlap:.2} of 1, at least {promised:.2} promised, for {sum_ms:.0} {unit} of work")]
}

fn sentence(problem: &Problem) -> String {
    match problem {
        Problem::Missing { worker, runs, expected } => {
            format!("{} ran {runs} of {expected} times", worker_name(worker))
        }
        Problem::Repeated { worker, runs, expected } => {
            format!("{} ran {runs} times instead of {expected}", worker_name(worker))
        }
        Problem::Failed { worker, request_id } => {
            format!("{} failed (request {})", worker_name(worker), worker_name(request_id))
        }
        Problem::Unreported { worker, request_id } => {
            format!("{} has no REPORT yet (request {})", worker_name(worker), worker_name(request_id))
        }
        Problem::NoResult { worker, request_id } => {
            format!(
                "{} ended without storing a result (request {})",
                worker_name(worker),
                worker_name(request_id)
            )
        }
        Problem::DeadLetters { worker, messages } => {
            format!("the dead-letter queue of {} holds {messages}", worker_name(worker))
        }
    }
}
