//! The `Logs` port over CloudWatch Logs.

use aws_sdk_cloudwatchlogs::Client;

use super::error::translate;
use super::session::Session;
use crate::ports::{LogEvent, Logs, RemoteError};

/// CloudWatch Logs, reached through the SDK.
#[derive(Clone)]
pub struct CloudWatchLogs {
    client: Client,
}

impl CloudWatchLogs {
    /// Uses the session's credentials, region and endpoint.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        Self { client: Client::new(session.config()) }
    }
}

impl Logs for CloudWatchLogs {
    async fn search(
        &self,
        group: &str,
        since_ms: u64,
        pattern: Option<&str>,
        is_chosen: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<LogEvent>, RemoteError> {
        let mut events = Vec::new();
        let mut token = None;
        loop {
            let page = self
                .client
                .filter_log_events()
                .log_group_name(group)
                .start_time(i64::try_from(since_ms).unwrap_or(i64::MAX))
                .set_filter_pattern(pattern.map(ToOwned::to_owned))
                .set_next_token(token)
                .send()
                .await
                .map_err(|error| translate("logs:FilterLogEvents", error));
            let page = match page {
                Ok(page) => page,
                // Lambda makes the group at the first log line.
                Err(RemoteError::NotFound { .. }) => return Ok(events),
                Err(error) => return Err(error),
            };
            let wanted = page.events().iter().filter(|event| is_chosen(event.message().unwrap_or_default()));
            events.extend(wanted.map(|event| LogEvent {
                id: event.event_id().unwrap_or_default().to_owned(),
                timestamp_ms: event.timestamp().unwrap_or_default().unsigned_abs(),
                stream: event.log_stream_name().unwrap_or_default().to_owned(),
                message: event.message().unwrap_or_default().to_owned(),
            }));
            token = page.next_token().map(ToOwned::to_owned);
            if token.is_none() {
                return Ok(events);
            }
        }
    }
}
