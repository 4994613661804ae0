//! Queues whose messages come again until they expire.

use crate::audit::{Confidence, Facts, Meta, Observation, Rule, Severity};

static META: Meta = Meta {
    id: "sqs-no-dlq",
    summary: "A message that always fails is tried until it expires and is then lost",
    severity: Severity::Medium,
    confidence: Confidence::High,
    page: include_str!("sqs-no-dlq.md"),
};

/// `sqs-no-dlq`.
pub(super) struct SqsNoDlq;

impl Rule for SqsNoDlq {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        let read = facts.sources_by_queue();
        let queues =
            facts.queues.iter().filter(|queue| !queue.has_dead_letters && read.contains_key(&queue.id));
        let found = queues.map(|queue| {
            Observation::of(
                &META,
                &queue.id,
                &queue.span,
                format!("{} has no dead-letter queue: what always fails is tried until it expires", queue.id),
                "add a RedrivePolicy with a second queue and a maxReceiveCount of 5 or more",
            )
        });
        found.collect()
    }
}
