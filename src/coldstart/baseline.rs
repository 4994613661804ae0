//! An earlier run's report as a measure for this one.
//!
//! It is a poor one: with what a public benchmark published every day for a month, the same function with the same
//! settings differed from itself on two days in 14 to 21 of 100 comparisons at 5 %. So a difference counts only where
//! it is large as well.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::report::Report;
use super::sample::Start;
use super::schedule::Strategy;
use crate::journal::{Place, Target};

/// Schema of the reports that can be read.
pub const SCHEMA: &str = "slsx/coldstart-bench/1";
/// Part of the baseline's median below which two days explain a difference. Half of the zip functions of that benchmark
/// stayed within 3.5 % from one day to another.
pub const LEAST: f64 = 0.10;

/// The starts of an earlier run.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// When it was measured, milliseconds since the Unix epoch.
    pub started_ms: u64,
    strategy: Strategy,
    place: Place,
    starts: BTreeMap<String, Vec<f64>>,
}

/// Why a file is no baseline, or not one for this run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum BaselineError {
    /// No report.
    #[error("it is no report of a bench: {0}")]
    #[diagnostic(help("write one with `slsx coldstart-bench --format json > baseline.json`"))]
    NoReport(String),
    /// Measured in another way.
    #[error("it holds {found} starts, and these are {wanted}")]
    #[diagnostic(help(
        "starts in a burst share caches: compare bursts with bursts, and single starts with single ones"
    ))]
    Strategy {
        /// In the file.
        found: &'static str,
        /// In this run.
        wanted: &'static str,
    },
    /// Measured somewhere else.
    #[error("it was measured in {found}, and this is {wanted}")]
    #[diagnostic(help("figures of two places tell nothing about each other"))]
    Place {
        /// In the file.
        found: String,
        /// In this run.
        wanted: String,
    },
}

#[derive(Deserialize)]
struct Document {
    schema: String,
    report: SavedReport,
}

#[derive(Deserialize)]
struct SavedReport {
    place: Place,
    started_ms: u64,
    strategy: Strategy,
    functions: Vec<SavedFunction>,
}

#[derive(Deserialize)]
struct SavedFunction {
    label: String,
    restore: Option<serde_json::Value>,
    samples: Vec<SavedSample>,
}

#[derive(Deserialize)]
struct SavedSample {
    round: u32,
    start: Start,
    start_ms: f64,
}

impl Baseline {
    /// Reads a report as JSON.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(text: &str) -> Result<Self, BaselineError> {
        let document: Document =
            serde_json::from_str(text).map_err(|error| BaselineError::NoReport(error.to_string()))?;
        if document.schema != SCHEMA {
            return Err(BaselineError::NoReport(format!("its schema is {}, not {SCHEMA}", document.schema)));
        }
        let SavedReport { place, started_ms, strategy, functions } = document.report;
        let starts = functions.into_iter().map(|function| {
            let kind = if function.restore.is_some() { Start::Restore } else { Start::Init };
            let counted = function.samples.iter().filter(|sample| sample.round > 0 && sample.start == kind);
            (function.label, counted.map(|sample| sample.start_ms).collect())
        });
        Ok(Self { started_ms, strategy, place, starts: starts.collect() })
    }

    /// Refuses what tells nothing about a run of this kind in this place.
    ///
    /// # Errors
    /// What is different.
    pub fn check(&self, strategy: Strategy, place: &Place) -> Result<(), BaselineError> {
        if self.strategy != strategy {
            return Err(BaselineError::Strategy { found: self.strategy.word(), wanted: strategy.word() });
        }
        let is_same = match (&self.place.target, &place.target) {
            // Whichever instance it is, it is this machine or one like it.
            (Target::Local { .. }, Target::Local { .. }) | (Target::Machine, Target::Machine) => true,
            _ => self.place.target == place.target && self.place.region == place.region,
        };
        if is_same {
            return Ok(());
        }
        Err(BaselineError::Place { found: self.place.to_string(), wanted: place.to_string() })
    }

    /// The starts of a function, by its label.
    #[must_use]
    pub fn starts(&self, label: &str) -> Option<&[f64]> {
        self.starts.get(label).map(Vec::as_slice)
    }

    /// Whether it has any of a report's functions.
    #[must_use]
    pub fn knows_any(&self, report: &Report) -> bool {
        report.functions.iter().any(|function| self.starts.contains_key(&function.label()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Baseline, BaselineError};
    use crate::coldstart::Strategy;
    use crate::journal::{Place, Target};

    fn text(schema: &str) -> String {
        serde_json::json!({
            "schema": schema,
            "report": {
                "place": {"account": "1", "region": "eu-west-1", "target": "aws"},
                "started_ms": 5, "strategy": "version", "seed": 1,
                "functions": [{"label": "read", "restore": null, "n": 2, "samples": [
                    {"round": 0, "start": "init", "start_ms": 900.0, "duration_ms": 1.0},
                    {"round": 1, "start": "init", "start_ms": 100.0},
                    {"round": 2, "start": "init", "start_ms": 110.5}
                ]}]
            }
        })
        .to_string()
    }

    fn place(region: &str) -> Place {
        Place { account: "1".into(), region: region.into(), target: Target::Aws }
    }

    #[test]
    fn the_starts_that_counted_are_read() {
        let baseline = Baseline::read(&text("slsx/coldstart-bench/1")).unwrap();
        assert_eq!(baseline.starts("read"), Some(&[100.0, 110.5][..]));
        assert_eq!((baseline.starts("other"), baseline.started_ms), (None, 5));
        assert_eq!(baseline.check(Strategy::Version, &place("eu-west-1")), Ok(()));
    }

    #[test]
    fn what_tells_nothing_is_refused() {
        let baseline = Baseline::read(&text("slsx/coldstart-bench/1")).unwrap();
        let strategy = baseline.check(Strategy::Serial, &place("eu-west-1"));
        assert!(matches!(strategy, Err(BaselineError::Strategy { .. })));
        assert!(matches!(
            baseline.check(Strategy::Version, &place("us-east-1")),
            Err(BaselineError::Place { .. })
        ));
        for other in [text("slsx/audit/1"), "{}".to_owned(), String::new()] {
            assert!(matches!(Baseline::read(&other), Err(BaselineError::NoReport(_))), "{other}");
        }
    }
}
