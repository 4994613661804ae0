//! Stream readers that drop what they give up on.

use crate::audit::{Confidence, Facts, Meta, Observation, Rule, Severity, facts::SourceKind};

static META: Meta = Meta {
    id: "stream-no-failure-destination",
    summary: "Records of a stream that fail for good are dropped without a trace",
    severity: Severity::Medium,
    confidence: Confidence::High,
    page: include_str!("stream-no-failure-destination.md"),
};

/// `stream-no-failure-destination`.
pub(super) struct StreamNoFailureDestination;

impl Rule for StreamNoFailureDestination {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        let dropping = facts
            .sources
            .iter()
            .filter(|source| source.kind == SourceKind::Stream && !source.has_failure_destination);
        let found = dropping.map(|source| {
            Observation::of(
                &META,
                &source.id,
                &source.span,
                format!("{}: records that fail for good are dropped without a trace", source.id),
                "add DestinationConfig.OnFailure with a queue or a topic",
            )
        });
        found.collect()
    }
}
