//! An audit report as GitHub workflow commands, which GitHub shows beside the lines of a pull request.
//!
//! Format and escaping: "Workflow commands for GitHub Actions", "Setting an error message".

use std::io::{self, Write};

use crate::audit::{Finding, Report, Severity};

/// Writes one command per finding and per unreadable file.
pub fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    for finding in &report.findings {
        write_finding(finding, out)?;
    }
    for (path, reason) in report.unreadable() {
        writeln!(out, "::error file={},title=unreadable::cannot audit: {}", property(path), data(reason))?;
    }
    Ok(())
}

fn write_finding(finding: &Finding, out: &mut impl Write) -> io::Result<()> {
    let location = &finding.location;
    writeln!(
        out,
        "::{} file={},line={},endLine={},col={},title={}::{}",
        command(finding.severity),
        property(&location.file),
        location.start.line,
        location.end.line,
        location.start.column,
        property(finding.rule.id),
        data(&format!("{} ({})", finding.message, finding.help)),
    )
}

fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "notice",
    }
}

/// Escapes what stands after the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property, where `:` and `,` would end it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_end_their_property_or_start_a_command() {
        assert_eq!(
            property("a,line=9::error::x\n::debug::%"),
            "a%2Cline=9%3A%3Aerror%3A%3Ax%0A%3A%3Adebug%3A%3A%25"
        );
        assert_eq!(data("50% of\r\n::stop-commands::x"), "50%25 of%0D%0A::stop-commands::x");
    }
}
