//! An audit report as SARIF 2.1.0 (OASIS), for code scanning.
//!
//! A test validates the output against the published JSON schema.

use std::io::{self, Write};

use serde::Serialize;

use crate::audit::{Confidence, Finding, Location, Meta, Report, Severity};

/// Files are relative to the folder the audit ran in, under the name that GitHub and others resolve.
const ROOT: &str = "%SRCROOT%";

/// Writes the log and a newline.
pub fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &log(report))?;
    writeln!(out)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    invocations: [Invocation<'a>; 1],
    column_kind: &'static str,
    results: Vec<ResultShape<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<RuleShape>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleShape {
    id: &'static str,
    short_description: Message<'static>,
    help: Help,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: &'static str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties {
    tags: Vec<&'static str>,
    precision: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'a> {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification<'a>>,
}

#[derive(Serialize)]
struct Notification<'a> {
    level: &'static str,
    message: Message<'a>,
    locations: [Place<'a>; 1],
}

#[derive(Serialize)]
struct Message<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultShape<'a> {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message<'a>,
    locations: [Place<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Place<'a>>,
    partial_fingerprints: Fingerprints<'a>,
    properties: ResultProperties<'a>,
}

#[derive(Serialize)]
struct Fingerprints<'a> {
    /// Our name for it, with the version of how it is made.
    #[serde(rename = "slsxFinding/v1")]
    value: &'a str,
}

#[derive(Serialize)]
struct ResultProperties<'a> {
    severity: Severity,
    confidence: Confidence,
    help: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct LogicalLocation<'a> {
    name: &'a str,
    kind: &'static str,
}

fn log(report: &Report) -> Log<'_> {
    let notifications: Vec<_> =
        report.unreadable().map(|(path, reason)| notification(path, reason)).collect();
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "slsx",
                semantic_version: env!("CARGO_PKG_VERSION"),
                rules: report.rules.iter().map(|rule| rule_shape(rule)).collect(),
            },
        },
        invocations: [Invocation {
            execution_successful: notifications.is_empty(),
            tool_execution_notifications: notifications,
        }],
        column_kind: "unicodeCodePoints",
        results: report.findings.iter().map(|finding| result(finding, &report.rules)).collect(),
    };
    Log { schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] }
}

fn rule_shape(rule: &'static Meta) -> RuleShape {
    let is_security = rule.id.starts_with("iam-");
    RuleShape {
        id: rule.id,
        short_description: Message { text: rule.summary },
        help: Help { text: format!("Run `slsx audit --explain {}`.", rule.id), markdown: rule.page },
        default_configuration: Configuration { level: level(rule.severity) },
        properties: RuleProperties {
            tags: if is_security { vec!["security"] } else { vec!["reliability"] },
            precision: precision(rule.confidence),
        },
    }
}

fn result<'a>(finding: &'a Finding, rules: &[&'static Meta]) -> ResultShape<'a> {
    let resource = finding.resource.as_ref().map(|resource| resource.as_str());
    let logical = resource.map(|name| LogicalLocation { name, kind: "resource" });
    let related = finding.related.iter().enumerate().map(|(index, related)| Place {
        id: Some(index),
        physical_location: physical(&related.location),
        logical_locations: Vec::new(),
        message: Some(Message { text: &related.message }),
    });
    ResultShape {
        rule_id: finding.rule.id,
        rule_index: rules.iter().position(|rule| rule.id == finding.rule.id),
        level: level(finding.severity),
        message: Message { text: &finding.message },
        locations: [Place {
            id: None,
            physical_location: physical(&finding.location),
            logical_locations: logical.into_iter().collect(),
            message: None,
        }],
        related_locations: related.collect(),
        partial_fingerprints: Fingerprints { value: &finding.fingerprint },
        properties: ResultProperties {
            severity: finding.severity,
            confidence: finding.confidence,
            help: &finding.help,
        },
    }
}

fn notification<'a>(path: &str, reason: &'a str) -> Notification<'a> {
    let physical_location = PhysicalLocation { artifact_location: artifact(path), region: None };
    Notification {
        level: "error",
        message: Message { text: reason },
        locations: [Place { id: None, physical_location, logical_locations: Vec::new(), message: None }],
    }
}

fn physical(location: &Location) -> PhysicalLocation {
    let region = Region {
        start_line: location.start.line,
        start_column: location.start.column,
        end_line: location.end.line,
        end_column: location.end.column,
    };
    PhysicalLocation { artifact_location: artifact(&location.file), region: Some(region) }
}

fn artifact(path: &str) -> ArtifactLocation {
    if path.starts_with('/') {
        return ArtifactLocation { uri: format!("file://{}", encoded(path)), uri_base_id: None };
    }
    ArtifactLocation { uri: encoded(path), uri_base_id: Some(ROOT) }
}

/// A path as RFC 3986 writes it: everything but unreserved characters and `/` is percent-encoded.
fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "very-high",
        Confidence::Medium => "high",
        Confidence::Low => "medium",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_valid_uris() {
        for (path, uri) in [
            ("template.yaml", "template.yaml"),
            ("my app/a#b?c.yaml", "my%20app/a%23b%3Fc.yaml"),
            ("c:x/é.yaml", "c%3Ax/%C3%A9.yaml"),
            ("100%.yaml", "100%25.yaml"),
        ] {
            let artifact = artifact(path);
            assert_eq!((artifact.uri.as_str(), artifact.uri_base_id), (uri, Some(ROOT)));
        }
        let absolute = artifact("/srv/a b.yaml");
        assert_eq!((absolute.uri.as_str(), absolute.uri_base_id), ("file:///srv/a%20b.yaml", None));
    }
}
