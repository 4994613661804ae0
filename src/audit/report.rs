//! The result of an audit: the findings, and what was and was not looked at.

use super::{
    finding::Finding,
    rule::Meta,
    severity::{Severity, Threshold},
};
use crate::exit::Exit;

/// Everything an audit has to say. Sorted, so the same input gives the same report.
#[derive(Clone, Debug)]
pub struct Report {
    /// What to fix, by file and place.
    pub findings: Vec<Finding>,
    /// Every file that was given or found, by path.
    pub files: Vec<File>,
    /// Handler files that were read for the templates, by path.
    pub code: Vec<CodeFile>,
    /// How many handlers the templates name in a language whose code is read.
    pub handlers: usize,
    /// The rules that ran.
    pub rules: Vec<&'static Meta>,
}

/// A file and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Path as shown.
    pub path: String,
    /// Whether it was looked at.
    pub outcome: Outcome,
    /// Its text, if it has findings.
    pub text: String,
}

/// A handler file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeFile {
    /// Path as shown.
    pub path: String,
    /// Its text, if a finding is about it.
    pub text: String,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The rules saw it.
    Analysed(Subject),
    /// It holds nothing to audit.
    Skipped,
    /// It should have been looked at and could not be: the audit is incomplete.
    Unreadable(String),
}

/// What kind of document a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A CloudFormation or SAM template.
    Template,
    /// A bare IAM policy document.
    Policy,
}

/// The numbers of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Findings of low severity.
    pub low: usize,
    /// Findings of medium severity.
    pub medium: usize,
    /// Findings of high severity.
    pub high: usize,
    /// Files with at least one finding.
    pub files_with_findings: usize,
    /// Templates the rules saw.
    pub templates: usize,
    /// Policy documents the rules saw.
    pub policies: usize,
    /// Files that hold nothing to audit.
    pub skipped: usize,
    /// Files that could not be looked at.
    pub unreadable: usize,
    /// Handlers that the templates name in a language whose code is read.
    pub handlers: usize,
    /// Handler files that were found and read.
    pub code_files: usize,
}

impl Summary {
    /// All findings.
    #[must_use]
    pub const fn findings(&self) -> usize {
        self.low + self.medium + self.high
    }

    /// All documents the rules saw.
    #[must_use]
    pub const fn analysed(&self) -> usize {
        self.templates + self.policies
    }
}

impl Report {
    /// Counts everything.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let (handlers, code_files) = (self.handlers, self.code.len());
        let mut summary = Summary { handlers, code_files, ..Summary::default() };
        for finding in &self.findings {
            match finding.severity {
                Severity::Low => summary.low += 1,
                Severity::Medium => summary.medium += 1,
                Severity::High => summary.high += 1,
            }
        }
        for file in &self.files {
            match file.outcome {
                Outcome::Analysed(Subject::Template) => summary.templates += 1,
                Outcome::Analysed(Subject::Policy) => summary.policies += 1,
                Outcome::Skipped => summary.skipped += 1,
                Outcome::Unreadable(_) => summary.unreadable += 1,
            }
        }
        let mut paths: Vec<&str> =
            self.findings.iter().map(|finding| finding.location.file.as_str()).collect();
        paths.dedup();
        summary.files_with_findings = paths.len();
        summary
    }

    /// How the audit ended. Incomplete comes first: a clean half is no clean bill.
    #[must_use]
    pub fn exit(&self, threshold: Threshold) -> Exit {
        if self.unreadable().next().is_some() {
            Exit::Usage
        } else if self.findings.iter().any(|finding| threshold.is_reached_by(finding.severity)) {
            Exit::Findings
        } else {
            Exit::Done
        }
    }

    /// The files that could not be looked at, and why.
    pub fn unreadable(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|file| match &file.outcome {
            Outcome::Unreadable(reason) => Some((file.path.as_str(), reason.as_str())),
            Outcome::Analysed(_) | Outcome::Skipped => None,
        })
    }

    /// The text of an audited file or a handler file.
    #[must_use]
    pub fn text_of(&self, path: &str) -> Option<&str> {
        let audited = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok();
        let code = self.code.binary_search_by(|file| file.path.as_str().cmp(path)).ok();
        let audited = audited.and_then(|index| self.files.get(index)).map(|file| file.text.as_str());
        audited.or_else(|| code.and_then(|index| self.code.get(index)).map(|file| file.text.as_str()))
    }
}
