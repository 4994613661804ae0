//! POST of a command: appends the event it leads to, or says why there is none. Never touches the read model.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::account_id::account_in;
use crate::accounts::{Command, Event, decide, fold, is_outcome_of};
use crate::command_content::command_in;
use crate::event_store::{Events, HistoryError};
use crate::web::{Answer, Facts, Problem, Refusal, Request, json_answer};

const ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(20);

impl From<HistoryError> for Refusal {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::Store(error) => error.into(),
            HistoryError::Broken(broken) => Self::Failure(broken.to_string()),
        }
    }
}

/// Appends the command's event as the next version; if somebody else was faster, looks again and decides anew.
pub async fn execute(events: &impl Events, request: &Request) -> Result<Answer, Refusal> {
    let (account, command) = (account_in(request)?, command_in(request)?);
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            tokio::time::sleep(FIRST_PAUSE.mul_f64(fastrand::f64() * f64::from(1 << attempt))).await;
        }
        let mut history = events.of(account).await?;
        if let Some(place) = outcome_in(&history, &command)? {
            history.truncate(place + 1);
            let is_repeated = history.last().is_some_and(|event| event.correlation_id != request.id);
            return accepted(account, &history, is_repeated);
        }
        let state = fold(account, &history).map_err(HistoryError::Broken)?;
        let now = format!("{:.3}", Timestamp::now());
        let event = decide(&state, &command, now, &request.id)
            .map_err(|refused| Problem::new(422, "insufficient-funds", refused.to_string()))?;
        if events.append(&event).await? {
            history.push(event);
            return accepted(account, &history, false);
        }
    }
    Err(Problem::passing(409, "concurrent-commands", "too many commands for this account at once").into())
}

/// The place of the event that this command has led to before.
///
/// Finds commands that the caller sends again, and those that the SDK has sent again because the first reply was
/// lost: without this the second attempt would see its own event as somebody else's, and append another.
fn outcome_in(history: &[Event], command: &Command) -> Result<Option<usize>, Problem> {
    let found = history.iter().enumerate().find(|(_, event)| event.command_id == command.id);
    if found.is_some_and(|(_, event)| !is_outcome_of(event, command)) {
        let detail = "this idempotency key was used for another command";
        return Err(Problem::new(422, "idempotency-key-reused", detail));
    }
    Ok(found.map(|(place, _)| place))
}

#[derive(Serialize)]
struct Accepted<'a> {
    id: &'a str,
    version: u64,
    balance: i64,
}

/// The answer that tells of the last of these events. The version lets the caller see when a query is up to date.
fn accepted(account: &str, history: &[Event], is_repeated: bool) -> Result<Answer, Refusal> {
    let state = fold(account, history).map_err(HistoryError::Broken)?;
    let content = Accepted { id: account, version: state.version, balance: state.balance };
    let facts = Facts { account: Some(account.to_owned()), version: Some(state.version), items: None };
    let mut answer = json_answer(201, &content, facts);
    answer.headers.insert("location", format!("/accounts/{account}"));
    answer.headers.insert("etag", format!("\"{}\"", state.version));
    if is_repeated {
        answer.headers.insert("idempotent-replayed", "true".to_owned());
    }
    Ok(answer)
}
