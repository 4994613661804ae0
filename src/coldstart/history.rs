//! Cold starts that happened by themselves, read from the logs of functions: how often, and how long, by version.
//!
//! They are not like forced ones: traffic decides when they happen, they depend on one another, and an environment that
//! was started before its first request reports no Init Duration to anybody.

use std::collections::BTreeMap;

use serde::Serialize;

use super::gate::{Gate, Verdict};
use super::report_line;
use super::statistics::Summary;
use crate::journal::Place;
use crate::logs::LogEvent;

/// What CloudWatch Logs should send: the lines of the platform that are read here.
pub const PATTERN: &str = "?\"REPORT RequestId\" ?\"platform.report\" ?INIT_START ?\"platform.initStart\" \
                           ?RESTORE_START ?\"platform.restoreStart\"";
/// The Init phase is ended at ten seconds and begun again in the invocation
/// (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>).
const TWICE_MS: f64 = 9_900.0;

/// The past of some functions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct History {
    /// Where.
    pub place: Place,
    /// From when on, milliseconds since the Unix epoch.
    pub since_ms: u64,
    /// Until when.
    pub until_ms: u64,
    /// Each version that was invoked, by function.
    pub versions: Vec<VersionHistory>,
    /// What became of the limits.
    pub gates: Vec<Verdict>,
}

/// The past of one version. Times are in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VersionHistory {
    /// The function, as people call it.
    pub function: String,
    /// `$LATEST` or a number.
    pub version: String,
    /// Invocations that were reported.
    pub invocations: usize,
    /// Those that waited for an execution environment to start.
    pub cold: usize,
    /// Part of the invocations that were cold.
    pub cold_rate: f64,
    /// Execution environments that were started before their first request came.
    pub proactive: usize,
    /// Invocations that ended in an error or a time-out.
    pub failed: usize,
    /// Init or Restore Duration of the cold ones.
    pub starts: Option<Summary>,
    /// Handler's Duration of the cold ones.
    pub cold_duration: Option<Summary>,
    /// Handler's Duration of the others.
    pub warm_duration: Option<Summary>,
    /// Starts that hit the limit of the Init phase.
    pub init_timeouts: usize,
}

impl History {
    /// Judges every version by these limits.
    pub fn judge(&mut self, gates: &[Gate]) {
        let each = self.versions.iter().filter_map(|version| {
            Some((format!("{}:{}", version.function, version.version), version.starts.as_ref()?))
        });
        self.gates = each
            .flat_map(|(name, starts)| gates.iter().filter_map(move |gate| gate.judge(&name, starts, None)))
            .collect();
    }
}

/// Whether a line tells something about the past.
#[must_use]
pub fn is_telling(line: &str) -> bool {
    report_line::is_start(line) || report_line::read(line).is_some()
}

/// One execution environment, which writes one log stream.
#[derive(Default)]
struct Environment {
    has_started: bool,
    has_reported: bool,
}

#[derive(Default)]
struct Version {
    environments: BTreeMap<String, Environment>,
    starts: Vec<f64>,
    cold: Vec<f64>,
    warm: Vec<f64>,
    failed: usize,
    proactive: usize,
}

/// The versions of a function, from the events of its log group in their order. `physical` is its name: other functions
/// may write to the same group.
#[must_use]
pub fn of(function: &str, physical: &str, events: &[LogEvent]) -> Vec<VersionHistory> {
    let mut versions: BTreeMap<String, Version> = BTreeMap::new();
    for event in events {
        if let Some(version) = version_of(&event.stream, physical) {
            versions.entry(version.to_owned()).or_default().take(event);
        }
    }
    versions
        .into_iter()
        .filter(|(_, version)| !version.cold.is_empty() || !version.warm.is_empty())
        .map(|(name, version)| version.summarized(function, name))
        .collect()
}

/// The version in `YYYY/MM/DD/[VERSION]ID`, or `YYYY/MM/DD/FUNCTION[VERSION]ID` in a group with another name
/// (<https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html>).
fn version_of<'a>(stream: &'a str, physical: &str) -> Option<&'a str> {
    let (before, rest) = stream.split_once('[')?;
    let (version, _) = rest.split_once(']')?;
    let name = before.rsplit('/').next().unwrap_or_default();
    (name.is_empty() || name == physical).then_some(version)
}

impl Version {
    fn take(&mut self, event: &LogEvent) {
        let environment = self.environments.entry(event.stream.clone()).or_default();
        if report_line::is_start(&event.message) {
            environment.has_started = true;
        }
        let Some(report) = report_line::read(&event.message) else { return };
        self.failed += usize::from(report.has_failed);
        let is_first = !std::mem::replace(&mut environment.has_reported, true);
        match report.restore_ms.or(report.init_ms) {
            Some(start) => {
                self.starts.push(start);
                self.cold.push(report.duration_ms);
            }
            None => {
                self.proactive += usize::from(is_first && environment.has_started && !report.has_failed);
                self.warm.push(report.duration_ms);
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers of invocations")]
    fn summarized(self, function: &str, version: String) -> VersionHistory {
        let (cold, invocations) = (self.cold.len(), self.cold.len() + self.warm.len());
        VersionHistory {
            function: function.to_owned(),
            version,
            invocations,
            cold,
            cold_rate: cold as f64 / invocations.max(1) as f64,
            proactive: self.proactive,
            failed: self.failed,
            init_timeouts: self.starts.iter().filter(|start| **start >= TWICE_MS).count(),
            starts: Summary::of(self.starts),
            cold_duration: Summary::of(self.cold),
            warm_duration: Summary::of(self.warm),
        }
    }
}

#[cfg(test)]
mod tests;
