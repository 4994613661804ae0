//! Judges a timeline by a promise: every worker ran, all at the same time; every judgement carries its figures.

use super::failure::{self, Refusal};
use super::schema::{FanOut, Limits};
use super::timeline::{Execution, Timeline};
use crate::promise::check::kept_if;
use crate::promise::executions::milliseconds;
use crate::promise::{Check, CheckKind, Evidence, Outcome, Problem, Verdict};

/// Below this much work that could overlap, the jitter of START times decides, not the architecture.
const OVERLAP_NEEDS_MS: f64 = 100.0;

/// What was seen of a fan-out.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// What happened for the good upload.
    pub timeline: Timeline,
    /// What was measured; none when nothing was reported.
    pub figures: Option<Figures>,
    /// What it was held against.
    pub limits: Limits,
    /// What happened to the bad upload, if there was one.
    pub refusal: Option<Refusal>,
}

/// What a timeline measures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// From the first begin, fresh environments included, to the last end.
    pub makespan_ms: f64,
    /// The longest execution, its fresh environment included.
    pub longest_ms: f64,
    /// All executions one after the other.
    pub sum_ms: f64,
    /// From the first begin to the last begin.
    pub start_skew_ms: f64,
    /// How much of what could overlap did: 1 all at once, 0 or less one after the other.
    pub overlap: Option<f64>,
}

/// How many messages a worker's dead-letter queue holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetters {
    /// The worker.
    pub worker: String,
    /// How many messages.
    pub messages: u64,
}

/// Judges what happened. `dead_letters` holds every queue that was looked into after the run.
#[must_use]
pub fn judge(
    run: &str,
    promise: &FanOut,
    timeline: Timeline,
    dead_letters: &[DeadLetters],
    refusal: Option<Refusal>,
) -> Verdict {
    let figures = figures(&timeline);
    let runs = runs(promise, &timeline);
    let is_whole = timeline.is_complete(promise);
    let measured = figures.filter(|_| is_whole);
    let mut checks = vec![
        runs,
        makespan(&promise.checks, measured),
        overlap(&promise.checks, measured, timeline.executions.len()),
        letters(dead_letters),
    ];
    checks.extend(failure::checks(promise, refusal.as_ref()));
    let seen = Seen { timeline, figures, limits: promise.checks.clone(), refusal };
    Verdict { run: run.to_owned(), checks, evidence: Evidence::FanOut(seen) }
}

/// An execution lasts from the start of its environment to the end of its handler: waiting for a fresh environment
/// is part of what an upload takes, and how long that is says nothing about whether the workers wait for each other.
fn figures(timeline: &Timeline) -> Option<Figures> {
    let origin_ms = timeline.executions.iter().map(|execution| execution.start_ms).min()?;
    let spans: Vec<(f64, f64)> = timeline
        .executions
        .iter()
        .filter_map(|execution| {
            let report = execution.report?;
            let init_ms = report.init_ms.unwrap_or_default();
            Some((since(origin_ms, execution.start_ms) - init_ms, init_ms + report.duration_ms))
        })
        .collect();
    let begin_ms = spans.iter().map(|(begin, _)| *begin).reduce(f64::min)?;
    let last_begin_ms = spans.iter().map(|(begin, _)| *begin).reduce(f64::max)?;
    let makespan_ms = spans.iter().map(|(begin, length)| begin + length).fold(begin_ms, f64::max) - begin_ms;
    let longest_ms = spans.iter().map(|(_, length)| *length).fold(0.0, f64::max);
    let sum_ms: f64 = spans.iter().map(|(_, length)| *length).sum();
    let overlap = (sum_ms > longest_ms).then(|| (sum_ms - makespan_ms) / (sum_ms - longest_ms));
    Some(Figures { makespan_ms, longest_ms, sum_ms, start_skew_ms: last_begin_ms - begin_ms, overlap })
}

fn since(first_ms: u64, at_ms: u64) -> f64 {
    milliseconds(at_ms.saturating_sub(first_ms))
}

pub(super) fn runs(promise: &FanOut, timeline: &Timeline) -> Check {
    let expected = usize::try_from(promise.checks.runs_each).unwrap_or(usize::MAX);
    let mut problems = Vec::new();
    for worker in &promise.workers {
        let runs = timeline.of(&worker.name).count();
        let worker = worker.name.clone();
        match runs.cmp(&expected) {
            std::cmp::Ordering::Less => problems.push(Problem::Missing { worker, runs, expected }),
            std::cmp::Ordering::Equal => {}
            std::cmp::Ordering::Greater => problems.push(Problem::Repeated { worker, runs, expected }),
        }
    }
    problems.extend(timeline.executions.iter().filter_map(problem_of));
    Check::by_problems(CheckKind::Runs, problems)
}

fn problem_of(execution: &Execution) -> Option<Problem> {
    let worker = execution.worker.clone();
    let request_id = execution.request_id.clone();
    match execution.report {
        None => Some(Problem::Unreported { worker, request_id }),
        Some(report) if report.has_failed => Some(Problem::Failed { worker, request_id }),
        Some(_) if !execution.has_result => Some(Problem::NoResult { worker, request_id }),
        Some(_) => None,
    }
}

fn makespan(limits: &Limits, figures: Option<Figures>) -> Check {
    let Some(figures) = figures else { return untold(CheckKind::Makespan) };
    let limit = limits.makespan_factor * figures.longest_ms + milliseconds(limits.overhead_ms);
    Check::by_figure(CheckKind::Makespan, figures.makespan_ms <= limit, figures.makespan_ms, limit)
}

/// Workers may differ a lot in length, so what is judged is the part of the work that could overlap at all.
fn overlap(limits: &Limits, figures: Option<Figures>, executions: usize) -> Check {
    let Some(figures) = figures else { return untold(CheckKind::Overlap) };
    let outcome = match figures.overlap {
        None if executions < 2 => Outcome::Skipped("there is only one worker"),
        Some(overlap) if figures.sum_ms - figures.longest_ms >= OVERLAP_NEEDS_MS => {
            kept_if(overlap >= limits.minimum_overlap)
        }
        Some(_) | None => Outcome::Inconclusive("the work is too short to tell: upload a larger object"),
    };
    Check {
        kind: CheckKind::Overlap,
        outcome,
        measured: figures.overlap,
        limit: Some(limits.minimum_overlap),
        problems: Vec::new(),
    }
}

fn letters(dead_letters: &[DeadLetters]) -> Check {
    let problems: Vec<_> = dead_letters
        .iter()
        .filter(|queue| queue.messages > 0)
        .map(|queue| Problem::DeadLetters { worker: queue.worker.clone(), messages: queue.messages })
        .collect();
    let outcome = if dead_letters.is_empty() {
        Outcome::Skipped("no dead-letter queue was looked into")
    } else {
        kept_if(problems.is_empty())
    };
    Check { kind: CheckKind::DeadLetters, outcome, measured: None, limit: None, problems }
}

/// Without every execution's figures there is nothing to hold against a limit; `runs` names what is missing.
const fn untold(kind: CheckKind) -> Check {
    Check::undecided(kind, Outcome::Skipped("not every worker has run and been reported"))
}

#[cfg(test)]
pub(in crate::promise) mod tests;
