//! Reads whether functions have reported executions since the run began; waits for what their logs bring late.

use std::time::Duration;

use super::stage::Stage;
use crate::aws::logs::CloudWatchLogs;
use crate::commands::Failure;
use crate::names::LogicalId;
use crate::ports::{Clock, LogEvent, Logs};
use crate::promise::LogLine;
use crate::promise::executions::{executions, may_be_platform_event};
use crate::promise::reports::Reported;

/// Clocks of this machine and of AWS differ a little; local AWS has this machine's, and a run right before this one must
/// not answer for it.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(1);

/// How many executions each function has reported, once each has reported one or nothing more comes.
pub(super) async fn executions_of(
    functions: &[LogicalId],
    stage: &Stage<'_>,
) -> Result<Vec<Reported>, Failure> {
    let logs = CloudWatchLogs::new(stage.session);
    let mut groups = Vec::new();
    for function in functions {
        groups.push((function.to_string(), stage.log_group(function).await?));
    }
    let tolerance = stage.settling(Duration::ZERO, CLOCK_TOLERANCE).as_millis();
    let since_ms = stage.opened_ms.saturating_sub(u64::try_from(tolerance).unwrap_or(u64::MAX));
    let start = stage.clock.elapsed();
    let patience = stage.settling(Duration::from_secs(5), Duration::from_secs(60));
    loop {
        let mut reported = Vec::new();
        for (function, group) in &groups {
            let events: Vec<LogEvent> = logs.chosen(group, since_ms, &may_be_platform_event).await?;
            let lines =
                events.iter().map(|event| LogLine { at_ms: event.timestamp_ms, message: &event.message });
            let whole = executions(lines).into_iter().filter(|execution| execution.report.is_some());
            reported.push(Reported { function: function.clone(), executions: whole.count() });
        }
        let is_over = stage.clock.elapsed().saturating_sub(start) >= patience;
        if is_over || reported.iter().all(|one| one.executions > 0) {
            return Ok(reported);
        }
        stage.clock.sleep(stage.settling(Duration::from_millis(500), Duration::from_secs(5))).await;
    }
}
