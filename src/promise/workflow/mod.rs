//! Workflow: a state machine tries again, compensates and resumes, as its executions' histories tell.

pub mod history;
pub mod judge;
pub mod machine;
pub mod schema;

pub use history::{Attempt, AttemptEnd, History, HistoryEvent, Visit};
pub use judge::{ExecutionSeen, Seen, Sight, judge};
pub use machine::Machine;
pub use schema::{Execution, Workflow};

/// How an execution ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    /// `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`.
    pub status: String,
    /// Name of the error.
    pub error: Option<String>,
    /// More about it.
    pub cause: Option<String>,
}
