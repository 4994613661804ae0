//! Shows deployments, stacks and deletions to people and programs; decides nothing.

mod change_set;
mod destroy;
mod diagnosis;
mod difference;
pub mod events;
mod json;
mod outcome;
mod progress;
mod status;

pub use change_set::change_set;
pub use destroy::{destroy_outcome, destroy_plan};
pub use diagnosis::{diagnosis, warnings};
pub use difference::difference;
pub(super) use json::word;
pub use json::{deploy_json, destroy_json, status_json};
pub use outcome::{deploy_outcome, new_code, outputs, removal};
pub use progress::{Running, event_line, progress_message};
pub use status::status;

use super::style::Paint;
use crate::deploy::StackStatus;

/// The paint of a stack status: whether it is at rest as somebody wanted it.
fn paint_of(status: &StackStatus) -> Paint {
    let word = status.as_str();
    if word.ends_with("_FAILED") || word.contains("ROLLBACK") {
        Paint::Red
    } else if word.ends_with("_IN_PROGRESS") {
        Paint::Yellow
    } else {
        Paint::Green
    }
}

/// Seconds with one decimal.
fn seconds(milliseconds: u64) -> String {
    let tenths = milliseconds / 100;
    format!("{}.{}s", tenths / 10, tenths % 10)
}

/// Bytes for people, in decimal units.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match UNITS.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} bytes"),
    }
}

/// A count with its noun, which takes an s in the plural.
pub(super) fn counted(count: impl TryInto<u64>, noun: &str) -> String {
    match count.try_into().unwrap_or(u64::MAX) {
        1 => format!("1 {noun}"),
        many => format!("{many} {noun}s"),
    }
}

#[cfg(test)]
mod tests;
