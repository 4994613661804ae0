//! Log groups that keep everything for ever.

use crate::audit::{Confidence, Facts, Meta, Observation, Rule, Severity};

static META: Meta = Meta {
    id: "logs-no-retention",
    summary: "A log group keeps everything for ever",
    severity: Severity::Low,
    confidence: Confidence::High,
    page: include_str!("logs-no-retention.md"),
};

/// `logs-no-retention`.
pub(super) struct LogsNoRetention;

impl Rule for LogsNoRetention {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        let groups = facts.log_groups.iter().filter(|group| !group.has_retention);
        let found = groups.map(|group| {
            Observation::of(
                &META,
                &group.id,
                &group.span,
                format!("{} keeps what is written to it for ever", group.id),
                "set RetentionInDays",
            )
        });
        found.collect()
    }
}
