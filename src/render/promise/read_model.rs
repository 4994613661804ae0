//! The figures of a read model in words.

use super::checks::of;
use super::{answers, rate_unit, unit};
use crate::promise::read_model::Seen;
use crate::promise::{Check, CheckKind};

/// What a check found, one line for each thought.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the checks of other kinds of promises have no figures here"
)]
pub(super) fn facts(check: &Check, seen: &Seen, is_local: bool) -> Vec<String> {
    match check.kind {
        CheckKind::Commands => vec![
            format!("{} commands made {} events: {}", seen.commands, seen.events, answers(&seen.answers)),
            format!("{:.0} {}", seen.rate, rate_unit(is_local)),
        ],
        CheckKind::Fold => vec![format!("{} aggregates answer the fold of their events", of(check))],
        CheckKind::Queries => vec![format!("{} other queries are answered", of(check))],
        CheckKind::Lag => lag(check, seen, is_local).into_iter().collect(),
        CheckKind::Duplicate => {
            vec![format!("{} aggregates answer as before after an event was delivered twice", of(check))]
        }
        CheckKind::OutOfOrder => {
            vec![format!("{} aggregates answer as before after old events came late", of(check))]
        }
        CheckKind::Replay => vec![format!(
            "{} events into an empty read model: {} aggregates answer as before",
            seen.replayed.unwrap_or_default(),
            of(check)
        )],
        _ => Vec::new(),
    }
}

fn lag(check: &Check, seen: &Seen, is_local: bool) -> Option<String> {
    let lag = seen.lag.as_ref()?;
    let unit = unit(is_local);
    let promised = check.limit.map(|most| format!("; p99 at most {most} ms promised")).unwrap_or_default();
    let (p50, p99, n) = (lag.p50.value, lag.p99.value, lag.n);
    Some(format!("p50 {p50:.0}, p99 {p99:.0} {unit} from event to answer, {n} events watched{promised}"))
}
