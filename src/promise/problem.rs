//! Everything that can break a promise, with a sentence for people and a word for programs.

use thiserror::Error;

/// Something that breaks a promise. The sentences hold foreign text as it is: whoever prints them makes it safe.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Problem {
    /// A worker ran too seldom.
    #[error("{worker} ran {runs} of {expected} times")]
    Missing {
        /// The worker.
        worker: String,
        /// How often it ran.
        runs: usize,
        /// How often it should have.
        expected: usize,
    },
    /// A worker ran too often.
    #[error("{worker} ran {runs} times instead of {expected}")]
    Repeated {
        /// The worker.
        worker: String,
        /// How often it ran.
        runs: usize,
        /// How often it should have.
        expected: usize,
    },
    /// An execution ended in an error or a time-out.
    #[error("{worker} failed (request {request_id})")]
    Failed {
        /// The worker.
        worker: String,
        /// Its request.
        request_id: String,
    },
    /// An execution has not been reported.
    #[error("{worker} has no REPORT yet (request {request_id})")]
    Unreported {
        /// The worker.
        worker: String,
        /// Its request.
        request_id: String,
    },
    /// An execution ended without saying that its result is stored.
    #[error("{worker} ended without storing a result (request {request_id})")]
    NoResult {
        /// The worker.
        worker: String,
        /// Its request.
        request_id: String,
    },
    /// A dead-letter queue holds messages.
    #[error("the dead-letter queue of {worker} holds {messages}")]
    DeadLetters {
        /// The worker.
        worker: String,
        /// How many messages.
        messages: u64,
    },
    /// A worker handled what it should have refused.
    #[error("{worker} handled the broken upload as if it were a good one (request {request_id})")]
    NotRefused {
        /// The worker.
        worker: String,
        /// Its request.
        request_id: String,
    },
    /// The dead-letter queue of a worker does not hold what the worker refused, or holds it several times.
    #[error("the dead-letter queue of {worker} holds the broken upload {messages} times instead of once")]
    Letters {
        /// The worker.
        worker: String,
        /// How often.
        messages: u64,
    },
    /// A step was not answered as it should be.
    #[error("{step}: {mismatch}")]
    Step {
        /// The step's name.
        step: String,
        /// What is other than it should be.
        mismatch: String,
    },
    /// Requests with an answer they should not have.
    #[error("{}", answered(*.status, *.count))]
    Answers {
        /// The status; none when there was no answer.
        status: Option<u16>,
        /// How many.
        count: usize,
    },
    /// Something that is named by ids.
    #[error("{what}: {count} ({})", examples(*.count, .ids))]
    Ids {
        /// A word for programs.
        code: &'static str,
        /// What these are, for people.
        what: &'static str,
        /// How many.
        count: usize,
        /// The first of them.
        ids: Vec<String>,
    },
    /// Too many executions at once.
    #[error("{executions} executions at once, {cap} at most promised")]
    OverCap {
        /// How many.
        executions: usize,
        /// How many there may be.
        cap: usize,
        /// When, milliseconds since the Unix epoch.
        at_ms: u64,
    },
    /// A queue still holds messages.
    #[error("messages still in the queue: {messages}")]
    Undrained {
        /// How many.
        messages: u64,
    },
    /// An execution of a state machine went another way than it should.
    #[error("{execution}: {what}")]
    Execution {
        /// Its name in the promise.
        execution: String,
        /// A word for programs.
        code: &'static str,
        /// What is wrong, for people.
        what: String,
    },
    /// An aggregate whose answer or events are not what they should be.
    #[error("{aggregate}: {what}")]
    Aggregate {
        /// Its id.
        aggregate: String,
        /// A word for programs.
        code: &'static str,
        /// What is wrong, for people.
        what: String,
    },
    /// A function has reported no execution.
    #[error("{function} reported no execution in its log group during the run")]
    Silent {
        /// Its logical id.
        function: String,
    },
    /// The projector did not take what it was given.
    #[error("the projector {what}")]
    Projector {
        /// What it did instead.
        what: String,
    },
}

impl Problem {
    /// The word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing",
            Self::Repeated { .. } => "repeated",
            Self::Failed { .. } => "failed",
            Self::Unreported { .. } => "unreported",
            Self::NoResult { .. } => "no-result",
            Self::DeadLetters { .. } => "dead-letters",
            Self::NotRefused { .. } => "not-refused",
            Self::Letters { .. } => "letters",
            Self::Step { .. } => "step",
            Self::Answers { .. } => "answers",
            Self::OverCap { .. } => "over-cap",
            Self::Undrained { .. } => "undrained",
            Self::Ids { code, .. } | Self::Execution { code, .. } | Self::Aggregate { code, .. } => code,
            Self::Silent { .. } => "silent",
            Self::Projector { .. } => "projector",
        }
    }

    /// What it is about, where that has a name.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::Missing { worker, .. }
            | Self::Repeated { worker, .. }
            | Self::Failed { worker, .. }
            | Self::Unreported { worker, .. }
            | Self::NoResult { worker, .. }
            | Self::DeadLetters { worker, .. }
            | Self::NotRefused { worker, .. }
            | Self::Letters { worker, .. } => Some(worker),
            Self::Step { step, .. } => Some(step),
            Self::Execution { execution, .. } => Some(execution),
            Self::Aggregate { aggregate, .. } => Some(aggregate),
            Self::Silent { function } => Some(function),
            Self::Answers { .. }
            | Self::Ids { .. }
            | Self::OverCap { .. }
            | Self::Undrained { .. }
            | Self::Projector { .. } => None,
        }
    }

    /// Ids that are wrong in one way; none when there are none.
    #[must_use]
    pub fn ids(code: &'static str, what: &'static str, mut ids: Vec<String>) -> Option<Self> {
        let count = ids.len();
        ids.truncate(EXAMPLES);
        (count > 0).then_some(Self::Ids { code, what, count, ids })
    }
}

/// More ids than this tell nothing more.
const EXAMPLES: usize = 5;

fn examples(count: usize, ids: &[String]) -> String {
    let more = if count > ids.len() { ", ..." } else { "" };
    format!("{}{more}", ids.join(", "))
}

fn answered(status: Option<u16>, count: usize) -> String {
    let (requests, were) = if count == 1 { ("request", "was") } else { ("requests", "were") };
    match status {
        Some(status) => format!("{count} {requests} {were} answered with {status}"),
        None => format!("{count} {requests} got no answer"),
    }
}
