//! The figures of a buffer in words.

use super::checks::of;
use super::{answers, rate_unit, second_unit};
use crate::promise::buffer::Seen;
use crate::promise::{Check, CheckKind};

/// What a check found, one line for each thought.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the checks of other kinds of promises have no figures here"
)]
pub(super) fn facts(check: &Check, seen: &Seen, is_local: bool) -> Vec<String> {
    let (seconds, rate) = (second_unit(is_local), rate_unit(is_local));
    match check.kind {
        CheckKind::Accepted => vec![
            format!(
                "{} webhooks ({} of them twice, {} of them poison): {}",
                seen.sent,
                seen.duplicates,
                seen.poison,
                answers(&seen.answers)
            ),
            format!("burst of {:.1} {seconds}, {:.0} {rate}", seen.burst_seconds, seen.burst_rate()),
        ],
        CheckKind::Concurrency => vec![format!(
            "{} executions at once at most, {} promised, {} in all",
            seen.most_at_once, seen.cap, seen.executions
        )],
        CheckKind::Effect => vec![format!("{} accepted webhooks took effect, each once", of(check))],
        CheckKind::Poison => vec![format!("{} poison messages in the dead-letter queue", of(check))],
        CheckKind::Drained => {
            let drained = seen.drain_seconds.zip(seen.drain_rate()).map(|(took, each)| {
                format!("queue empty, worked off in {took:.1} {seconds}, {each:.0} {rate}")
            });
            vec![drained.unwrap_or_else(|| "queue empty".to_owned())]
        }
        _ => Vec::new(),
    }
}
