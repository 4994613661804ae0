//! `coldstart-bench`: forces fresh execution environments, measures them, and puts everything back.
//!
//! It prints nothing and reads no arguments: events go out through a callback, the outcome is a value.
//!
//! The order is the promise: locks, then journals on the disk, then the first change; and whatever happens after
//! that, the undo. Only the description of a function is ever written, as a compare-and-set on its revision, so no
//! environment variable is touched and nobody's edit is overwritten.

pub mod cancel;
pub mod command;
mod control;
pub mod failure;
mod hold;
mod measure;
pub mod preflight;
pub mod restore;

pub use cancel::{Cancel, Interruption};
pub use failure::Failure;

use crate::coldstart::plan::{FunctionPlan, Plan};
use crate::coldstart::report::{FunctionReport, Gathered, Report};
use crate::coldstart::{Event, Schedule, Strategy};
use crate::journal::{Entry, Place};
use crate::names::{FunctionName, Qualifier, Revision, RunId};
use crate::ports::{Clock, FunctionState, Functions, Journals};
use crate::pricing::US_EAST_1;

/// What to measure. No `Debug`: the event may hold secrets.
#[derive(Clone)]
pub struct Settings {
    /// Physical names, in the order of the report.
    pub functions: Vec<FunctionName>,
    /// Samples wanted for each.
    pub samples: u32,
    /// How environments are forced.
    pub strategy: Strategy,
    /// Enough is measured when the interval of the median reaches this part of it to each side.
    pub precision: Option<f64>,
    /// Event to invoke with.
    pub payload: Vec<u8>,
    /// Seed of the order in which functions are measured.
    pub seed: u64,
    /// Identity of this run, from `coldstart::mark::run_id`.
    pub run: RunId,
    /// Account, region and endpoint of the credentials in use.
    pub place: Place,
}

/// One run.
#[derive(Clone, Copy)]
pub struct Bench<'a, F, J, C> {
    /// Lambda.
    pub functions: &'a F,
    /// Notes of what must be undone.
    pub journals: &'a J,
    /// Time.
    pub clock: &'a C,
    /// Ctrl-C.
    pub cancel: &'a Cancel,
    /// What to measure.
    pub settings: &'a Settings,
}

/// One function on its way through a run.
#[derive(Debug)]
struct Track {
    plan: FunctionPlan,
    schedule: Schedule,
    /// As it was read for the journal, before the first change.
    before: FunctionState,
    entry: Entry,
    journal: String,
    /// The description that nobody but us would have changed.
    expected: String,
    /// Revision of the read that `expected` comes from; none once it may have moved on.
    revision: Option<Revision>,
    /// A write of ours got no reply, so it may still arrive.
    has_lost_reply: bool,
    /// The version measured last.
    version: Option<Qualifier>,
    /// Why the latest dropped reply was dropped.
    last_drop: Option<String>,
    /// Why the runtime could not start the function, by its latest reply.
    start_error: Option<String>,
    gathered: Gathered,
}

impl<F: Functions, J: Journals, C: Clock> Bench<'_, F, J, C> {
    /// What a run would do and cost; changes nothing.
    ///
    /// # Errors
    /// When a function cannot be measured, or AWS does not answer.
    pub async fn plan(&self) -> Result<Plan, Failure> {
        let place = &self.settings.place;
        let prices = (!place.is_local()).then_some(US_EAST_1);
        let mut functions: Vec<FunctionPlan> = Vec::new();
        for name in &self.settings.functions {
            let (state, concurrency) = self.inspect(name).await?;
            if functions.iter().any(|planned| planned.subject.arn == state.arn) {
                continue;
            }
            let subject = preflight::subject(&state);
            let free = concurrency.map(preflight::free);
            let (samples, strategy) = (self.settings.samples, self.settings.strategy);
            functions.push(FunctionPlan::new(subject, samples, strategy, free, prices.as_ref()));
        }
        let Settings { samples, strategy, seed, run, place, .. } = self.settings.clone();
        Ok(Plan { run, place, seed, samples, strategy, functions, prices })
    }

    /// Measures, then puts everything back, whatever happened.
    ///
    /// Dropping the returned future leaves at once, as a second Ctrl-C should: the journals stay for `recover`.
    ///
    /// # Errors
    /// When nothing could be measured, the run was interrupted, or something could not be put back.
    pub async fn run(&self, emit: &mut dyn FnMut(Event)) -> Result<Report, Failure> {
        let (started_ms, start) = (self.clock.now_ms(), self.clock.elapsed());
        let plan = self.plan().await?;
        emit(Event::Planned(plan.clone()));
        let _locks = self.hold(&plan, emit).await?;
        let mut tracks = Vec::new();
        let measured = self.begin_and_measure(plan, started_ms, &mut tracks, emit).await;
        if matches!(measured, Err(Failure::Interrupted { .. })) {
            emit(Event::Interrupted { recover_command: self.settings.place.recover_command() });
        }
        let left = self.restore(&tracks, emit).await;
        if !left.is_empty() {
            return Err(Failure::NotRestored {
                command: self.settings.place.recover_command(),
                functions: left.join("; "),
                cause: measured.err().map(Box::new),
            });
        }
        measured?;
        let elapsed = self.clock.elapsed().saturating_sub(start);
        let Settings { run, place, seed, strategy, .. } = self.settings.clone();
        Ok(Report {
            run,
            place,
            seed,
            started_ms,
            elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            strategy,
            functions: tracks.into_iter().map(Track::report).collect(),
            comparisons: Vec::new(),
            gates: Vec::new(),
        })
    }

    async fn begin_and_measure(
        &self,
        plan: Plan,
        started_ms: u64,
        tracks: &mut Vec<Track>,
        emit: &mut dyn FnMut(Event),
    ) -> Result<(), Failure> {
        for function in plan.functions {
            tracks.push(self.begin(function, started_ms).await?);
        }
        self.measure(tracks, emit).await?;
        match tracks.iter().find(|track| track.tally().accepted == 0) {
            Some(track) => Err(track.nothing_cold()),
            None => Ok(()),
        }
    }
}

impl Track {
    fn nothing_cold(&self) -> Failure {
        let reasons =
            self.gathered.dropped.iter().map(|(reason, count)| format!("{count} {}", reason.text()));
        Failure::NothingCold {
            function: self.before.name.clone(),
            calls: self.gathered.calls,
            reasons: reasons.collect::<Vec<_>>().join(", "),
        }
    }

    fn report(self) -> FunctionReport {
        FunctionReport::new(
            self.plan.subject,
            self.schedule.samples,
            self.schedule.width,
            self.plan.notes,
            self.gathered,
        )
    }
}
