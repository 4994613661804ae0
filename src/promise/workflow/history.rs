//! The history of an execution: which states it entered, and every attempt at their tasks.
//!
//! Event types: <https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html>

use serde_json::Value;

/// One event of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEvent {
    /// Its number, from 1.
    pub id: u64,
    /// The event that led to it; in parallel branches not the one before it.
    pub previous: Option<u64>,
    /// Milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// Its type, such as `TaskScheduled`.
    pub kind: String,
    /// Name of the state that is entered or left.
    pub state: Option<String>,
    /// What a task was scheduled with; JSON.
    pub parameters: Option<String>,
    /// Name of the error.
    pub error: Option<String>,
}

impl HistoryEvent {
    /// Reads an event as the API writes it.
    #[must_use]
    pub fn read(event: &Value) -> Option<Self> {
        let kind = event.get("type")?.as_str()?.to_owned();
        // The details stand under a key that is named after the type, or after a group of types.
        let details = event.as_object()?.iter().find(|(key, _)| key.ends_with("EventDetails"));
        let detail = |key: &str| Some(details?.1.get(key)?.as_str()?.to_owned());
        Some(Self {
            id: event.get("id")?.as_u64()?,
            previous: event.get("previousEventId").and_then(Value::as_u64).filter(|id| *id > 0),
            at_ms: instant(event.get("timestamp")?)?,
            state: detail("name").filter(|_| kind.ends_with("StateEntered") || kind.ends_with("StateExited")),
            parameters: detail("parameters"),
            error: detail("error"),
            kind,
        })
    }

    fn is_entry(&self) -> bool {
        self.kind.ends_with("StateEntered")
    }

    fn is_exit(&self) -> bool {
        self.kind.ends_with("StateExited")
    }

    /// The beginning of an attempt.
    fn is_scheduled(&self) -> bool {
        self.kind.ends_with("Scheduled")
    }

    /// How an attempt ended, if that is what this event says.
    fn attempt_end(&self) -> Option<AttemptEnd> {
        // `ExecutionFailed` and its kin are about the execution, `LambdaFunctionScheduleFailed` about an attempt.
        let is_attempt =
            ["Task", "LambdaFunction", "Activity"].iter().any(|kind| self.kind.starts_with(kind));
        match () {
            () if !is_attempt || self.is_entry() || self.is_exit() => None,
            () if self.kind.ends_with("Failed") => Some(AttemptEnd::Failed),
            () if self.kind.ends_with("TimedOut") => Some(AttemptEnd::Failed),
            () if self.kind.ends_with("Succeeded") => Some(AttemptEnd::Succeeded),
            () => None,
        }
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptEnd {
    /// With a result.
    Succeeded,
    /// With an error or a time-out.
    Failed,
}

/// One attempt at a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When it was scheduled, milliseconds since the Unix epoch.
    pub scheduled_ms: u64,
    /// When and how it ended.
    pub end: Option<(u64, AttemptEnd)>,
    /// What it was scheduled with; JSON.
    pub parameters: Option<String>,
}

/// A stay in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The state.
    pub state: String,
    /// When it was entered, milliseconds since the Unix epoch.
    pub entered_ms: u64,
    /// When it was left; none when it never was, because the execution ended there or still is there.
    pub left_ms: Option<u64>,
    /// The attempts at its task.
    pub attempts: Vec<Attempt>,
}

impl Visit {
    /// From each failure to the next attempt, milliseconds.
    pub fn gaps_ms(&self) -> impl Iterator<Item = u64> {
        let pairs = self.attempts.iter().zip(self.attempts.iter().skip(1));
        pairs.filter_map(|(earlier, later)| {
            let (ended_ms, _) = earlier.end.filter(|(_, end)| *end == AttemptEnd::Failed)?;
            Some(later.scheduled_ms.saturating_sub(ended_ms))
        })
    }

    /// Attempts after the first.
    #[must_use]
    pub fn retries(&self) -> usize {
        self.attempts.len().saturating_sub(1)
    }
}

/// What a history tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The states that were entered, in order.
    pub visits: Vec<Visit>,
    /// When the execution started, milliseconds since the Unix epoch.
    pub started_ms: Option<u64>,
    /// When its newest event was.
    pub last_ms: Option<u64>,
}

impl History {
    /// Puts the events together.
    #[must_use]
    pub fn of(events: &[HistoryEvent]) -> Self {
        let mut history = Self {
            visits: Vec::new(),
            started_ms: events.first().map(|event| event.at_ms),
            last_ms: events.iter().map(|event| event.at_ms).max(),
        };
        // The visits by the number of the event that began them.
        let mut begun: Vec<u64> = Vec::new();
        for event in events {
            if let Some(state) = event.state.as_ref().filter(|_| event.is_entry()) {
                begun.push(event.id);
                history.visits.push(Visit {
                    state: state.clone(),
                    entered_ms: event.at_ms,
                    left_ms: None,
                    attempts: Vec::new(),
                });
                continue;
            }
            let Some(index) =
                entry_of(event, events).and_then(|id| begun.iter().position(|entry| *entry == id))
            else {
                continue;
            };
            if let Some(visit) = history.visits.get_mut(index) {
                visit.take(event);
            }
        }
        history
    }

    /// Whether any attempt has failed.
    #[must_use]
    pub fn has_failure(&self) -> bool {
        let mut attempts = self.visits.iter().flat_map(|visit| &visit.attempts);
        attempts.any(|attempt| attempt.end.is_some_and(|(_, end)| end == AttemptEnd::Failed))
    }

    /// The visits of one state.
    pub fn of_state<'a>(&'a self, state: &'a str) -> impl Iterator<Item = &'a Visit> {
        self.visits.iter().filter(move |visit| visit.state == state)
    }
}

impl Visit {
    fn take(&mut self, event: &HistoryEvent) {
        if event.is_exit() {
            self.left_ms = Some(event.at_ms);
        } else if event.is_scheduled() {
            let parameters = event.parameters.clone();
            self.attempts.push(Attempt { scheduled_ms: event.at_ms, end: None, parameters });
        } else if let (Some(end), Some(attempt)) = (event.attempt_end(), self.attempts.last_mut()) {
            attempt.end.get_or_insert((event.at_ms, end));
        }
    }
}

/// The event that entered the state an event belongs to: up the chain of what led to it; or, where an emulator keeps
/// no chain, the last one before it.
fn entry_of(event: &HistoryEvent, events: &[HistoryEvent]) -> Option<u64> {
    let by_id = |id: u64| {
        // Numbers follow the order, so it nearly always stands where its number says.
        let guess = usize::try_from(id).ok()?.checked_sub(1)?;
        events
            .get(guess)
            .filter(|found| found.id == id)
            .or_else(|| events.iter().find(|found| found.id == id))
    };
    let Some(previous) = event.previous else {
        let before = events.iter().rev().skip_while(|other| other.id >= event.id);
        return before.into_iter().find(|other| other.is_entry()).map(|entry| entry.id);
    };
    let mut found = by_id(previous)?;
    // A chain is shorter than the history, unless somebody wrote nonsense.
    for _ in 0..events.len() {
        if found.is_entry() {
            return Some(found.id);
        }
        found = by_id(found.previous?)?;
    }
    None
}

/// Seconds since the epoch, as AWS writes them, or a text in ISO 8601, as emulators do.
fn instant(value: &Value) -> Option<u64> {
    if let Some(seconds) = value.as_f64() {
        // Rounded: most milliseconds are a little less than themselves in seconds.
        let rounded = std::time::Duration::try_from_secs_f64(seconds + 0.000_5).ok()?;
        return u64::try_from(rounded.as_millis()).ok();
    }
    let instant: jiff::Timestamp = value.as_str()?.parse().ok()?;
    u64::try_from(instant.as_millisecond()).ok()
}

#[cfg(test)]
pub(super) mod tests;
