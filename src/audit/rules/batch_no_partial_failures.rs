//! Functions that fail a whole batch when one record of it fails.

use crate::audit::{Confidence, Facts, Meta, Observation, Rule, Severity, facts::SourceKind};

static META: Meta = Meta {
    id: "batch-no-partial-failures",
    summary: "One bad record makes a whole batch fail, so good ones are processed again",
    severity: Severity::Medium,
    confidence: Confidence::High,
    page: include_str!("batch-no-partial-failures.md"),
};

/// `batch-no-partial-failures`.
pub(super) struct BatchNoPartialFailures;

impl Rule for BatchNoPartialFailures {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        let batches = facts.sources.iter().filter(|source| {
            matches!(source.kind, SourceKind::Queue | SourceKind::Stream)
                && source.batch_size != Some(1)
                && !source.has_partial_failures
        });
        let found = batches.map(|source| {
            Observation::of(
                &META,
                &source.id,
                &source.span,
                format!("{}: one record that fails makes its whole batch come again", source.id),
                "set FunctionResponseTypes: [ReportBatchItemFailures] and return the ids that failed",
            )
        });
        found.collect()
    }
}
