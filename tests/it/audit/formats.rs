//! Every format tells of the same findings: rule, file, line and column are read back out of each and
//! compared.

use std::collections::BTreeSet;

use jiff::civil::date;
use proptest::prelude::*;
use serde_json::Value;
use slsx::{
    audit::{Audit, Document, Report, Selection, Settings},
    render::{audit_human, audit_json, github, sarif, style::Style},
};

/// Rule, file, line and column.
type Place = (String, String, u64, u64);

/// The formats of a report.
#[derive(Clone, Copy, Debug)]
pub(super) enum Format {
    Human,
    Json,
    Sarif,
    Github,
}

impl Format {
    pub(super) const ALL: [Self; 4] = [Self::Human, Self::Json, Self::Sarif, Self::Github];
}

/// A report in a format, without color.
pub(super) fn rendered(report: &Report, format: Format) -> String {
    let mut out = Vec::new();
    match format {
        Format::Human => audit_human::write(report, Style::plain(100), &mut out),
        Format::Json => audit_json::write(report, &mut out),
        Format::Sarif => sarif::write(report, &mut out),
        Format::Github => github::write(report, &mut out),
    }
    .unwrap();
    String::from_utf8(out).unwrap()
}

fn in_human(text: &str) -> BTreeSet<Place> {
    let mut places = BTreeSet::new();
    let mut rule = None;
    for line in text.lines() {
        let severity = ["high[", "medium[", "low["].iter().find_map(|word| line.strip_prefix(word));
        if let Some((id, _)) = severity.and_then(|rest| rest.split_once("]: ")) {
            rule = Some(id.to_owned());
        } else if let Some((_, place)) = line.split_once("--> ")
            && let Some(rule) = rule.take()
        {
            let mut parts = place.rsplitn(3, ':');
            let (column, line, file) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
            places.insert((rule, file.to_owned(), line.parse().unwrap(), column.parse().unwrap()));
        }
    }
    places
}

fn in_json(text: &str) -> BTreeSet<Place> {
    let report: Value = serde_json::from_str(text).unwrap();
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| {
            let start = &finding["start"];
            (word(&finding["rule"]), word(&finding["file"]), number(&start["line"]), number(&start["column"]))
        })
        .collect()
}

fn in_sarif(text: &str) -> BTreeSet<Place> {
    let log: Value = serde_json::from_str(text).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    results
        .iter()
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            let file = unescaped(&word(&place["artifactLocation"]["uri"]));
            let region = &place["region"];
            (word(&result["ruleId"]), file, number(&region["startLine"]), number(&region["startColumn"]))
        })
        .collect()
}

fn in_github(text: &str) -> BTreeSet<Place> {
    text.lines()
        .map(|line| {
            let (head, _) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
            let (_, properties) = head.split_once(' ').unwrap();
            let property = |name: &str| {
                let value = properties.split(',').find_map(|one| one.strip_prefix(name)?.strip_prefix('='));
                unescaped(value.unwrap())
            };
            let number = |name: &str| property(name).parse().unwrap();
            (property("title"), property("file"), number("line"), number("col"))
        })
        .collect()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn word(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Undoes percent-encoding.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// A template with that many functions on an old runtime, one of them with a policy too wide.
fn template(functions: usize, lines_before: usize) -> String {
    let mut text = "# a line\n".repeat(lines_before) + "Transform: AWS::Serverless-2016-10-31\nResources:\n";
    for index in 0..functions {
        text += &format!("  F{index}:\n    Type: AWS::Serverless::Function\n    Properties:\n");
        text += "      Runtime: python3.8\n      Handler: a.b\n      CodeUri: src/\n";
        text += "      Policies: [{Statement: {Effect: Allow, Action: 's3:*', Resource: '*'}}]\n";
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_format_tells_of_the_same_findings(
        files in proptest::collection::btree_map("[a-z%,:#é &?'\"]{1,12}\\.yaml", (1usize..4, 0usize..3), 1..5)
    ) {
        let mut audit = Audit::new(Settings { selection: Selection::default(), today: date(2026, 11, 22) });
        for (name, (functions, lines)) in &files {
            audit.add(&Document::read(name.clone(), template(*functions, *lines).as_bytes(), true), &[]);
        }
        let report = audit.finish();
        let expected: BTreeSet<Place> = report
            .findings
            .iter()
            .map(|finding| {
                let place = &finding.location;
                let (line, column) = (place.start.line as u64, place.start.column as u64);
                (finding.rule.id.to_owned(), place.file.clone(), line, column)
            })
            .collect();
        let functions: usize = files.values().map(|(functions, _)| functions).sum();
        prop_assert!(expected.len() >= functions);
        prop_assert_eq!(&in_human(&rendered(&report, Format::Human)), &expected);
        prop_assert_eq!(&in_json(&rendered(&report, Format::Json)), &expected);
        prop_assert_eq!(&in_sarif(&rendered(&report, Format::Sarif)), &expected);
        prop_assert_eq!(&in_github(&rendered(&report, Format::Github)), &expected);
    }
}
