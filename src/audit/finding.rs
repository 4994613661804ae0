//! What a rule reports: an observation in bytes, and the finding with a place people can go to.

use std::ops::Range;

use sha2::{Digest, Sha256};

use super::{
    location::Location,
    rule::Meta,
    severity::{Confidence, Severity},
};
use crate::names::LogicalId;

/// What a rule saw, before it is given a place in lines and columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// How much harm it can do here.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// Bytes in the audited file.
    pub span: Range<usize>,
    /// The resource it is about.
    pub resource: Option<LogicalId>,
    /// What it is about within the resource, such as the action; part of the fingerprint, so no positions.
    pub subject: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it, in one sentence.
    pub help: String,
    /// Other places that explain it.
    pub related: Vec<Remark>,
}

impl Observation {
    /// What a rule usually says about a resource as a whole.
    #[must_use]
    pub fn of(
        rule: &Meta,
        resource: &LogicalId,
        span: &Range<usize>,
        message: String,
        help: impl Into<String>,
    ) -> Self {
        Self {
            severity: rule.severity,
            confidence: rule.confidence,
            span: span.clone(),
            resource: Some(resource.clone()),
            subject: String::new(),
            message,
            help: help.into(),
            related: Vec::new(),
        }
    }
}

/// A place that explains an observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The handler file it stands in; none for the audited file itself.
    pub file: Option<String>,
    /// Bytes in that file.
    pub span: Range<usize>,
    /// What it says about the finding.
    pub message: String,
}

/// One thing to fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that fired.
    pub rule: &'static Meta,
    /// How much harm it can do here.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// Where.
    pub location: Location,
    /// The resource it is about.
    pub resource: Option<LogicalId>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// Other places that explain it.
    pub related: Vec<Related>,
    /// The same as long as rule, file, resource and subject are; moving lines does not change it.
    pub fingerprint: String,
}

/// A place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub location: Location,
    /// What it says about the finding.
    pub message: String,
}

impl Finding {
    /// What the total order of a report is made of: file, place, rule, then everything that can differ.
    pub(super) fn sort_key(&self) -> impl Ord + '_ {
        (&self.location, self.rule.id, &self.resource, &self.message, &self.fingerprint)
    }
}

/// The fingerprint of the `nth` finding (from 0) with the same rule, file, resource and subject.
#[must_use]
pub(super) fn fingerprint(rule: &str, file: &str, observation: &Observation, nth: usize) -> String {
    let mut hash = Sha256::new();
    let resource = observation.resource.as_ref().map_or("", LogicalId::as_str);
    for part in [rule, file, resource, &observation.subject, &nth.to_string()] {
        // A length before each part: ("ab", "c") and ("a", "bc") must differ.
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
