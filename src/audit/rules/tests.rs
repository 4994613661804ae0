mod buffering;
mod iam;
mod monolith;
mod triggers;

use jiff::civil::date;

use super::*;
use crate::audit::{Audit, Confidence, Document, HandlerFile, Selection, Settings, Severity};

/// One finding, as the tests compare it.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    rule: &'static str,
    resource: String,
    line: usize,
    severity: Severity,
    confidence: Confidence,
}

fn audited(text: &str, code: &[HandlerFile]) -> Vec<Seen> {
    // Every function of these tests would have to say how much memory and time it wants.
    let ignored = ["lambda-default-memory", "lambda-default-timeout"].map(str::to_owned);
    let selection = Selection::new(&[], &ignored).unwrap();
    let mut audit = Audit::new(Settings { selection, today: date(2026, 11, 22) });
    audit.add(&Document::read("t.yaml".to_owned(), text.as_bytes(), true), code);
    let report = audit.finish();
    assert_eq!(report.summary().analysed(), 1, "{:?}\n{text}", report.files);
    let seen = report.findings.into_iter().map(|finding| Seen {
        rule: finding.rule.id,
        resource: finding.resource.map(|id| id.to_string()).unwrap_or_default(),
        line: finding.location.start.line,
        severity: finding.severity,
        confidence: finding.confidence,
    });
    seen.collect()
}

/// Rule and resource of every finding.
fn fired(text: &str) -> Vec<(&'static str, String)> {
    audited(text, &[]).into_iter().map(|seen| (seen.rule, seen.resource)).collect()
}

fn assert_fires(text: &str, expected: &[(&'static str, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(rule, resource)| (*rule, (*resource).to_owned())).collect();
    assert_eq!(fired(text), expected, "{text}");
}

#[test]
fn ids_are_sorted_unique_and_kebab_case() {
    let ids: Vec<_> = ALL.iter().map(|rule| rule.meta().id).collect();
    assert!(ids.is_sorted_by(|left, right| left < right), "{ids:?}");
    for id in ids {
        assert!(id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{id}");
    }
}

#[test]
fn a_page_is_titled_with_the_id_and_has_every_section() {
    for rule in ALL {
        let meta = rule.meta();
        assert_eq!(meta.page.lines().next(), Some(format!("# {}", meta.id).as_str()));
        let sections: Vec<&str> = meta.page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(sections, ["Why", "Example", "How to fix", "References"], "{}", meta.id);
        assert!(meta.page.contains("https://"), "{}: no reference", meta.id);
    }
}

#[test]
fn runtimes_are_known_through_globals_parameters_and_conditions() {
    let function = |runtime: &str| {
        format!(
            "Transform: AWS::Serverless-2016-10-31\nParameters:\n  R: {{Type: String, Default: python3.8}}\n  U: {{Type: String}}\n\
             Conditions: {{C: !Equals [a, b]}}\nGlobals: {{Function: {{Runtime: nodejs16.x}}}}\n\
             Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {{Handler: a.b, CodeUri: .{runtime}}}\n"
        )
    };
    let old = ("runtime-deprecated", "F");
    assert_fires(&function(""), &[old]);
    assert_fires(&function(", Runtime: !Ref R"), &[old]);
    assert_fires(&function(", Runtime: !If [C, python3.7, python3.14]"), &[old]);
    assert_fires(&function(", Runtime: !Ref U"), &[]);
    assert_fires(&function(", Runtime: python3.14"), &[]);
    assert_fires(&function(", Runtime: python9.9"), &[]);
}

#[test]
fn a_runtime_gets_worse_with_time() {
    let text = "Resources: {F: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.9}}}";
    let severities: Vec<Option<Severity>> = [(2025, 12, 14), (2025, 12, 15), (2027, 2, 1), (2030, 1, 1)]
        .into_iter()
        .map(|(year, month, day)| {
            let selection = Selection::new(&["runtime-deprecated".to_owned()], &[]).unwrap();
            let mut audit = Audit::new(Settings { selection, today: date(year, month, day) });
            audit.add(&Document::read("t.yaml".to_owned(), text.as_bytes(), true), &[]);
            audit.finish().findings.first().map(|finding| finding.severity)
        })
        .collect();
    assert_eq!(severities, [None, Some(Severity::Medium), Some(Severity::High), Some(Severity::High)]);
}

#[test]
fn aliases_that_multiply_a_file_are_reported_and_not_followed() {
    let mut text = String::from(
        "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Metadata:\n      a0: &a0 ['s3:*']\n",
    );
    for level in 1..40 {
        let again = vec![format!("*a{}", level - 1); 10].join(", ");
        text += &format!("      a{level}: &a{level} [{again}]\n");
    }
    text += "    Properties: {PolicyDocument: {Statement: {Effect: Allow, Action: *a39, Resource: '*'}}}\n";
    let mut audit = Audit::new(Settings { selection: Selection::default(), today: date(2026, 11, 22) });
    audit.add(&Document::read("t.yaml".to_owned(), text.as_bytes(), true), &[]);
    let report = audit.finish();
    assert_eq!(report.unreadable().count(), 1);
    assert!(report.findings.is_empty());
}
