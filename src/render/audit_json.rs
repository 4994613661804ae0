//! An audit report as one JSON object, schema `slsx/audit/1`.

use std::io::{self, Write};

use serde::Serialize;

use crate::audit::{Confidence, Finding, Outcome, Position, Related, Report, Severity, Subject};

/// Writes the report and a newline.
pub fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &shape(report))?;
    writeln!(out)
}

#[derive(Serialize)]
struct ReportShape<'a> {
    schema: &'static str,
    findings: Vec<FindingShape<'a>>,
    unreadable: Vec<UnreadableShape<'a>>,
    analysed: Vec<AnalysedShape<'a>>,
    skipped: Vec<&'a str>,
    code: Vec<&'a str>,
    rules: Vec<&'static str>,
    summary: SummaryShape,
}

#[derive(Serialize)]
struct FindingShape<'a> {
    rule: &'static str,
    severity: Severity,
    confidence: Confidence,
    file: &'a str,
    start: Position,
    end: Position,
    resource: Option<&'a str>,
    message: &'a str,
    help: &'a str,
    related: Vec<RelatedShape<'a>>,
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct RelatedShape<'a> {
    file: &'a str,
    start: Position,
    end: Position,
    message: &'a str,
}

#[derive(Serialize)]
struct UnreadableShape<'a> {
    file: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct AnalysedShape<'a> {
    file: &'a str,
    kind: &'static str,
}

#[derive(Serialize)]
struct SummaryShape {
    findings: usize,
    high: usize,
    medium: usize,
    low: usize,
    analysed: usize,
    skipped: usize,
    unreadable: usize,
    handlers: usize,
    handler_files: usize,
}

fn shape(report: &Report) -> ReportShape<'_> {
    let summary = report.summary();
    ReportShape {
        schema: "slsx/audit/1",
        findings: report.findings.iter().map(finding).collect(),
        unreadable: report.unreadable().map(|(file, reason)| UnreadableShape { file, reason }).collect(),
        analysed: analysed(report),
        skipped: skipped(report),
        code: report.code.iter().map(|file| file.path.as_str()).collect(),
        rules: report.rules.iter().map(|rule| rule.id).collect(),
        summary: SummaryShape {
            findings: summary.findings(),
            high: summary.high,
            medium: summary.medium,
            low: summary.low,
            analysed: summary.analysed(),
            skipped: summary.skipped,
            unreadable: summary.unreadable,
            handlers: summary.handlers,
            handler_files: summary.code_files,
        },
    }
}

fn finding(finding: &Finding) -> FindingShape<'_> {
    FindingShape {
        rule: finding.rule.id,
        severity: finding.severity,
        confidence: finding.confidence,
        file: &finding.location.file,
        start: finding.location.start,
        end: finding.location.end,
        resource: finding.resource.as_ref().map(|resource| resource.as_str()),
        message: &finding.message,
        help: &finding.help,
        related: finding.related.iter().map(related).collect(),
        fingerprint: &finding.fingerprint,
    }
}

fn related(related: &Related) -> RelatedShape<'_> {
    RelatedShape {
        file: &related.location.file,
        start: related.location.start,
        end: related.location.end,
        message: &related.message,
    }
}

fn analysed(report: &Report) -> Vec<AnalysedShape<'_>> {
    let kind = |outcome: &Outcome| match outcome {
        Outcome::Analysed(Subject::Template) => Some("template"),
        Outcome::Analysed(Subject::Policy) => Some("policy"),
        Outcome::Skipped | Outcome::Unreadable(_) => None,
    };
    report
        .files
        .iter()
        .filter_map(|file| Some(AnalysedShape { file: &file.path, kind: kind(&file.outcome)? }))
        .collect()
}

fn skipped(report: &Report) -> Vec<&str> {
    report
        .files
        .iter()
        .filter(|file| file.outcome == Outcome::Skipped)
        .map(|file| file.path.as_str())
        .collect()
}
