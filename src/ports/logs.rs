//! CloudWatch Logs as we need them: what functions and their platform wrote.

use super::RemoteError;

pub use crate::logs::LogEvent;

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
    ) -> Result<Vec<LogEvent>, RemoteError> {
        self.search(group, since_ms, None, is_chosen).await
    }
    /// The same, of those that fit a filter pattern of CloudWatch Logs.
    async fn search(
        &self,
        group: &str,
        since_ms: u64,
        pattern: Option<&str>,
        is_chosen: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<LogEvent>, RemoteError>;
}
