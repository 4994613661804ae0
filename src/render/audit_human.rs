//! An audit report for people: findings with excerpts, then what was and was not looked at.

use std::io::{self, Write};

use super::{
    diagnostic::{self, Diagnostic, Excerpt, Loudness, Mark},
    style::{Style, printable},
};
use crate::audit::{Finding, Meta, Report, Severity, Summary};

/// Writes the report.
pub fn write(report: &Report, style: Style, out: &mut impl Write) -> io::Result<()> {
    for finding in &report.findings {
        diagnostic::write(&drawn(finding, report), style, out)?;
        writeln!(out)?;
    }
    for (path, reason) in report.unreadable() {
        writeln!(out, "{}: cannot audit {}: {}", style.red("error"), printable(path), printable(reason))?;
    }
    let summary = report.summary();
    if summary.findings() == 0 {
        writeln!(out, "{}", nothing_found(&summary, report.rules.len()))
    } else {
        writeln!(out, "{}; {}", counted(&summary), coverage(&summary))
    }
}

/// Writes one line per rule.
pub fn write_rules(rules: &[&Meta], style: Style, out: &mut impl Write) -> io::Result<()> {
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in rules {
        writeln!(out, "{:<width$}  {:<6}  {}", style.cyan(rule.id), rule.severity.word(), rule.summary)?;
    }
    Ok(())
}

fn drawn<'a>(finding: &'a Finding, report: &'a Report) -> Diagnostic<'a> {
    let primary = Mark { range: finding.location.range(), label: String::new(), is_primary: true };
    let mut excerpts = vec![(finding.location.file.as_str(), vec![primary])];
    for related in &finding.related {
        let mark =
            Mark { range: related.location.range(), label: related.message.clone(), is_primary: false };
        match excerpts.iter_mut().find(|(path, _)| *path == related.location.file) {
            Some((_, marks)) => marks.push(mark),
            None => excerpts.push((&related.location.file, vec![mark])),
        }
    }
    Diagnostic {
        loudness: loudness(finding.severity),
        word: finding.severity.word(),
        code: Some(finding.rule.id),
        title: finding.message.clone(),
        excerpts: excerpts.into_iter().filter_map(|(path, marks)| excerpt(path, marks, report)).collect(),
        notes: Vec::new(),
        help: Some(finding.help.clone()),
    }
}

fn excerpt<'a>(path: &'a str, marks: Vec<Mark>, report: &'a Report) -> Option<Excerpt<'a>> {
    Some(Excerpt { path, text: report.text_of(path)?, first_line: 1, marks })
}

fn loudness(severity: Severity) -> Loudness {
    match severity {
        Severity::High => Loudness::Error,
        Severity::Medium => Loudness::Warning,
        Severity::Low => Loudness::Note,
    }
}

/// `3 findings (1 high, 2 medium) in 2 files`.
fn counted(summary: &Summary) -> String {
    let severities = [(summary.high, "high"), (summary.medium, "medium"), (summary.low, "low")];
    let parts: Vec<String> = severities
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let findings = plural(summary.findings(), "finding", "findings");
    let files = plural(summary.files_with_findings, "file", "files");
    format!("{findings} ({}) in {files}", parts.join(", "))
}

/// `5 analysed, 1 skipped, 0 unreadable`.
fn coverage(summary: &Summary) -> String {
    format!("{} analysed, {} skipped, {} unreadable", summary.analysed(), summary.skipped, summary.unreadable)
}

/// "Nothing found" only means something beside what was looked at.
fn nothing_found(summary: &Summary, rules: usize) -> String {
    let mut subjects = vec![plural(summary.templates, "template", "templates")];
    if summary.policies > 0 {
        subjects.push(plural(summary.policies, "policy document", "policy documents"));
    }
    if summary.handlers > 0 {
        let handlers = plural(summary.handlers, "handler", "handlers");
        subjects.push(format!("{handlers} ({} read)", plural(summary.code_files, "file", "files")));
    }
    let rules = plural(rules, "rule", "rules");
    // Beside something that could not be read, "no findings" would sound like a clean bill.
    let verdict = if summary.unreadable == 0 { "no findings" } else { "incomplete, no findings in the rest" };
    format!("{verdict}: {rules} over {}; {}", subjects.join(", "), coverage(summary))
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_leaves_out_severities_without_findings() {
        let summary = Summary { high: 1, medium: 2, files_with_findings: 2, ..Summary::default() };
        assert_eq!(counted(&summary), "3 findings (1 high, 2 medium) in 2 files");
        let one = Summary { low: 1, files_with_findings: 1, ..Summary::default() };
        assert_eq!(counted(&one), "1 finding (1 low) in 1 file");
    }

    #[test]
    fn nothing_found_says_what_was_looked_at() {
        let summary = Summary { templates: 1, unreadable: 1, ..Summary::default() };
        let looked_at = "incomplete, no findings in the rest: 7 rules over 1 template; 1 analysed, 0 skipped, 1 unreadable";
        assert_eq!(nothing_found(&summary, 7), looked_at);
        let more = Summary { templates: 2, policies: 1, handlers: 3, code_files: 2, ..Summary::default() };
        let looked_at = "no findings: 7 rules over 2 templates, 1 policy document, 3 handlers (2 files read); \
                         3 analysed, 0 skipped, 0 unreadable";
        assert_eq!(nothing_found(&more, 7), looked_at);
    }
}
