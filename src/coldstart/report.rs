//! The outcome of a run as a value: samples, what was dropped, and summaries.

use std::collections::BTreeMap;

use serde::Serialize;

use super::baseline::{Baseline, LEAST};
use super::comparison::Comparison;
use super::cost::PerMillion;
use super::gate::{Gate, Verdict};
use super::sample::{DropReason, Sample, Start};
use super::schedule::{Schedule, Strategy};
use super::shape::Shape;
use super::statistics::Summary;
use super::subject::{Note, Subject};
use super::target::{Target, Variant, label};
use crate::journal::Place;
use crate::names::RunId;

/// The outcome of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The run's identity.
    pub run: RunId,
    /// Where it was measured; local figures are not those of AWS.
    pub place: Place,
    /// Seed of the order of the functions.
    pub seed: u64,
    /// When it started, milliseconds since the Unix epoch.
    pub started_ms: u64,
    /// How long it took, restoring included.
    pub elapsed_ms: u64,
    /// How environments were forced.
    pub strategy: Strategy,
    /// Where the code was read from, if that is known.
    pub page_cache: Option<PageCache>,
    /// One for each function, in the order asked for.
    pub functions: Vec<FunctionReport>,
    /// Each of the others against the baseline, if one was named.
    pub comparisons: Vec<Compared>,
    /// What became of the limits.
    pub gates: Vec<Verdict>,
}

/// Whether a start found its code in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PageCache {
    /// It was read from the disk.
    Cold,
    /// A start before had read it.
    Warm,
}

/// One function against another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// The function that is the measure.
    pub baseline: String,
    /// The other one.
    pub other: String,
    /// What the samples say.
    pub comparison: Comparison,
    /// The baseline's own figures, milliseconds.
    pub base: Summary,
    /// When the baseline was measured, if that was another run; milliseconds since the Unix epoch.
    pub saved_ms: Option<u64>,
}

impl Report {
    /// Compares what was measured: in each pair, the second with the first.
    pub fn compare(&mut self, pairs: &[(Target, Target)]) {
        let find = |target: &Target| self.functions.iter().find(|function| function.is_of(target));
        let compared = |(base, other): &(Target, Target)| {
            let (base, other) = (find(base)?, find(other)?);
            Some(Compared {
                baseline: base.label(),
                other: other.label(),
                comparison: Comparison::of(&base.start_times(), &other.start_times())?,
                base: base.starts()?.clone(),
                saved_ms: None,
            })
        };
        self.comparisons = pairs.iter().filter_map(compared).collect();
    }

    /// Compares each function with what an earlier run found for it. Small differences are those of two days.
    pub fn compare_with_saved(&mut self, baseline: &Baseline) {
        let compared = |function: &FunctionReport| {
            let starts = baseline.starts(&function.label)?;
            let mut comparison = Comparison::of(starts, &function.start_times())?;
            comparison.is_significant &= (comparison.ratio - 1.0).abs() >= LEAST;
            Some(Compared {
                baseline: format!("{} earlier", function.label),
                other: function.label.clone(),
                comparison,
                base: Summary::of(starts.iter().copied())?,
                saved_ms: Some(baseline.started_ms),
            })
        };
        self.comparisons = self.functions.iter().filter_map(compared).collect();
    }

    /// Judges every function by these limits; the baseline itself by those that are not relative to it.
    pub fn judge(&mut self, gates: &[Gate]) {
        let mut verdicts = Vec::new();
        for function in &self.functions {
            let name = function.label();
            let Some(starts) = function.starts() else { continue };
            let compared = self.comparisons.iter().find(|compared| compared.other == name);
            let baseline = compared.map(|compared| (&compared.base, &compared.comparison));
            verdicts.extend(gates.iter().filter_map(|gate| gate.judge(&name, starts, baseline)));
        }
        self.gates = verdicts;
    }
}

/// The outcome for one function. Times are in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FunctionReport {
    /// The function with what is different about its copy.
    pub label: String,
    /// The function, with what a copy of it changed.
    pub subject: Subject,
    /// How the copy that was measured differs from it; none if it was measured itself.
    pub copy: Option<Variant>,
    /// Samples wanted.
    pub wanted: u32,
    /// Samples that count: the first round's are not among them.
    pub n: usize,
    /// Invokes, without the warm ones.
    pub calls: u32,
    /// Rounds, the first after the change included.
    pub rounds: u32,
    /// Concurrent invokes of a round. Starts in a burst are faster than single ones.
    pub width: u32,
    /// Replies that do not count, by reason.
    pub dropped: BTreeMap<DropReason, u32>,
    /// Init Duration.
    pub init: Option<Summary>,
    /// Restore Duration, with SnapStart.
    pub restore: Option<Summary>,
    /// How the starts are distributed.
    pub shape: Option<Shape>,
    /// Processor time of the starts, where it is known.
    pub cpu: Option<Summary>,
    /// Init or Restore Duration of the first round after the change, kept apart.
    pub first_after_change: Option<Summary>,
    /// Handler's Duration in cold invokes.
    pub duration: Option<Summary>,
    /// Send to last byte by our clock, in cold invokes.
    pub client: Option<Summary>,
    /// What remains of the client's time without init, handler and a warm round trip: placement and download.
    pub platform: Option<Summary>,
    /// Median of client time minus Duration over warm invokes.
    pub warm_round_trip: Option<f64>,
    /// Handler's Duration in warm invokes.
    pub warm: Option<Summary>,
    /// What invokes cost at these times.
    pub per_million: Option<PerMillion>,
    /// Samples whose init phase hit 10 seconds and ran twice.
    pub init_timeouts: usize,
    /// What to know about the figures.
    pub notes: Vec<Note>,
    /// Every sample, the first round's included.
    pub samples: Vec<Sample>,
}

/// What was gathered about one function.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gathered {
    /// Every sample.
    pub samples: Vec<Sample>,
    /// Replies that do not count.
    pub dropped: BTreeMap<DropReason, u32>,
    /// Invokes, without the warm ones.
    pub calls: u32,
    /// Rounds.
    pub rounds: u32,
    /// Round trips of warm invokes.
    pub warm_round_trips: Vec<f64>,
    /// Handler's Duration in warm invokes.
    pub warm_durations: Vec<f64>,
}

impl FunctionReport {
    /// Summarizes what was gathered.
    #[must_use]
    pub fn new(
        subject: Subject,
        copy: Option<Variant>,
        schedule: Schedule,
        notes: Vec<Note>,
        gathered: Gathered,
    ) -> Self {
        let (first, counted): (Vec<&Sample>, Vec<&Sample>) =
            gathered.samples.iter().partition(|sample| sample.round == 0);
        let started_by = |start: Start| {
            Summary::of(counted.iter().filter(|sample| sample.start == start).map(|sample| sample.start_ms))
        };
        let round_trip = super::statistics::median(gathered.warm_round_trips.iter().copied());
        let billed = counted.iter().filter_map(|sample| sample.billed_ms);
        let per_million = PerMillion::of(&subject, &gathered.warm_durations, billed);
        Self {
            label: label(&subject.function, copy.as_ref()),
            subject,
            copy,
            wanted: schedule.samples,
            n: counted.len(),
            calls: gathered.calls,
            rounds: gathered.rounds,
            width: schedule.width,
            init: started_by(Start::Init),
            restore: started_by(Start::Restore),
            shape: Shape::of(counted.iter().map(|sample| sample.start_ms)),
            cpu: Summary::of(counted.iter().filter_map(|sample| sample.cpu_ms)),
            first_after_change: Summary::of(first.iter().map(|sample| sample.start_ms)),
            duration: Summary::of(counted.iter().map(|sample| sample.duration_ms)),
            client: Summary::of(counted.iter().map(|sample| sample.client_ms)),
            platform: round_trip
                .and_then(|trip| Summary::of(counted.iter().map(|sample| platform_time(sample, trip)))),
            warm_round_trip: round_trip,
            warm: Summary::of(gathered.warm_durations.iter().copied()),
            per_million,
            init_timeouts: counted.iter().filter(|sample| sample.has_init_timed_out).count(),
            notes,
            dropped: gathered.dropped,
            samples: gathered.samples,
        }
    }

    /// The function with what is different about its copy.
    #[must_use]
    pub fn label(&self) -> String {
        self.label.clone()
    }

    fn is_of(&self, target: &Target) -> bool {
        self.subject.function == target.function && self.copy == target.copy
    }

    /// Init Duration, or Restore Duration with SnapStart.
    #[must_use]
    pub fn starts(&self) -> Option<&Summary> {
        self.restore.as_ref().or(self.init.as_ref())
    }

    /// Every start that counts, in milliseconds.
    #[must_use]
    pub fn start_times(&self) -> Vec<f64> {
        let kind = if self.restore.is_some() { Start::Restore } else { Start::Init };
        let counted = self.samples.iter().filter(|sample| sample.round > 0 && sample.start == kind);
        counted.map(|sample| sample.start_ms).collect()
    }

    /// Whether as many samples were gathered as were wanted.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.n >= usize::try_from(self.wanted).unwrap_or(usize::MAX)
    }
}

fn platform_time(sample: &Sample, round_trip: f64) -> f64 {
    sample.client_ms - sample.start_ms - sample.duration_ms - round_trip
}

#[cfg(test)]
mod tests {
    use super::{FunctionReport, Gathered};
    use crate::coldstart::sample::{DropReason, Sample, Start};
    use crate::coldstart::{Schedule, Subject};

    fn sample(round: u32, start_ms: f64) -> Sample {
        Sample {
            round,
            start: Start::Init,
            start_ms,
            request_id: None,
            cpu_ms: None,
            duration_ms: 5.0,
            billed_ms: None,
            client_ms: start_ms + 5.0 + 12.0,
            max_memory_mb: None,
            has_init_timed_out: start_ms >= 9_900.0,
        }
    }

    fn schedule(samples: u32, width: u32) -> Schedule {
        Schedule { samples, width, rounds: samples.div_ceil(width) }
    }

    #[test]
    fn the_first_round_is_apart_and_platform_time_is_what_remains() {
        let gathered = Gathered {
            samples: vec![sample(0, 900.0), sample(1, 100.0), sample(2, 110.0), sample(2, 9_950.0)],
            dropped: [(DropReason::NotCold, 2)].into(),
            calls: 6,
            rounds: 3,
            warm_durations: Vec::new(),
            warm_round_trips: vec![2.0, 40.0, 2.0],
        };
        let report = FunctionReport::new(Subject::of_a_test(), None, schedule(4, 2), Vec::new(), gathered);
        assert_eq!((report.n, report.is_complete(), report.init_timeouts), (3, false, 1));
        assert_eq!(report.first_after_change.as_ref().unwrap().max, 900.0);
        let init = report.init.as_ref().unwrap();
        assert_eq!((init.min, init.max, report.restore), (100.0, 9_950.0, None));
        assert!((report.platform.unwrap().p50.value - 10.0).abs() < 1e-9);
    }

    #[test]
    fn without_a_warm_round_trip_there_is_no_platform_time() {
        let report = FunctionReport::new(
            Subject::of_a_test(),
            None,
            schedule(1, 1),
            Vec::new(),
            Gathered { samples: vec![sample(1, 1.0)], ..Gathered::default() },
        );
        assert_eq!(report.platform, None);
        assert!(report.is_complete());
    }
}
