//! Step Functions as we need it: starting, following and answering executions.

use std::time::Duration;

use super::RemoteError;
use crate::names::Arn;
use crate::promise::workflow::{Ending, HistoryEvent, Machine};

/// Step Functions.
#[expect(async_fn_in_trait, reason = "current-thread runtime, generics only: Send is not needed")]
pub trait Machines {
    /// The state machine.
    async fn describe(&self, machine: &Arn) -> Result<Machine, RemoteError>;
    /// Starts an execution. The name is unique, so that a repeated request starts nothing again.
    async fn start(&self, machine: &Arn, name: &str, input: &str) -> Result<Arn, RemoteError>;
    /// Runs an Express execution to its end.
    async fn run(
        &self,
        machine: &Arn,
        name: &str,
        input: &str,
        patience: Duration,
    ) -> Result<Ending, RemoteError>;
    /// How the execution ended; none while it runs.
    async fn ending(&self, execution: &Arn) -> Result<Option<Ending>, RemoteError>;
    /// Every event of an execution so far, oldest first, all pages.
    async fn history(&self, execution: &Arn) -> Result<Vec<HistoryEvent>, RemoteError>;
    /// `SendTaskSuccess`.
    async fn succeed(&self, token: &str, output: &str) -> Result<(), RemoteError>;
    /// Ends an execution that nobody waits for any more.
    async fn stop(&self, execution: &Arn) -> Result<(), RemoteError>;
}
