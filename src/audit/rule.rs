//! What a rule is: a description people can read and a pure function over facts.

use super::{
    facts::Facts,
    finding::Observation,
    severity::{Confidence, Severity},
};

/// The description of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meta {
    /// Kebab-case; also the names of its two files and the title of its page.
    pub id: &'static str,
    /// What is wrong when it fires, in one line.
    pub summary: &'static str,
    /// The usual severity; a finding may be milder or worse.
    pub severity: Severity,
    /// The usual confidence; a finding may be less sure.
    pub confidence: Confidence,
    /// The page: what, why, examples that run as tests, how to fix, references.
    pub page: &'static str,
}

/// One thing that can be wrong.
///
/// Rules see facts that were gathered before; they fetch nothing, and what is unknown is never a finding.
pub trait Rule: Sync {
    /// Its description.
    fn meta(&self) -> &'static Meta;

    /// What it sees in one file.
    fn check(&self, facts: &Facts<'_>) -> Vec<Observation>;
}
