//! Runs the rules over one document at a time and puts the report together.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    facts::Facts,
    finding::{Finding, Observation, Related, Remark, fingerprint},
    input::{Document, HandlerFile},
    location::Lines,
    report::{CodeFile, File, Outcome, Report},
    rule::Meta,
    selection::Selection,
};

/// What an audit depends on besides its files.
#[derive(Clone)]
pub struct Settings {
    /// Which rules run.
    pub selection: Selection,
    /// The day to judge by.
    pub today: Date,
}

/// An audit in progress. Documents may be added in any order; each is on its own.
pub struct Audit {
    settings: Settings,
    findings: Vec<Finding>,
    files: BTreeMap<String, File>,
    code: BTreeMap<String, CodeFile>,
    handlers: usize,
}

impl Audit {
    /// An audit of nothing yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let (files, code) = (BTreeMap::new(), BTreeMap::new());
        Self { settings, findings: Vec::new(), files, code, handlers: 0 }
    }

    /// Looks at one document and the handler files it asked for.
    pub fn add(&mut self, document: &Document, code: &[HandlerFile]) {
        self.handlers += document.code_requests().len();
        match document.facts(code, self.settings.today) {
            Err(outcome) => self.note(document.path(), outcome, ""),
            Ok((facts, subject)) => {
                let findings = self.findings_in(document, code, &facts);
                self.note_code(code, &findings);
                // Texts are kept for excerpts only; a thousand clean files need not stay in memory.
                let text = if findings.is_empty() { "" } else { document.text() };
                self.note(document.path(), Outcome::Analysed(subject), text);
                self.findings.extend(findings);
            }
        }
    }

    /// Notes something that should have been looked at and could not be.
    pub fn add_unreadable(&mut self, path: &str, reason: String) {
        self.note(path, Outcome::Unreadable(reason), "");
    }

    fn note(&mut self, path: &str, outcome: Outcome, text: &str) {
        let file = File { path: path.to_owned(), outcome, text: text.to_owned() };
        self.files.insert(path.to_owned(), file);
    }

    /// The report, in an order that depends on the files only.
    #[must_use]
    pub fn finish(mut self) -> Report {
        self.findings.sort_by(|left, right| left.sort_key().cmp(&right.sort_key()));
        Report {
            findings: self.findings,
            files: self.files.into_values().collect(),
            code: self.code.into_values().collect(),
            handlers: self.handlers,
            rules: self.settings.selection.rules().iter().map(|rule| rule.meta()).collect(),
        }
    }

    fn note_code(&mut self, code: &[HandlerFile], findings: &[Finding]) {
        for file in code {
            let known = self.code.entry(file.path.clone()).or_default();
            known.path.clone_from(&file.path);
            if findings.iter().any(|finding| mentions(finding, &file.path)) {
                known.text.clone_from(&file.text);
            }
        }
    }

    fn findings_in(&self, document: &Document, code: &[HandlerFile], facts: &Facts<'_>) -> Vec<Finding> {
        let place = Place {
            path: document.path(),
            lines: Lines::new(document.text()),
            code: code.iter().map(|file| (file.path.as_str(), Lines::new(&file.text))).collect(),
        };
        let mut findings = Vec::new();
        for rule in self.settings.selection.rules() {
            findings.extend(placed(rule.meta(), rule.check(facts), &place));
        }
        findings
    }
}

fn mentions(finding: &Finding, path: &str) -> bool {
    finding.related.iter().any(|related| related.location.file == path)
}

/// The texts that positions are counted in.
struct Place<'a> {
    path: &'a str,
    lines: Lines<'a>,
    code: Vec<(&'a str, Lines<'a>)>,
}

/// Gives the observations of one rule their places and fingerprints.
fn placed(rule: &'static Meta, mut observations: Vec<Observation>, place: &Place<'_>) -> Vec<Finding> {
    // The order of the file, so that the n-th of several equal findings stays the n-th.
    observations.sort_by(|left, right| order(left).cmp(&order(right)));
    observations.dedup();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut findings = Vec::new();
    for observation in observations {
        let first = fingerprint(rule.id, place.path, &observation, 0);
        let nth = seen.entry(first).or_insert(0);
        let fingerprint = fingerprint(rule.id, place.path, &observation, *nth);
        *nth += 1;
        findings.push(finding(rule, observation, fingerprint, place));
    }
    findings
}

fn order(observation: &Observation) -> impl Ord + '_ {
    let span = (observation.span.start, observation.span.end);
    (span, &observation.resource, &observation.subject, &observation.message)
}

fn finding(rule: &'static Meta, observation: Observation, fingerprint: String, place: &Place<'_>) -> Finding {
    Finding {
        rule,
        severity: observation.severity,
        confidence: observation.confidence,
        location: place.lines.location(place.path, &observation.span),
        resource: observation.resource,
        message: observation.message,
        help: observation.help,
        related: observation.related.into_iter().filter_map(|remark| related(remark, place)).collect(),
        fingerprint,
    }
}

fn related(remark: Remark, place: &Place<'_>) -> Option<Related> {
    let location = match &remark.file {
        None => place.lines.location(place.path, &remark.span),
        Some(path) => {
            let (path, lines) = place.code.iter().find(|(known, _)| known == path)?;
            lines.location(path, &remark.span)
        }
    };
    Some(Related { location, message: remark.message })
}
