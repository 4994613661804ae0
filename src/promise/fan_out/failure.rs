//! The part of a fan-out's promise that is about failure: a bad upload ends in every worker's own dead-letter queue,
//! and a good one afterwards is handled as before.

use super::judge::{DeadLetters, runs};
use super::schema::FanOut;
use super::timeline::Timeline;
use crate::promise::{Check, CheckKind, Outcome, Problem};

/// What happened to the upload that no worker can handle, and to the good one after it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refusal {
    /// The refused object.
    pub object_key: String,
    /// What the workers' logs say about it.
    pub timeline: Timeline,
    /// How often each worker's dead-letter queue holds it.
    pub letters: Vec<DeadLetters>,
    /// What the workers did for a good upload afterwards; none when it was not tried.
    pub after: Option<Timeline>,
}

impl Refusal {
    /// Whether every queue has got it, so that nothing more is to be waited for.
    #[must_use]
    pub fn is_complete(&self, promise: &FanOut) -> bool {
        promise.workers.iter().all(|worker| self.messages(&worker.name) > 0)
    }

    /// A worker that has handled it well will never refuse it.
    #[must_use]
    pub fn is_hopeless(&self) -> bool {
        self.timeline.executions.iter().any(|execution| execution.is_well())
    }

    fn messages(&self, worker: &str) -> u64 {
        self.letters.iter().filter(|queue| queue.worker == worker).map(|queue| queue.messages).sum()
    }
}

/// Judges the failure and what came after it.
pub(super) fn checks(promise: &FanOut, refusal: Option<&Refusal>) -> Vec<Check> {
    if promise.failure.is_none() {
        return Vec::new();
    }
    let Some(refusal) = refusal else {
        let why = Outcome::Skipped("the good upload before it was not handled");
        return vec![Check::undecided(CheckKind::Failure, why), Check::undecided(CheckKind::Recovery, why)];
    };
    let recovery = match &refusal.after {
        None => Check::undecided(
            CheckKind::Recovery,
            Outcome::Skipped("not every worker has refused the broken upload"),
        ),
        Some(after) => Check { kind: CheckKind::Recovery, ..runs(promise, after) },
    };
    vec![failure(promise, refusal), recovery]
}

fn failure(promise: &FanOut, refusal: &Refusal) -> Check {
    let mut problems = Vec::new();
    for worker in &promise.workers {
        let messages = refusal.messages(&worker.name);
        let well = refusal.timeline.of(&worker.name).find(|execution| execution.is_well());
        let worker = worker.name.clone();
        match well {
            Some(execution) => {
                problems.push(Problem::NotRefused { worker, request_id: execution.request_id.clone() });
            }
            None if messages != 1 => problems.push(Problem::Letters { worker, messages }),
            None => {}
        }
    }
    Check::by_problems(CheckKind::Failure, problems)
}
