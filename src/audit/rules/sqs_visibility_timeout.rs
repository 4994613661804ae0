//! Queues that show a message again while a function still works on it.

use std::collections::BTreeMap;

use crate::audit::{
    Confidence, Facts, Meta, Observation, Rule, Severity,
    facts::{Function, Queue, Source},
};
use crate::names::LogicalId;

static META: Meta = Meta {
    id: "sqs-visibility-timeout",
    summary: "A queue hides messages for less than six times the timeout of the function that reads it",
    severity: Severity::Medium,
    confidence: Confidence::High,
    page: include_str!("sqs-visibility-timeout.md"),
};

/// `sqs-visibility-timeout`.
pub(super) struct SqsVisibilityTimeout;

impl Rule for SqsVisibilityTimeout {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        let (functions, sources) = (facts.functions_by_id(), facts.sources_by_queue());
        let readers = |queue: &Queue| sources.get(&queue.id).cloned().unwrap_or_default();
        facts.queues.iter().filter_map(|queue| in_queue(queue, &readers(queue), &functions)).collect()
    }
}

/// As AWS recommends, for the tries that Lambda makes itself when it is throttled.
const TIMES: u32 = 6;

type Functions<'a> = BTreeMap<&'a LogicalId, &'a Function<'a>>;

fn in_queue(queue: &Queue, readers: &[&Source], functions: &Functions<'_>) -> Option<Observation> {
    let visible_s = queue.visibility_s?;
    let needed = readers.iter().filter_map(|source| Some((needed_s(source, functions)?, source)));
    let (needed_s, source) = needed.max_by_key(|(seconds, _)| *seconds)?;
    let function = functions.get(source.function.as_ref()?)?;
    let timeout_s = function.timeout_s?;
    (visible_s < needed_s).then(|| Observation {
        // Less than one timeout, and every slow message is processed twice.
        severity: if visible_s < timeout_s { Severity::High } else { META.severity },
        ..Observation::of(
            &META,
            &queue.id,
            queue.visibility_span.as_ref().unwrap_or(&queue.span),
            format!(
                "{} hides a message for {visible_s} s, and {} may work on it for {timeout_s} s",
                queue.id, function.id
            ),
            format!("set VisibilityTimeout to {needed_s} or more"),
        )
    })
}

fn needed_s(source: &Source, functions: &Functions<'_>) -> Option<u32> {
    let timeout_s = functions.get(source.function.as_ref()?)?.timeout_s?;
    Some(timeout_s.checked_mul(TIMES)?.saturating_add(source.window_s?))
}
