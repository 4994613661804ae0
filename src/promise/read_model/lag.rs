//! How long it takes from an event to the first answer that shows it.

use std::collections::BTreeMap;

use super::event::Event;

/// An answer: when it came, about what, and how many events it showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The aggregate.
    pub aggregate: String,
    /// How many events the answer showed.
    pub version: u64,
    /// When it came, milliseconds since the Unix epoch.
    pub at_ms: u64,
}

/// Events of watched aggregates that no answer showed while they were watched: their lag is longer than anybody waited.
#[must_use]
pub fn unseen(events: &[Event], watched: &[String], sightings: &[Sighting]) -> usize {
    let is_seen = |event: &Event| {
        sightings.iter().any(|seen| seen.aggregate == event.aggregate && seen.version >= event.version)
    };
    events.iter().filter(|event| watched.contains(&event.aggregate) && !is_seen(event)).count()
}

/// The lag of every event that has a time and was seen, in milliseconds. Only aggregates that were watched count: of
/// the others nobody knows when they could be seen first. It is too long by at most the time between two looks.
#[must_use]
pub fn lags(events: &[Event], sightings: &[Sighting]) -> Vec<f64> {
    let mut by_aggregate: BTreeMap<&str, Vec<&Sighting>> = BTreeMap::new();
    for sighting in sightings {
        by_aggregate.entry(&sighting.aggregate).or_default().push(sighting);
    }
    for seen in by_aggregate.values_mut() {
        seen.sort_by_key(|sighting| sighting.at_ms);
    }
    events
        .iter()
        .filter_map(|event| {
            let seen = by_aggregate.get(event.aggregate.as_str())?;
            let first = seen.iter().find(|sighting| sighting.version >= event.version)?;
            Some(crate::promise::executions::milliseconds(first.at_ms.saturating_sub(event.at_ms?)))
        })
        .collect()
}
