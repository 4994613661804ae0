//! What every kind of promise is judged in: checks with their outcome, figures and named problems.

use super::problem::Problem;
use super::schema::Kind;
use super::{api, buffer, fan_out, read_model, workflow};

/// Whether the promise was kept, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// What names this run in everything it left.
    pub run: String,
    /// What was checked.
    pub checks: Vec<Check>,
    /// What the checks are made from.
    pub evidence: Evidence,
}

/// What was seen, by the kind of promise.
#[derive(Clone, Debug, PartialEq)]
pub enum Evidence {
    /// Executions for an upload.
    FanOut(fan_out::Seen),
    /// Answers and their times.
    Api(api::Seen),
    /// Webhooks, executions and their effect.
    Buffer(buffer::Seen),
    /// Executions of a state machine.
    Workflow(workflow::Seen),
    /// Commands, events and answers.
    ReadModel(read_model::Seen),
}

impl Evidence {
    /// Of which kind of promise it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::FanOut(_) => Kind::FanOut,
            Self::Api(_) => Kind::Api,
            Self::Buffer(_) => Kind::Buffer,
            Self::Workflow(_) => Kind::Workflow,
            Self::ReadModel(_) => Kind::ReadModel,
        }
    }
}

/// What can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckKind {
    /// Every worker handled the upload as often as it should, without an error.
    Runs,
    /// The makespan is within the longest execution, a factor and an overhead.
    Makespan,
    /// The executions overlapped.
    Overlap,
    /// No dead-letter queue holds a message.
    DeadLetters,
    /// What a worker cannot handle ends in its own dead-letter queue.
    Failure,
    /// What comes after a failure is handled as before.
    Recovery,
    /// Every step is answered as it should be.
    Contract,
    /// A route that does not exist is refused.
    UnknownRoute,
    /// The offered rate is sustained.
    Rate,
    /// Answers are quick enough.
    Latency,
    /// What was there before the load is there after it.
    Survival,
    /// Every webhook is accepted.
    Accepted,
    /// Never more executions at once than the cap.
    Concurrency,
    /// Every accepted webhook takes effect once.
    Effect,
    /// What cannot be processed ends in the dead-letter queue.
    Poison,
    /// The queue is empty in the end.
    Drained,
    /// Every execution ends as it should.
    Endings,
    /// Executions enter the states they should, and no other.
    Path,
    /// What failed is tried again, as late and as often as promised.
    Retries,
    /// A waiting execution resumes with its task token.
    Callbacks,
    /// Every command is accepted or refused, and each accepted one is one event.
    Commands,
    /// The answers are the fold of the events.
    Fold,
    /// Other queries of the read model are answered.
    Queries,
    /// Answers follow the events soon enough.
    Lag,
    /// An event that is delivered again changes nothing.
    Duplicate,
    /// Events that are delivered again in another order change nothing.
    OutOfOrder,
    /// A read model that is rebuilt from nothing gives the same answers.
    Replay,
    /// Functions report what they execute.
    Reports,
}

impl CheckKind {
    /// Its name in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Runs => "runs",
            Self::Makespan => "makespan",
            Self::Overlap => "overlap",
            Self::DeadLetters => "dead-letters",
            Self::Failure => "failure",
            Self::Recovery => "recovery",
            Self::Contract => "contract",
            Self::UnknownRoute => "unknown-route",
            Self::Rate => "rate",
            Self::Latency => "latency",
            Self::Survival => "survival",
            Self::Accepted => "accepted",
            Self::Concurrency => "concurrency",
            Self::Effect => "effect",
            Self::Poison => "poison",
            Self::Drained => "drained",
            Self::Endings => "endings",
            Self::Path => "path",
            Self::Retries => "retries",
            Self::Callbacks => "callbacks",
            Self::Commands => "commands",
            Self::Fold => "fold",
            Self::Queries => "queries",
            Self::Lag => "lag",
            Self::Duplicate => "duplicate",
            Self::OutOfOrder => "out-of-order",
            Self::Replay => "replay",
            Self::Reports => "reports",
        }
    }
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Kept,
    /// It does not.
    Broken,
    /// The measurement cannot tell; that is not a promise kept.
    Inconclusive(&'static str),
    /// It does not apply.
    Skipped(&'static str),
}

/// One check with its figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What was checked.
    pub kind: CheckKind,
    /// How it ended.
    pub outcome: Outcome,
    /// What was measured, in the check's own unit.
    pub measured: Option<f64>,
    /// What it was held against.
    pub limit: Option<f64>,
    /// What is wrong, named.
    pub problems: Vec<Problem>,
}

impl Check {
    /// A check that holds when it has no problem.
    #[must_use]
    pub const fn by_problems(kind: CheckKind, problems: Vec<Problem>) -> Self {
        Self { kind, outcome: kept_if(problems.is_empty()), measured: None, limit: None, problems }
    }

    /// A check that holds or not by a figure.
    #[must_use]
    pub const fn by_figure(kind: CheckKind, holds: bool, measured: f64, limit: f64) -> Self {
        Self {
            kind,
            outcome: kept_if(holds),
            measured: Some(measured),
            limit: Some(limit),
            problems: Vec::new(),
        }
    }

    /// A check that was not decided.
    #[must_use]
    pub const fn undecided(kind: CheckKind, outcome: Outcome) -> Self {
        Self { kind, outcome, measured: None, limit: None, problems: Vec::new() }
    }

    /// The same with its figures.
    #[must_use]
    pub fn with(self, measured: f64, limit: f64) -> Self {
        Self { measured: Some(measured), limit: Some(limit), ..self }
    }
}

/// Kept or broken.
pub(super) const fn kept_if(holds: bool) -> Outcome {
    if holds { Outcome::Kept } else { Outcome::Broken }
}

/// What the checks come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// Every check that applies holds.
    Kept,
    /// At least one does not.
    Broken,
    /// None is broken, but at least one could not tell.
    Inconclusive,
}

impl Verdict {
    /// What the checks come to. Where nothing could be checked at all, nothing was proven.
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        let has = |wanted: fn(&Outcome) -> bool| self.checks.iter().any(|check| wanted(&check.outcome));
        if has(|outcome| matches!(outcome, Outcome::Broken)) {
            Conclusion::Broken
        } else if has(|outcome| matches!(outcome, Outcome::Inconclusive(_)))
            || !has(|outcome| matches!(outcome, Outcome::Kept))
        {
            Conclusion::Inconclusive
        } else {
            Conclusion::Kept
        }
    }
}

/// A count as a figure.
pub(super) fn figure(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
