//! Judges executions of a state machine: how they ended, the way they took, how they tried again and resumed.

use super::Ending;
use super::history::{History, Visit};
use super::schema::{Execution, Workflow};
use crate::promise::check::figure;
use crate::promise::executions::milliseconds;
use crate::promise::{Check, CheckKind, Evidence, Outcome, Problem, Verdict};

/// Timestamps are rounded to milliseconds on the way, one by one.
const ROUNDING_MS: f64 = 20.0;

/// What all executions did.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// In the promise's order.
    pub executions: Vec<ExecutionSeen>,
}

/// What one execution did.
#[derive(Clone, Debug, PartialEq)]
pub struct ExecutionSeen {
    /// Its name in the promise.
    pub name: String,
    /// How it ended; none when it had not in time.
    pub ending: Option<Ending>,
    /// The way it took.
    pub history: History,
    /// How far that way can be seen.
    pub sight: Sight,
    /// Whether the waiting task was found and answered; none when there is none to answer.
    pub was_answered: Option<bool>,
}

/// How far the way of an execution can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Its whole history.
    Whole,
    /// Only the states that call functions, by what those functions' logs say.
    Functions {
        /// States of the promise that call none, so nobody can tell whether they were entered.
        hidden: Vec<String>,
    },
}

impl ExecutionSeen {
    fn hides(&self, state: &str) -> bool {
        match &self.sight {
            Sight::Whole => false,
            Sight::Functions { hidden } => hidden.iter().any(|other| other == state),
        }
    }

    fn problem(&self, code: &'static str, what: String) -> Problem {
        Problem::Execution { execution: self.name.clone(), code, what }
    }
}

const HIDDEN: Outcome = Outcome::Inconclusive(
    "an Express execution keeps no history, and a state of the promise calls no function",
);

/// Judges what was seen.
#[must_use]
pub fn judge(run: &str, promise: &Workflow, executions: Vec<ExecutionSeen>) -> Verdict {
    let pairs: Vec<(&Execution, &ExecutionSeen)> = promise.executions.iter().zip(&executions).collect();
    let checks = vec![endings(&pairs), path(&pairs), retries(&pairs), callbacks(&pairs)];
    Verdict { run: run.to_owned(), checks, evidence: Evidence::Workflow(Seen { executions }) }
}

fn endings(pairs: &[(&Execution, &ExecutionSeen)]) -> Check {
    let mut problems = Vec::new();
    for (wanted, seen) in pairs {
        match &seen.ending {
            None => {
                let last = seen.history.visits.last().map(|visit| format!(", last in {}", visit.state));
                let what = format!("has not ended in time{}", last.unwrap_or_default());
                problems.push(seen.problem("unended", what));
            }
            Some(ending) if ending.status != wanted.status => {
                let why = [ending.error.as_deref(), ending.cause.as_deref()];
                let why: Vec<&str> = why.into_iter().flatten().collect();
                let why = if why.is_empty() { String::new() } else { format!(" ({})", why.join(": ")) };
                let what = format!("ended {} instead of {}{why}", ending.status, wanted.status);
                problems.push(seen.problem("ending", what));
            }
            Some(ending) if wanted.error.is_some() && ending.error != wanted.error => {
                let (found, error) = (ending.error.as_deref(), wanted.error.as_deref());
                let found = found.unwrap_or("no error");
                let what = format!("failed with {found} instead of {}", error.unwrap_or_default());
                problems.push(seen.problem("error", what));
            }
            Some(_) => {}
        }
    }
    let well = pairs.len().saturating_sub(problems.len());
    Check::by_problems(CheckKind::Endings, problems).with(figure(well), figure(pairs.len()))
}

fn path(pairs: &[(&Execution, &ExecutionSeen)]) -> Check {
    let mut problems = Vec::new();
    let mut is_hidden = false;
    let mut is_asked = false;
    for (wanted, seen) in pairs {
        for (state, must_be_there) in wanted
            .visits
            .iter()
            .map(|state| (state, true))
            .chain(wanted.avoids.iter().map(|state| (state, false)))
        {
            is_asked = true;
            is_hidden |= seen.hides(state);
            let is_there = seen.history.of_state(state).next().is_some();
            if is_there && !must_be_there {
                problems.push(seen.problem("entered", format!("entered {state}, which it should avoid")));
            } else if !is_there && must_be_there && !seen.hides(state) {
                problems.push(seen.problem("not-entered", format!("never entered {state}")));
            }
        }
    }
    settled(CheckKind::Path, problems, is_hidden, is_asked, "the promise names no states")
}

fn retries(pairs: &[(&Execution, &ExecutionSeen)]) -> Check {
    let mut problems = Vec::new();
    let (mut is_hidden, mut is_asked) = (false, false);
    let mut least: Option<(f64, f64)> = None;
    for (wanted, seen) in pairs {
        let Some(retries) = &wanted.retries else { continue };
        is_asked = true;
        if seen.hides(&retries.state) {
            is_hidden = true;
            continue;
        }
        let state = &retries.state;
        let visits = || seen.history.of_state(state);
        let times: usize = visits().map(Visit::retries).sum();
        let promised = usize::try_from(retries.times).unwrap_or(usize::MAX);
        if times != promised {
            let what = format!("{state} was tried again {times} times instead of {promised}");
            problems.push(seen.problem("retry-count", what));
        }
        // Where the end of an attempt is not told, nobody knows how long was waited after it.
        is_hidden |= visits().map(|visit| visit.gaps_ms().count()).sum::<usize>() < times;
        let limit_ms = retries.at_least_seconds * 1000.0;
        for gap_ms in visits().flat_map(Visit::gaps_ms).map(milliseconds) {
            if least.is_none_or(|(found, _)| gap_ms < found) {
                least = Some((gap_ms, limit_ms));
            }
            if gap_ms + ROUNDING_MS < limit_ms {
                let (gap, limit) = (gap_ms / 1000.0, retries.at_least_seconds);
                let what = format!("{state} was tried again after {gap:.1} s, at least {limit} s promised");
                problems.push(seen.problem("retry-early", what));
            }
        }
    }
    let check = settled(CheckKind::Retries, problems, is_hidden, is_asked, "the promise names no retries");
    match least {
        Some((gap_ms, limit_ms)) => check.with(gap_ms, limit_ms),
        None => check,
    }
}

fn callbacks(pairs: &[(&Execution, &ExecutionSeen)]) -> Check {
    let mut problems = Vec::new();
    let mut is_asked = false;
    for (wanted, seen) in pairs {
        let Some(callback) = &wanted.callback else { continue };
        is_asked = true;
        let state = &callback.state;
        if seen.was_answered != Some(true) {
            problems
                .push(seen.problem("not-asked", format!("{state} never waited with a task token to answer")));
        } else if !seen.history.of_state(state).any(|visit| visit.left_ms.is_some()) {
            problems.push(seen.problem("not-resumed", format!("{state} was answered and not left")));
        }
    }
    settled(CheckKind::Callbacks, problems, false, is_asked, "the promise names no callback")
}

fn settled(
    kind: CheckKind,
    problems: Vec<Problem>,
    is_hidden: bool,
    is_asked: bool,
    otherwise: &'static str,
) -> Check {
    if !is_asked {
        return Check::undecided(kind, Outcome::Skipped(otherwise));
    }
    let check = Check::by_problems(kind, problems);
    match check.outcome {
        Outcome::Kept if is_hidden => Check { outcome: HIDDEN, ..check },
        Outcome::Kept | Outcome::Broken | Outcome::Inconclusive(_) | Outcome::Skipped(_) => check,
    }
}

#[cfg(test)]
mod tests;
