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
mod copying;
mod drawings;
mod earlier;
mod explaining;
pub mod failure;
mod history;
mod hold;
mod machine;
mod measure;
pub mod preflight;
pub mod restore;
mod targets;
mod wishes;

pub use cancel::{Cancel, Interruption};
pub use failure::Failure;

use crate::coldstart::plan::{FunctionPlan, Plan, Wanted};
use crate::coldstart::report::{FunctionReport, Gathered, Report};
use crate::coldstart::subject::Note;
use crate::coldstart::target::{Copy, sibling};
use crate::coldstart::{Event, Schedule, Strategy, Target, Variant};
use crate::journal::{Entry, Place};
use crate::names::{Qualifier, Revision, RunId};
use crate::ports::{Clock, Copies, FunctionKind, FunctionState, Functions, Journals};
use crate::pricing::{PriceTable, US_EAST_1};
use preflight::Refusal;

/// What to measure. No `Debug`: the event may hold secrets.
#[derive(Clone)]
pub struct Settings {
    /// Functions and copies of them, in the order of the report.
    pub targets: Vec<Target>,
    /// Samples wanted of each.
    pub samples: Wanted,
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
    /// The round whose mark is written already.
    marked: Option<u32>,
    /// The copy exists.
    is_made: bool,
    gathered: Gathered,
}

impl<F: Functions + Copies, J: Journals, C: Clock> Bench<'_, F, J, C> {
    /// What a run would do and cost; changes nothing.
    ///
    /// # Errors
    /// When a function cannot be measured, or AWS does not answer.
    pub async fn plan(&self) -> Result<Plan, Failure> {
        let place = &self.settings.place;
        let prices = (!place.is_local()).then_some(US_EAST_1);
        let mut functions: Vec<FunctionPlan> = Vec::new();
        for target in &self.settings.targets {
            let planned = self.plan_one(target, functions.len(), prices.as_ref()).await?;
            let is_same = |other: &FunctionPlan| {
                let qualifier =
                    |plan: &FunctionPlan| plan.copy.as_ref().map(|copy| copy.variant.qualifier.clone());
                other.subject == planned.subject && qualifier(other) == qualifier(&planned)
            };
            if !functions.iter().any(is_same) {
                functions.push(planned);
            }
        }
        let Settings { strategy, seed, run, place, .. } = self.settings.clone();
        Ok(Plan { run, place, seed, strategy, functions, prices })
    }

    async fn plan_one(
        &self,
        target: &Target,
        number: usize,
        prices: Option<&PriceTable>,
    ) -> Result<FunctionPlan, Failure> {
        let (state, concurrency) = self.inspect(target).await?;
        let strategy = self.settings.strategy;
        if strategy == Strategy::Tenant && state.kind != FunctionKind::PerTenant {
            return Err(Failure::Refused { function: state.name, refusal: Refusal::NoTenants });
        }
        let subject = preflight::subject_of(&state, target.copy.as_ref());
        let copy = target.copy.clone().map(|variant| {
            let name = Variant::name_of_copy(&state.name, &self.settings.run, number);
            Copy { arn: sibling(&state.arn, &name), name, variant }
        });
        let is_in_use = copy.is_none() && strategy != Strategy::Tenant && self.is_in_use(&state.name).await?;
        let free = concurrency.map(preflight::free);
        let mut plan = FunctionPlan::new(subject, copy, self.settings.samples, strategy, free, prices);
        plan.notes.extend(is_in_use.then_some(Note::InUse));
        plan.notes.extend((state.kind == FunctionKind::PerTenant).then_some(Note::Tenants));
        Ok(plan)
    }

    /// Plans and measures, then puts everything back.
    ///
    /// # Errors
    /// See [`Self::plan`] and [`Self::carry_out`].
    pub async fn run(&self, emit: &mut dyn FnMut(Event)) -> Result<Report, Failure> {
        self.carry_out(self.plan().await?, emit).await
    }

    /// Measures, then puts everything back, whatever happened.
    ///
    /// Dropping the returned future leaves at once, as a second Ctrl-C should: the journals stay for `recover`.
    ///
    /// # Errors
    /// When nothing could be measured, the run was interrupted, or something could not be put back.
    pub async fn carry_out(&self, plan: Plan, emit: &mut dyn FnMut(Event)) -> Result<Report, Failure> {
        let (started_ms, start) = (self.clock.now_ms(), self.clock.elapsed());
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
            page_cache: None,
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
        for track in tracks.iter_mut() {
            self.make_copy(track).await?;
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

    fn report(mut self) -> FunctionReport {
        self.gathered.rounds = self.gathered.rounds.saturating_sub(self.plan.first_round);
        FunctionReport::new(
            self.plan.subject,
            self.plan.copy.map(|copy| copy.variant),
            self.schedule,
            self.plan.notes,
            self.gathered,
        )
    }
}
