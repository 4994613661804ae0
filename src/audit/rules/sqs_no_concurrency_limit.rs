//! Functions that read a queue as fast as Lambda scales.

use crate::audit::{Confidence, Facts, Meta, Observation, Rule, Severity, facts::SourceKind};

static META: Meta = Meta {
    id: "sqs-no-concurrency-limit",
    summary: "A queue is read by as many functions at once as Lambda can start",
    severity: Severity::Low,
    confidence: Confidence::High,
    page: include_str!("sqs-no-concurrency-limit.md"),
};

/// `sqs-no-concurrency-limit`.
pub(super) struct SqsNoConcurrencyLimit;

impl Rule for SqsNoConcurrencyLimit {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        let functions = facts.functions_by_id();
        let is_limited = |id| functions.get(id).is_some_and(|function| function.has_reserved_concurrency);
        let unlimited = facts.sources.iter().filter(|source| {
            source.kind == SourceKind::Queue
                && !source.has_concurrency_limit
                && !source.function.as_ref().is_some_and(is_limited)
        });
        let found = unlimited.map(|source| {
            Observation::of(
                &META,
                &source.id,
                &source.span,
                format!("{}: up to 1,250 executions may read this queue at once", source.id),
                "set ScalingConfig.MaximumConcurrency to what is behind the function can take",
            )
        });
        found.collect()
    }
}
