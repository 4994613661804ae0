//! Express workflows: they keep no history, so what they did is read from the logs of the functions they call.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Driver;
use crate::aws::functions::LambdaFunctions;
use crate::aws::logs::CloudWatchLogs;
use crate::commands::Failure;
use crate::names::FunctionName;
use crate::ports::{Clock, Functions, LogEvent, Logs, Machines};
use crate::promise::executions::{executions, may_be_platform_event};
use crate::promise::workflow::schema::Moment;
use crate::promise::workflow::{
    Attempt, AttemptEnd, Ending, Execution, ExecutionSeen, History, Sight, Visit,
};
use crate::promise::{LogLine, PlatformExecution};

/// A synchronous execution may take five minutes, and its answer a little longer
/// (<https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html>).
const LONGEST: Duration = Duration::from_secs(330);

/// Clocks of this machine and of AWS differ a little.
const CLOCK_TOLERANCE_MS: u64 = 500;

/// One after the other: executions at the same time could not be told apart in the logs.
pub(super) async fn run_all<M: Machines>(driver: &Driver<'_, M>) -> Result<Vec<ExecutionSeen>, Failure> {
    let groups = log_groups(driver).await?;
    let mut seen = Vec::new();
    for execution in &driver.promise.executions {
        seen.push(run(driver, execution, &groups).await?);
    }
    Ok(seen)
}

/// The log group of each state that calls a function. A function that several states call tells of none of them.
async fn log_groups<M: Machines>(driver: &Driver<'_, M>) -> Result<BTreeMap<String, String>, Failure> {
    let functions = LambdaFunctions::new(driver.stage.session);
    let mut groups: BTreeMap<String, String> = BTreeMap::new();
    let states = driver.promise.executions.iter().flat_map(Execution::states);
    for state in states {
        let Some(function) = driver.machine.function_of(state).filter(|_| !groups.contains_key(state)) else {
            continue;
        };
        let described = functions.describe(&FunctionName::new(function), None).await?;
        groups.insert(state.to_owned(), described.log_group);
    }
    let counts = groups.values().fold(BTreeMap::new(), |mut counts: BTreeMap<String, u32>, group| {
        *counts.entry(group.clone()).or_default() += 1;
        counts
    });
    groups.retain(|_, group| counts.get(group) == Some(&1));
    Ok(groups)
}

async fn run<M: Machines>(
    driver: &Driver<'_, M>,
    execution: &Execution,
    groups: &BTreeMap<String, String>,
) -> Result<ExecutionSeen, Failure> {
    let clock = &driver.stage.clock;
    let mut waiting = execution.upload.as_ref();
    if let Some(upload) = waiting.take_if(|upload| upload.at == Moment::Start) {
        driver.upload(upload).await?;
    }
    let since_ms = clock.now_ms();
    let patience = driver.patience().min(LONGEST);
    let name = driver.name(execution);
    let input = driver.input(execution);
    let running = driver.machines.run(driver.arn, &name, &input, patience);
    let uploading = async {
        if let Some(upload) = waiting {
            // Nobody says when the first task has failed, so half of the promised gap has to do.
            let gap = execution.retries.as_ref().map_or(2.0, |retries| retries.at_least_seconds / 2.0);
            clock.sleep(Duration::from_secs_f64(gap)).await;
            driver.upload(upload).await?;
        }
        Ok::<(), Failure>(())
    };
    let (ending, uploaded) = futures_util::future::join(running, uploading).await;
    uploaded?;
    let ending = match ending {
        Ok(ending) => Some(ending),
        Err(error) if error.is_passing() => None,
        Err(error) => return Err(error.into()),
    };
    let until_ms = clock.now_ms();
    let history = history(driver, groups, since_ms.saturating_sub(CLOCK_TOLERANCE_MS), until_ms).await?;
    let hidden =
        execution.states().filter(|state| !groups.contains_key(*state)).map(ToOwned::to_owned).collect();
    let ending: Option<Ending> = ending;
    Ok(ExecutionSeen {
        name: execution.name.clone(),
        ending,
        history,
        sight: Sight::Functions { hidden },
        was_answered: None,
    })
}

/// What the functions' logs say about the time of one execution.
async fn history<M: Machines>(
    driver: &Driver<'_, M>,
    groups: &BTreeMap<String, String>,
    since_ms: u64,
    until_ms: u64,
) -> Result<History, Failure> {
    let clock = &driver.stage.clock;
    let logs = CloudWatchLogs::new(driver.stage.session);
    let start = clock.elapsed();
    // Nobody says when the last line has arrived.
    let settling = driver.stage.settling(Duration::from_secs(1), Duration::from_secs(15));
    let patience = driver.stage.settling(Duration::from_secs(5), Duration::from_secs(60));
    loop {
        let mut visits = Vec::new();
        let mut is_whole = true;
        for (state, group) in groups {
            let events: Vec<LogEvent> = logs.chosen(group, since_ms, &may_be_platform_event).await?;
            let lines =
                events.iter().map(|event| LogLine { at_ms: event.timestamp_ms, message: &event.message });
            let mut found = executions(lines);
            found.retain(|execution| execution.start_ms <= until_ms);
            is_whole &= found.iter().all(|execution| execution.report.is_some());
            visits.extend(visit(state, &found));
        }
        let waited = clock.elapsed().saturating_sub(start);
        if waited >= patience || waited >= settling && is_whole {
            visits.sort_by_key(|visit| visit.entered_ms);
            return Ok(History { visits, started_ms: Some(since_ms), last_ms: Some(until_ms) });
        }
        clock.sleep(Duration::from_millis(500)).await;
    }
}

/// The executions of a state's function as attempts: what was tried again had failed, whatever its log says.
fn visit(state: &str, executions: &[PlatformExecution]) -> Option<Visit> {
    let last = executions.len().checked_sub(1)?;
    let attempts: Vec<Attempt> = executions
        .iter()
        .enumerate()
        .map(|(index, execution)| {
            let is_failed = index < last || execution.report.is_some_and(|report| report.has_failed);
            let end = if is_failed { AttemptEnd::Failed } else { AttemptEnd::Succeeded };
            Attempt {
                scheduled_ms: execution.start_ms,
                end: execution.end_ms().map(|ended_ms| (whole(ended_ms), end)),
                parameters: None,
            }
        })
        .collect();
    Some(Visit {
        state: state.to_owned(),
        entered_ms: executions.first()?.start_ms,
        left_ms: attempts.last()?.end.map(|(ended_ms, _)| ended_ms),
        attempts,
    })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an instant after 1970")]
fn whole(milliseconds: f64) -> u64 {
    milliseconds.round() as u64
}

#[cfg(test)]
mod tests {
    use super::{Attempt, AttemptEnd, PlatformExecution, visit};
    use crate::promise::executions::Report;

    fn execution(start_ms: u64, duration_ms: Option<f64>) -> PlatformExecution {
        let report = duration_ms.map(|duration_ms| Report { duration_ms, init_ms: None, has_failed: false });
        PlatformExecution { request_id: format!("r{start_ms}"), start_ms, report }
    }

    #[test]
    fn what_was_tried_again_had_failed_and_the_gap_is_between_end_and_start() {
        let visit =
            visit("Transcode", &[execution(1_000, Some(300.4)), execution(11_400, Some(50.0))]).unwrap();
        let attempt = |scheduled_ms, ended_ms, end| Attempt {
            scheduled_ms,
            end: Some((ended_ms, end)),
            parameters: None,
        };
        assert_eq!(
            visit.attempts,
            [attempt(1_000, 1_300, AttemptEnd::Failed), attempt(11_400, 11_450, AttemptEnd::Succeeded)]
        );
        assert_eq!((visit.entered_ms, visit.left_ms), (1_000, Some(11_450)));
        assert_eq!(visit.gaps_ms().collect::<Vec<_>>(), [10_100]);
    }

    #[test]
    fn a_state_whose_function_never_ran_was_not_visited() {
        assert_eq!(visit("Transcode", &[]), None);
        assert_eq!(visit("Transcode", &[execution(5, None)]).unwrap().left_ms, None);
    }
}
