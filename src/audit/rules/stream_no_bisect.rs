//! Stream readers that repeat a whole batch for one bad record.

use crate::audit::{Confidence, Facts, Meta, Observation, Rule, Severity, facts::SourceKind};

static META: Meta = Meta {
    id: "stream-no-bisect",
    summary: "One bad record of a stream fails its whole batch each time",
    severity: Severity::Low,
    confidence: Confidence::High,
    page: include_str!("stream-no-bisect.md"),
};

/// `stream-no-bisect`.
pub(super) struct StreamNoBisect;

impl Rule for StreamNoBisect {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        let whole = facts.sources.iter().filter(|source| {
            let is_cut = source.is_bisected || source.has_partial_failures || source.batch_size == Some(1);
            source.kind == SourceKind::Stream && !is_cut
        });
        let found = whole.map(|source| {
            Observation::of(
                &META,
                &source.id,
                &source.span,
                format!("{}: a batch with one bad record fails as a whole until it is given up", source.id),
                "set BisectBatchOnFunctionError: true, so that the bad record is found",
            )
        });
        found.collect()
    }
}
