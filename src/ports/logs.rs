//! CloudWatch Logs as we need them: what functions and their platform wrote.

use super::RemoteError;

/// One event of a CloudWatch log group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEvent {
    /// Milliseconds since the Unix epoch.
    pub timestamp_ms: u64,
    /// Log stream: one execution environment.
    pub stream: String,
    /// The line.
    pub message: String,
}

/// CloudWatch Logs.
#[expect(async_fn_in_trait, reason = "current-thread runtime, generics only: Send is not needed")]
pub trait Logs {
    /// Every event of a group from `since_ms` on, all pages; a missing group has none.
    async fn events(&self, group: &str, since_ms: u64) -> Result<Vec<LogEvent>, RemoteError> {
        self.chosen(group, since_ms, &|_| true).await
    }
    /// The same, without the events whose message is not chosen: a busy group holds more than memory should.
    async fn chosen(
        &self,
        group: &str,
        since_ms: u64,
        is_chosen: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<LogEvent>, RemoteError>;
}
