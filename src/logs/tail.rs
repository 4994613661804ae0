//! A log that grows while it is read: what arrives late is shown, and nothing is shown twice.

use std::collections::BTreeMap;

use super::LogEvent;

/// CloudWatch Logs takes events in some seconds after they happened, and not in order.
const OVERLAP_MS: u64 = 30_000;

/// Where the reading of one log group is.
#[derive(Clone, Debug)]
pub struct Tail {
    since_ms: u64,
    /// Time of each event that was taken and may be read again, by its id.
    taken: BTreeMap<String, u64>,
}

impl Tail {
    /// Reads from a moment on, milliseconds since the Unix epoch.
    #[must_use]
    pub const fn since(since_ms: u64) -> Self {
        Self { since_ms, taken: BTreeMap::new() }
    }

    /// From when on to ask for events.
    #[must_use]
    pub const fn from_ms(&self) -> u64 {
        self.since_ms
    }

    /// Takes what was read; returns what is new, by time.
    #[must_use]
    pub fn take(&mut self, read: Vec<LogEvent>) -> Vec<LogEvent> {
        let newest = read.iter().map(|event| event.timestamp_ms).max().unwrap_or_default();
        let mut new: Vec<LogEvent> =
            read.into_iter().filter(|event| !self.taken.contains_key(&event.id)).collect();
        new.sort_by_key(|event| event.timestamp_ms);
        self.taken.extend(new.iter().map(|event| (event.id.clone(), event.timestamp_ms)));
        self.since_ms = self.since_ms.max(newest.saturating_sub(OVERLAP_MS));
        let since = self.since_ms;
        self.taken.retain(|_, at| *at >= since);
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str, timestamp_ms: u64) -> LogEvent {
        LogEvent { id: id.into(), timestamp_ms, stream: "s".into(), message: String::new() }
    }

    fn ids(events: &[LogEvent]) -> Vec<&str> {
        events.iter().map(|event| event.id.as_str()).collect()
    }

    #[test]
    fn late_events_are_shown_and_none_twice() {
        let mut tail = Tail::since(100_000);
        assert_eq!(ids(&tail.take(vec![event("b", 140_000), event("a", 130_000)])), ["a", "b"]);
        assert_eq!(tail.from_ms(), 110_000);
        // The same moment, and one that happened before what was shown.
        let again =
            vec![event("a", 130_000), event("b", 140_000), event("late", 120_000), event("c", 140_000)];
        assert_eq!(ids(&tail.take(again)), ["late", "c"]);
        assert_eq!(ids(&tail.take(vec![])), Vec::<&str>::new());
        assert_eq!(ids(&tail.take(vec![event("d", 500_000)])), ["d"]);
        assert_eq!((tail.from_ms(), tail.taken.len()), (470_000, 1), "only what may be read again is kept");
    }
}
