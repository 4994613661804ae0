//! Judges a buffer by what was accepted, what Lambda executed, what took effect and what the queues hold.

use std::collections::{BTreeMap, BTreeSet};

use super::schema::{Buffer, Plan};
use crate::promise::check::figure;
use crate::promise::executions::{PlatformExecution, most_at_once};
use crate::promise::web::{Answers, is_success};
use crate::promise::{Check, CheckKind, Evidence, Outcome, Problem, Verdict};

/// Everything that was seen, as it was seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// How the webhooks were answered.
    pub answers: Answers,
    /// Good webhooks, by number, of which at least one was accepted.
    pub accepted: BTreeSet<usize>,
    /// How long the burst took, seconds.
    pub burst_seconds: f64,
    /// The worker's executions since the burst began.
    pub executions: Vec<PlatformExecution>,
    /// When nothing but poison was left in the queue, seconds after the first webhook; none when that never was.
    pub worked_off_seconds: Option<f64>,
    /// How often each id of the run took effect.
    pub effects: BTreeMap<String, u64>,
    /// The ids of this run's webhooks that the dead-letter queue holds.
    pub letters: Vec<String>,
    /// What the queue holds in the end.
    pub left: u64,
}

/// The same in figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// How many webhooks were sent, duplicates and poison counted.
    pub sent: usize,
    /// How many of them were duplicates, and how many poison.
    pub duplicates: usize,
    /// How many could not be processed.
    pub poison: usize,
    /// How they were answered.
    pub answers: Answers,
    /// How long the burst took, seconds.
    pub burst_seconds: f64,
    /// How many executions there were.
    pub executions: usize,
    /// The most at once.
    pub most_at_once: usize,
    /// How many there may be at once.
    pub cap: usize,
    /// How many webhooks took effect.
    pub effects: usize,
    /// From the first webhook until nothing but poison, which is tried again for long, was left in the queue, seconds.
    pub drain_seconds: Option<f64>,
}

impl Seen {
    /// Webhooks sent in each second of the burst.
    #[must_use]
    pub fn burst_rate(&self) -> f64 {
        per_second(self.sent, self.burst_seconds)
    }

    /// Webhooks that took effect in each second of the work.
    #[must_use]
    pub fn drain_rate(&self) -> Option<f64> {
        self.drain_seconds.map(|seconds| per_second(self.effects, seconds))
    }
}

/// Judges what was seen.
#[must_use]
pub fn judge(run: &str, promise: &Buffer, plan: &Plan, observed: &Observed) -> Verdict {
    let cap = usize::try_from(promise.worker.maximum_concurrency).unwrap_or(usize::MAX);
    let seen = Seen {
        sent: plan.total(),
        duplicates: plan.duplicates,
        poison: plan.poison,
        answers: observed.answers.clone(),
        burst_seconds: observed.burst_seconds,
        executions: observed.executions.len(),
        most_at_once: most_at_once(&observed.executions).map_or(0, |(most, _)| most),
        cap,
        effects: observed.effects.len(),
        drain_seconds: observed.worked_off_seconds,
    };
    let checks = vec![
        accepted(plan, observed),
        concurrency(cap, observed),
        effect(plan, observed),
        poison(plan, observed),
        drained(observed),
    ];
    Verdict { run: run.to_owned(), checks, evidence: Evidence::Buffer(seen) }
}

fn accepted(plan: &Plan, observed: &Observed) -> Check {
    let failed = observed.answers.iter().filter(|(status, _)| !status.is_some_and(is_success));
    let problems: Vec<Problem> = failed.map(|(status, count)| Problem::Answers { status, count }).collect();
    let count = observed.answers.matching(is_success);
    Check::by_problems(CheckKind::Accepted, problems).with(figure(count), figure(plan.total()))
}

fn concurrency(cap: usize, observed: &Observed) -> Check {
    let kind = CheckKind::Concurrency;
    let Some((most, at_ms)) = most_at_once(&observed.executions) else {
        let why = Outcome::Inconclusive("the log of the worker shows no execution since the burst began");
        return Check::undecided(kind, why);
    };
    let problem = (most > cap).then_some(Problem::OverCap { executions: most, cap, at_ms });
    let check = Check::by_problems(kind, problem.into_iter().collect()).with(figure(most), figure(cap));
    let is_whole = observed.executions.iter().all(|execution| execution.report.is_some());
    match check.outcome {
        Outcome::Kept if !is_whole => {
            Check { outcome: Outcome::Inconclusive("not every execution has been reported"), ..check }
        }
        Outcome::Kept | Outcome::Broken | Outcome::Inconclusive(_) | Outcome::Skipped(_) => check,
    }
}

fn effect(plan: &Plan, observed: &Observed) -> Check {
    let times = |id: &String| observed.effects.get(id).copied().unwrap_or_default();
    let lost = observed.accepted.iter().map(|index| plan.id(*index)).filter(|id| times(id) == 0).collect();
    let good: BTreeSet<String> = (0..plan.count).map(|index| plan.id(index)).collect();
    let (known, unknown): (Vec<&String>, Vec<&String>) =
        observed.effects.keys().partition(|id| good.contains(*id));
    let doubled = known.into_iter().filter(|id| times(id) > 1).cloned().collect();
    let problems = [
        Problem::ids("lost", "accepted webhooks without effect", lost),
        Problem::ids("doubled", "webhooks that took effect more than once", doubled),
        Problem::ids("unexpected", "effects that nobody asked for", unknown.into_iter().cloned().collect()),
    ];
    let check = Check::by_problems(CheckKind::Effect, problems.into_iter().flatten().collect())
        .with(figure(observed.effects.len()), figure(observed.accepted.len()));
    if observed.accepted.is_empty() {
        return Check { outcome: Outcome::Inconclusive("no webhook was accepted"), ..check };
    }
    check
}

fn poison(plan: &Plan, observed: &Observed) -> Check {
    let kind = CheckKind::Poison;
    let letters = |id: &String| observed.letters.iter().filter(|letter| *letter == id).count();
    let ids: BTreeSet<String> = (0..plan.poison).map(|index| plan.poison_id(index)).collect();
    let strays = observed.letters.iter().filter(|letter| !ids.contains(*letter)).cloned().collect();
    let (missing, found): (Vec<String>, Vec<String>) = ids.into_iter().partition(|id| letters(id) == 0);
    let repeated = found.iter().filter(|id| letters(id) > 1).cloned().collect();
    let problems = [
        Problem::ids("poison-lost", "poison messages that are not in the dead-letter queue", missing),
        Problem::ids("poison-repeated", "poison messages several times in the dead-letter queue", repeated),
        Problem::ids("stray", "good webhooks in the dead-letter queue", strays),
    ];
    let problems: Vec<Problem> = problems.into_iter().flatten().collect();
    if plan.poison == 0 && problems.is_empty() {
        return Check::undecided(kind, Outcome::Skipped("the promise sends no poison"));
    }
    Check::by_problems(kind, problems).with(figure(found.len()), figure(plan.poison))
}

fn drained(observed: &Observed) -> Check {
    let problem = (observed.left > 0).then_some(Problem::Undrained { messages: observed.left });
    Check::by_problems(CheckKind::Drained, problem.into_iter().collect())
}

fn per_second(count: usize, seconds: f64) -> f64 {
    if seconds > 0.0 { figure(count) / seconds } else { 0.0 }
}

#[cfg(test)]
mod tests;
