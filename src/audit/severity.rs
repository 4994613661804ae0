//! How bad a finding is, how sure we are of it, and from when on it fails the audit.

use std::{fmt, str::FromStr};

use serde::Serialize;

/// How much harm a finding can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; harms little by itself.
    Low,
    /// Should be fixed.
    Medium,
    /// Should not reach production.
    High,
}

impl Severity {
    /// Every severity, mildest first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// How sure a rule is that the finding is real.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Likely enough to look at.
    Low,
    /// An assumption about the code or the account is involved.
    Medium,
    /// Follows from what the files say.
    High,
}

impl Confidence {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// From which severity on an audit fails (`--fail-on`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// From this severity on.
    From(Severity),
    /// Findings never fail the audit; unreadable files still do.
    Never,
}

impl Default for Threshold {
    /// `medium`: what is only worth knowing does not stop a build.
    fn default() -> Self {
        Self::From(Severity::Medium)
    }
}

impl Threshold {
    /// True if a finding of this severity fails the audit.
    #[must_use]
    pub fn is_reached_by(self, severity: Severity) -> bool {
        match self {
            Self::From(least) => severity >= least,
            Self::Never => false,
        }
    }
}

/// The text is no threshold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
#[error("unknown severity `{given}`")]
#[diagnostic(help("use low, medium, high or never"))]
pub struct UnknownThreshold {
    /// What was given.
    pub given: String,
}

impl FromStr for Threshold {
    type Err = UnknownThreshold;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        if given == "never" {
            return Ok(Self::Never);
        }
        Severity::ALL
            .into_iter()
            .find(|severity| severity.word() == given)
            .map(Self::From)
            .ok_or_else(|| UnknownThreshold { given: given.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_is_reached_from_its_severity_on() {
        let medium: Threshold = "medium".parse().unwrap();
        assert!(!medium.is_reached_by(Severity::Low));
        assert!(medium.is_reached_by(Severity::Medium) && medium.is_reached_by(Severity::High));
        assert!(!"never".parse::<Threshold>().unwrap().is_reached_by(Severity::High));
        assert_eq!(Threshold::default(), medium);
        assert_eq!("fatal".parse::<Threshold>().unwrap_err().to_string(), "unknown severity `fatal`");
    }
}
