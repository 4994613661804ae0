//! The figures of a fan-out in words.

use super::unit;
use crate::promise::fan_out::schema::Limits;
use crate::promise::fan_out::{Figures, Seen};
use crate::promise::{Check, CheckKind};

/// What a check found, one line for each thought.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the checks of other kinds of promises have no figures here"
)]
pub(super) fn facts(check: &Check, seen: &Seen, is_local: bool) -> Vec<String> {
    let figures = |tell: fn(Figures, &Limits, bool) -> Vec<String>| {
        seen.figures.map(|figures| tell(figures, &seen.limits, is_local)).unwrap_or_default()
    };
    let text = match check.kind {
        CheckKind::Makespan => return figures(makespan),
        CheckKind::Overlap => return figures(overlap),
        CheckKind::Runs => "every worker ran as often as promised",
        CheckKind::DeadLetters => "every queue is empty",
        CheckKind::Failure => "the dead-letter queue of every worker got the broken upload, once",
        CheckKind::Recovery => "every worker handled a good upload afterwards",
        _ => return Vec::new(),
    };
    vec![text.to_owned()]
}

fn makespan(figures: Figures, limits: &Limits, is_local: bool) -> Vec<String> {
    let unit = unit(is_local);
    let Figures { makespan_ms, longest_ms, start_skew_ms, .. } = figures;
    let Limits { makespan_factor, overhead_ms, .. } = limits;
    vec![
        format!(
            "{makespan_ms:.0} {unit}, at most {makespan_factor} x {longest_ms:.0} + {overhead_ms} ms promised"
        ),
        format!("starts {start_skew_ms:.0} {unit} apart"),
    ]
}

fn overlap(figures: Figures, limits: &Limits, is_local: bool) -> Vec<String> {
    let unit = unit(is_local);
    let Figures { overlap, sum_ms, .. } = figures;
    let (overlap, promised) = (overlap.unwrap_or_default(), limits.minimum_overlap);
    vec![format!("{overlap:.2} of 1, at least {promised:.2} promised, for {sum_ms:.0} {unit} of work")]
}
