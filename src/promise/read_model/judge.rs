//! Judges a read model: its answers against the fold of the events, before and after everything is delivered again.

use std::collections::BTreeMap;

use super::event::Event;
use super::lag::{Sighting, lags, unseen};
use super::schema::{Plan, ReadModel};
use crate::coldstart::statistics::Summary;
use crate::promise::check::figure;
use crate::promise::web::{Answers, is_success};
use crate::promise::{Check, CheckKind, Evidence, Outcome, Problem, Verdict};

/// Everything that was seen, as it was seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// How the commands were answered.
    pub answers: Answers,
    /// Accepted commands of each aggregate.
    pub accepted: BTreeMap<String, u64>,
    /// How long sending them took, seconds.
    pub seconds: f64,
    /// The events of the run.
    pub events: Vec<Event>,
    /// The aggregates that were watched meanwhile.
    pub watched: Vec<String>,
    /// What was seen of them.
    pub sightings: Vec<Sighting>,
    /// The answers once the read model has caught up.
    pub caught_up: Comparison,
    /// The promise's other queries, and the status of each answer.
    pub queries: Vec<(String, Option<u16>)>,
    /// The same events once more.
    pub duplicate: Delivery,
    /// Events in another order once more.
    pub out_of_order: Delivery,
    /// The read model rebuilt from nothing.
    pub replay: Replayed,
}

/// Answers held against folds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// How many aggregates were asked about.
    pub asked: usize,
    /// Aggregates whose answer is another, and how.
    pub differences: Vec<(String, String)>,
}

/// Events that were handed to the projector by us.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// They were not.
    #[default]
    Untried,
    /// The projector did not take them.
    Refused(String),
    /// It took so many, and afterwards the answers were these.
    Taken(usize, Comparison),
}

/// How the read model was rebuilt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Replayed {
    /// It was not.
    #[default]
    Untried,
    /// It was not, for a reason.
    Skipped(&'static str),
    /// The projector did not do what it was asked.
    Refused(String),
    /// It had to be empty in between and was not.
    NotCleared,
    /// So many events were given, and afterwards the answers were these.
    Done(usize, Comparison),
}

/// The same in figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// How many commands were sent.
    pub commands: usize,
    /// How they were answered.
    pub answers: Answers,
    /// Commands that were answered in each second.
    pub rate: f64,
    /// How many events there are.
    pub events: usize,
    /// How many aggregates were asked about.
    pub aggregates: usize,
    /// From event to answer; none when that could not be seen.
    pub lag: Option<Summary>,
    /// How many events were replayed.
    pub replayed: Option<usize>,
}

/// Judges what was seen.
#[must_use]
pub fn judge(run: &str, promise: &ReadModel, plan: &Plan, observed: &Observed) -> Verdict {
    let lag = Summary::of(lags(&observed.events, &observed.sightings));
    let mut checks = vec![commands(promise, plan, observed), fold(observed)];
    checks.extend((!observed.queries.is_empty()).then(|| queries(observed)));
    checks.extend([
        lagging(promise, observed, lag.as_ref()),
        delivered(CheckKind::Duplicate, &observed.duplicate),
        delivered(CheckKind::OutOfOrder, &observed.out_of_order),
        replay(&observed.replay),
    ]);
    let seen = Seen {
        commands: plan.count,
        answers: observed.answers.clone(),
        rate: if observed.seconds > 0.0 { figure(observed.answers.total()) / observed.seconds } else { 0.0 },
        events: observed.events.len(),
        aggregates: observed.caught_up.asked,
        lag,
        replayed: match &observed.replay {
            Replayed::Done(events, _) => Some(*events),
            Replayed::Untried | Replayed::Skipped(_) | Replayed::Refused(_) | Replayed::NotCleared => None,
        },
    };
    Verdict { run: run.to_owned(), checks, evidence: Evidence::ReadModel(seen) }
}

/// Every command was accepted or refused, and each accepted one is one event, with versions from 1 on.
fn commands(promise: &ReadModel, plan: &Plan, observed: &Observed) -> Check {
    let is_known = |status: u16| {
        promise.commands.accepted.contains(&status) || promise.commands.refused.contains(&status)
    };
    let others = observed.answers.iter().filter(|(status, _)| !status.is_some_and(is_known));
    let mut problems: Vec<Problem> =
        others.map(|(status, count)| Problem::Answers { status, count }).collect();
    // A command without an answer may have made an event or not.
    let is_sure = problems.is_empty();
    let mut versions: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for event in &observed.events {
        versions.entry(&event.aggregate).or_default().push(event.version);
    }
    for aggregate in plan.all_aggregates() {
        let mut found = versions.remove(aggregate.as_str()).unwrap_or_default();
        found.sort_unstable();
        let accepted = observed.accepted.get(&aggregate).copied().unwrap_or_default();
        let events = u64::try_from(found.len()).unwrap_or(u64::MAX);
        if is_sure && events != accepted {
            let what = format!("accepted commands {accepted}, events {events}");
            problems.push(Problem::Aggregate { aggregate: aggregate.clone(), code: "event-count", what });
        }
        if found.iter().zip(1..).any(|(version, wanted)| *version != wanted) {
            let what = "its versions are not 1, 2, 3, ...".to_owned();
            problems.push(Problem::Aggregate { aggregate, code: "versions", what });
        }
    }
    let accepted: u64 = observed.accepted.values().sum();
    let check = Check::by_problems(CheckKind::Commands, problems)
        .with(figure(observed.events.len()), figure(usize::try_from(accepted).unwrap_or(usize::MAX)));
    match check.outcome {
        Outcome::Kept if accepted == 0 => {
            Check { outcome: Outcome::Inconclusive("no command was accepted"), ..check }
        }
        Outcome::Kept | Outcome::Broken | Outcome::Inconclusive(_) | Outcome::Skipped(_) => check,
    }
}

fn fold(observed: &Observed) -> Check {
    if observed.caught_up.asked == 0 {
        return Check::undecided(CheckKind::Fold, Outcome::Inconclusive("nothing was asked"));
    }
    compared(CheckKind::Fold, &observed.caught_up)
}

/// Every other query is answered with success.
fn queries(observed: &Observed) -> Check {
    let failed = observed.queries.iter().filter(|(_, status)| !status.is_some_and(is_success));
    let problems: Vec<Problem> = failed
        .map(|(query, status)| Problem::Step {
            step: query.clone(),
            mismatch: status.map_or("no answer".to_owned(), |status| format!("answered with {status}")),
        })
        .collect();
    let asked = observed.queries.len();
    let answered = asked.saturating_sub(problems.len());
    Check::by_problems(CheckKind::Queries, problems).with(figure(answered), figure(asked))
}

fn compared(kind: CheckKind, comparison: &Comparison) -> Check {
    let problem = |(aggregate, what): &(String, String)| Problem::Aggregate {
        aggregate: aggregate.clone(),
        code: "difference",
        what: what.clone(),
    };
    let problems: Vec<Problem> = comparison.differences.iter().map(problem).collect();
    let same = comparison.asked.saturating_sub(problems.len());
    Check::by_problems(kind, problems).with(figure(same), figure(comparison.asked))
}

fn lagging(promise: &ReadModel, observed: &Observed, lag: Option<&Summary>) -> Check {
    let kind = CheckKind::Lag;
    let most = promise.checks.maximum_lag_p99_ms;
    match (lag, most) {
        (Some(lag), Some(most)) if unseen(&observed.events, &observed.watched, &observed.sightings) > 0 => {
            let why = "events of watched aggregates were not seen while they were watched";
            Check::undecided(kind, Outcome::Inconclusive(why)).with(lag.p99.value, most)
        }
        (Some(lag), Some(most)) => Check::by_figure(kind, lag.p99.value <= most, lag.p99.value, most),
        (Some(lag), None) => {
            let outcome = Outcome::Skipped("the promise names no limit");
            Check { measured: Some(lag.p99.value), ..Check::undecided(kind, outcome) }
        }
        (None, _) => {
            let why = if promise.version_pointer().is_none() {
                "no fold is a count, so an answer does not tell which event it shows"
            } else if observed.events.iter().all(|event| event.at_ms.is_none()) {
                "the events do not tell when they happened"
            } else {
                "no answer showed an event"
            };
            let is_promised = most.is_some();
            Check::undecided(
                kind,
                if is_promised { Outcome::Inconclusive(why) } else { Outcome::Skipped(why) },
            )
        }
    }
}

fn delivered(kind: CheckKind, delivery: &Delivery) -> Check {
    match delivery {
        Delivery::Untried => {
            Check::undecided(kind, Outcome::Inconclusive("the read model did not catch up before"))
        }
        Delivery::Refused(what) => Check::by_problems(kind, vec![Problem::Projector { what: what.clone() }]),
        Delivery::Taken(_, comparison) => compared(kind, comparison),
    }
}

fn replay(replayed: &Replayed) -> Check {
    let kind = CheckKind::Replay;
    let refused = |what: &str| Check::by_problems(kind, vec![Problem::Projector { what: what.to_owned() }]);
    match replayed {
        Replayed::Untried => {
            Check::undecided(kind, Outcome::Inconclusive("the read model did not catch up before"))
        }
        Replayed::Skipped(why) => Check::undecided(kind, Outcome::Skipped(why)),
        Replayed::Refused(what) => refused(what),
        Replayed::NotCleared => refused("said that it cleared the read model, which still answers as before"),
        Replayed::Done(_, comparison) => compared(kind, comparison),
    }
}

#[cfg(test)]
mod tests;
