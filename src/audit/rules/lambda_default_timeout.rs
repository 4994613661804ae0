//! Functions with the timeout that Lambda takes when nobody says one.

use crate::audit::{Confidence, Facts, Meta, Observation, Rule, Severity};

static META: Meta = Meta {
    id: "lambda-default-timeout",
    summary: "Nobody chose the timeout of a function",
    severity: Severity::Low,
    confidence: Confidence::High,
    page: include_str!("lambda-default-timeout.md"),
};

/// `lambda-default-timeout`.
pub(super) struct LambdaDefaultTimeout;

impl Rule for LambdaDefaultTimeout {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        let functions = facts.functions.iter().filter(|function| function.has_default_timeout);
        let found = functions.map(|function| {
            Observation::of(
                &META,
                &function.id,
                &function.span,
                format!("{} has the default timeout of 3 s", function.id),
                "set Timeout to a few times of what it needs at the 99th percentile",
            )
        });
        found.collect()
    }
}
