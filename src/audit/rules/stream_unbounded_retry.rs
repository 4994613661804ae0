//! Stream readers that stop at a bad record until it expires.

use crate::audit::{Confidence, Facts, Meta, Observation, Rule, Severity, facts::SourceKind};

static META: Meta = Meta {
    id: "stream-unbounded-retry",
    summary: "A bad record stops its shard until it expires",
    severity: Severity::Medium,
    confidence: Confidence::High,
    page: include_str!("stream-unbounded-retry.md"),
};

/// `stream-unbounded-retry`.
pub(super) struct StreamUnboundedRetry;

impl Rule for StreamUnboundedRetry {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        let endless = facts
            .sources
            .iter()
            .filter(|source| source.kind == SourceKind::Stream && !source.has_retry_limit);
        let found = endless.map(|source| {
            Observation::of(
                &META,
                &source.id,
                &source.span,
                format!("{}: a record that always fails stops its shard until it expires", source.id),
                "set MaximumRetryAttempts, or MaximumRecordAgeInSeconds",
            )
        });
        found.collect()
    }
}
