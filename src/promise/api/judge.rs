//! Judges an API by its answers: the steps one by one, the load by its rate and its slowest answers.

use super::schema::Limits;
use crate::coldstart::statistics::Summary;
use crate::promise::web::{Answers, is_success};
use crate::promise::{Check, CheckKind, Evidence, Outcome, Problem, Verdict};

/// What an API did.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// The steps, in the order they were taken.
    pub steps: Vec<StepSeen>,
    /// How the route that does not exist was answered; none when there was no answer.
    pub unknown_route: Option<u16>,
    /// The load, if there was one.
    pub load: Option<LoadSeen>,
}

/// How one step went.
#[derive(Clone, Debug, PartialEq)]
pub struct StepSeen {
    /// Its name.
    pub name: String,
    /// What was asked.
    pub request: String,
    /// What was answered; none when nothing was.
    pub status: Option<u16>,
    /// How long it took.
    pub took_ms: Option<f64>,
    /// It was taken after the load.
    pub after_load: bool,
    /// What is other than it should be.
    pub wrong: Vec<String>,
}

/// How the load went.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadSeen {
    /// Requests for each second.
    pub offered_rate: f64,
    /// From the first scheduled request to the last answer, and no less than was promised.
    pub seconds: f64,
    /// What was answered.
    pub answers: Answers,
    /// How long answers took, from the moment each request was due; none when nothing was asked.
    pub latency: Option<Summary>,
    /// What it is held against, at this rate.
    pub limits: Limits,
}

impl LoadSeen {
    /// Requests that were answered well, for each second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        if self.seconds > 0.0 {
            crate::promise::check::figure(self.answers.matching(is_success)) / self.seconds
        } else {
            0.0
        }
    }
}

/// Judges what was seen.
#[must_use]
pub fn judge(run: &str, seen: Seen, promises_load: bool) -> Verdict {
    let mut checks = vec![contract(&seen), unknown_route(&seen)];
    if promises_load {
        checks.extend(match &seen.load {
            Some(load) => [rate(load), latency(load)],
            None => [CheckKind::Rate, CheckKind::Latency].map(|kind| {
                Check::undecided(kind, Outcome::Skipped("a step before it failed, so there was no load"))
            }),
        });
    }
    if seen.steps.iter().any(|step| step.after_load) {
        checks.push(Check::by_problems(CheckKind::Survival, wrong(&seen, true)));
    }
    Verdict { run: run.to_owned(), checks, evidence: Evidence::Api(seen) }
}

fn contract(seen: &Seen) -> Check {
    Check::by_problems(CheckKind::Contract, wrong(seen, false))
}

fn wrong(seen: &Seen, after_load: bool) -> Vec<Problem> {
    let steps = seen.steps.iter().filter(|step| step.after_load == after_load);
    steps
        .flat_map(|step| {
            let problem =
                |mismatch: &String| Problem::Step { step: step.name.clone(), mismatch: mismatch.clone() };
            step.wrong.iter().map(problem)
        })
        .collect()
}

/// API Gateway answers 404 for an HTTP API and 403 for a REST API. Whatever else is answered came from a function
/// that takes every route.
fn unknown_route(seen: &Seen) -> Check {
    let problem = match seen.unknown_route {
        Some(403 | 404) => None,
        Some(status) => Some(format!("answered {status} instead of 404 or 403: something takes every route")),
        None => Some("got no answer".to_owned()),
    };
    let problems =
        problem.map(|mismatch| Problem::Step { step: "a route that does not exist".into(), mismatch });
    Check::by_problems(CheckKind::UnknownRoute, problems.into_iter().collect())
}

fn rate(load: &LoadSeen) -> Check {
    let rate = load.rate();
    let holds = rate >= load.limits.minimum_rate;
    let failed = load.answers.iter().filter(|(status, _)| !status.is_some_and(is_success));
    let problems = failed.filter(|_| !holds).map(|(status, count)| Problem::Answers { status, count });
    Check {
        problems: problems.collect(),
        ..Check::by_figure(CheckKind::Rate, holds, rate, load.limits.minimum_rate)
    }
}

fn latency(load: &LoadSeen) -> Check {
    let limit = load.limits.maximum_p99_ms;
    load.latency.as_ref().map_or_else(
        || Check::undecided(CheckKind::Latency, Outcome::Inconclusive("nothing was answered")),
        |latency| Check::by_figure(CheckKind::Latency, latency.p99.value <= limit, latency.p99.value, limit),
    )
}

#[cfg(test)]
mod tests;
