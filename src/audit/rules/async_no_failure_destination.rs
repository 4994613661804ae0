//! Functions that are invoked asynchronously and drop what they cannot process.

use crate::audit::{
    Confidence, Facts, Meta, Observation, Remark, Rule, Severity,
    facts::{FailureDestination, Function},
};

static META: Meta = Meta {
    id: "async-no-failure-destination",
    summary: "An asynchronously invoked function loses the events it fails on",
    severity: Severity::Medium,
    confidence: Confidence::High,
    page: include_str!("async-no-failure-destination.md"),
};

/// `async-no-failure-destination`.
pub(super) struct AsyncNoFailureDestination;

impl Rule for AsyncNoFailureDestination {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        let dropping = facts.functions.iter().filter(|function| {
            !function.async_triggers.is_empty() && function.failure_destination == FailureDestination::Absent
        });
        dropping.map(observation).collect()
    }
}

fn observation(function: &Function<'_>) -> Observation {
    let mut sources: Vec<&str> = function.async_triggers.iter().map(|trigger| trigger.source).collect();
    sources.sort_unstable();
    sources.dedup();
    let remarks = function.async_triggers.iter().map(|trigger| Remark {
        file: None,
        span: trigger.span.clone(),
        message: format!("{} invokes it and does not wait", trigger.source),
    });
    Observation {
        severity: META.severity,
        confidence: META.confidence,
        span: function.span.clone(),
        resource: Some(function.id.clone()),
        subject: String::new(),
        message: format!(
            "{} is invoked by {} and has no failure destination: an event that fails three times is lost",
            function.id,
            sources.join(" and ")
        ),
        help: "add an on-failure destination, such as an SQS queue, or a dead-letter queue".to_owned(),
        related: remarks.collect(),
    }
}
