//! What a run will do and what it may cost, before it does anything.

use std::iter::Sum;
use std::time::Duration;

use serde::Serialize;

use super::schedule::{Schedule, Strategy};
use super::subject::{Note, Subject};
use super::target::{Copy, label};
use crate::journal::Place;
use crate::names::{Arn, FunctionName, RunId};
use crate::pricing::{Cost, PriceTable, SnapStartUse, cost};

/// Warm invokes at the end, which tell the round trip.
pub const WARM_CALLS: u32 = 5;
/// Billed time assumed for one cold invoke: unknown before the run, and generous for most functions.
pub const ASSUMED_BILLED: Duration = Duration::from_secs(1);
/// Polls of one update and of one version, as an estimate: one second each at five polls a second.
const ASSUMED_POLLS: u32 = 6;
/// A run that may cost this much is a decision, in US dollars.
const DEAR_USD: f64 = 5.0;

/// How many samples are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Of a function that comes as a ZIP file.
    pub of_package: u32,
    /// Of a container image, whose starts differ more.
    pub of_image: u32,
}

impl Wanted {
    /// As many of each.
    #[must_use]
    pub const fn each(samples: u32) -> Self {
        Self { of_package: samples, of_image: samples }
    }

    const fn of(self, subject: &Subject) -> u32 {
        if subject.is_image { self.of_image } else { self.of_package }
    }
}

/// What a run will do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// The run's identity, part of every mark.
    pub run: RunId,
    /// Where.
    pub place: Place,
    /// Seed of the order of the functions.
    pub seed: u64,
    /// How environments are forced.
    pub strategy: Strategy,
    /// Each function's part.
    pub functions: Vec<FunctionPlan>,
    /// The price table used; none on local AWS, where nothing costs anything.
    pub prices: Option<PriceTable>,
}

/// What will be done to one function.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FunctionPlan {
    /// The function, with what a copy of it changes.
    pub subject: Subject,
    /// The copy that is measured in its place.
    pub copy: Option<Copy>,
    /// Samples wanted.
    pub samples: u32,
    /// Concurrent invokes of a round.
    pub width: u32,
    /// Rounds, without the first after the change.
    pub rounds: u32,
    /// Number of the first round: 0 where the first after the change is kept apart, 1 where each would cost a snapshot.
    pub first_round: u32,
    /// Calls if no reply is dropped.
    pub calls: Calls,
    /// Most invokes, if replies are dropped.
    pub invoke_cap: u32,
    /// How long it will take, about, in seconds.
    pub about_s: f64,
    /// Estimated cost, if the place has prices.
    pub cost: Option<Cost>,
    /// What to know beforehand.
    pub notes: Vec<Note>,
}

/// Number of requests by API operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Calls {
    /// `GetFunction`, about: it is polled.
    pub get_function: u32,
    /// `UpdateFunctionConfiguration`, description only; the last one restores it.
    pub update_function_configuration: u32,
    /// `PublishVersion`.
    pub publish_version: u32,
    /// `Invoke`, five warm ones included.
    pub invoke: u32,
    /// `ListVersionsByFunction`, pages not counted.
    pub list_versions_by_function: u32,
    /// `DeleteFunction` of the published versions.
    pub delete_function: u32,
    /// `GetAccountSettings` and `GetFunctionConcurrency`.
    pub concurrency: u32,
    /// `ListAliases` and `ListEventSourceMappings`.
    pub callers: u32,
    /// `CreateFunction`, where a copy is measured.
    pub create_function: u32,
}

impl Calls {
    /// The calls of a schedule when nothing is dropped.
    #[must_use]
    pub fn of(schedule: &Schedule, first_round: u32, strategy: Strategy, is_copy: bool) -> Self {
        let apart = 1_u32.saturating_sub(first_round);
        let rounds = schedule.samples.div_ceil(schedule.width.max(1)) + apart;
        let invoke = schedule.first_width() * apart + schedule.samples + WARM_CALLS;
        let versions = match strategy {
            Strategy::Version | Strategy::Serial => rounds,
            Strategy::Tenant => 0,
        };
        let looks = 4 + versions * (2 + 2 * ASSUMED_POLLS);
        let common = Self { invoke, publish_version: versions, concurrency: 2, ..Self::default() };
        if is_copy {
            // The versions of a copy go with it.
            return Self {
                get_function: looks + ASSUMED_POLLS,
                update_function_configuration: versions,
                create_function: 1,
                delete_function: 1,
                ..common
            };
        }
        Self {
            get_function: looks,
            update_function_configuration: versions + u32::from(versions > 0),
            list_versions_by_function: 2,
            delete_function: versions,
            callers: 2,
            ..common
        }
    }
}

impl Sum for Calls {
    fn sum<I: Iterator<Item = Self>>(calls: I) -> Self {
        calls.fold(Self::default(), |sum, one| Self {
            get_function: sum.get_function + one.get_function,
            update_function_configuration: sum.update_function_configuration
                + one.update_function_configuration,
            publish_version: sum.publish_version + one.publish_version,
            invoke: sum.invoke + one.invoke,
            list_versions_by_function: sum.list_versions_by_function + one.list_versions_by_function,
            delete_function: sum.delete_function + one.delete_function,
            concurrency: sum.concurrency + one.concurrency,
            callers: sum.callers + one.callers,
            create_function: sum.create_function + one.create_function,
        })
    }
}

impl FunctionPlan {
    /// Plans one function; `free_concurrency` is none if it could not be read.
    #[must_use]
    pub fn new(
        subject: Subject,
        copy: Option<Copy>,
        wanted: Wanted,
        strategy: Strategy,
        free_concurrency: Option<u32>,
        prices: Option<&PriceTable>,
    ) -> Self {
        let free = free_concurrency.unwrap_or(super::schedule::CAUTIOUS_CONCURRENCY);
        let samples = wanted.of(&subject);
        let is_snapshot = strategy == Strategy::Version && subject.has_snap_start;
        let schedule = if is_snapshot {
            Schedule::snapshot(samples, free)
        } else {
            Schedule::of(strategy, samples, free)
        };
        let first_round = if is_snapshot { 1 } else { 0 };
        let calls = Calls::of(&schedule, first_round, strategy, copy.is_some());
        let mut notes = subject.notes();
        notes.extend(copy.is_some().then_some(Note::Copy));
        match free_concurrency {
            None => notes.push(Note::UnknownConcurrency),
            Some(free) if free < 40 && strategy != Strategy::Serial => notes.push(Note::LittleConcurrency),
            Some(_) => {}
        }
        let invoke_cap = schedule.first_width() * (1 - first_round) + schedule.call_cap() + WARM_CALLS;
        let cost = prices.map(|prices| estimated_cost(prices, &subject, calls, invoke_cap));
        let about_s = seconds(&subject, calls, &schedule, prices.is_none());
        Self {
            subject,
            copy,
            samples,
            about_s,
            width: schedule.width,
            rounds: schedule.rounds,
            first_round,
            calls,
            invoke_cap,
            cost,
            notes,
        }
    }

    /// The function with what is different about its copy.
    #[must_use]
    pub fn label(&self) -> String {
        label(&self.subject.function, self.copy.as_ref().map(|copy| &copy.variant))
    }

    /// What is invoked: the copy, or the function itself.
    #[must_use]
    pub fn measured(&self) -> (&FunctionName, &Arn) {
        self.copy.as_ref().map_or((&self.subject.function, &self.subject.arn), |copy| (&copy.name, &copy.arn))
    }

    /// The rounds of this function.
    #[must_use]
    pub const fn schedule(&self) -> Schedule {
        Schedule { samples: self.samples, width: self.width, rounds: self.rounds }
    }
}

impl Plan {
    /// Cost of all functions, if the place has prices.
    #[must_use]
    pub fn cost(&self) -> Option<Cost> {
        self.functions.iter().map(|function| function.cost).sum()
    }

    /// How long it will take, about, in seconds: one function is measured after the other.
    #[must_use]
    pub fn about_s(&self) -> f64 {
        self.functions.iter().map(|function| function.about_s).sum()
    }

    /// Whether it may cost so much that somebody should agree to it.
    #[must_use]
    pub fn is_dear(&self) -> bool {
        self.cost().is_some_and(|cost| cost.at_most_usd >= DEAR_USD)
    }
}

/// An update or a new version is applied in about a second, for images and in a VPC in about 25, and a snapshot is made
/// within two minutes (<https://github.com/aws/aws-cdk/pull/18536>,
/// <https://docs.aws.amazon.com/lambda/latest/dg/snapstart-activate.html>).
fn seconds(subject: &Subject, calls: Calls, schedule: &Schedule, is_local: bool) -> f64 {
    let preparation = match () {
        () if is_local => 0.1,
        () if subject.has_snap_start => 120.0,
        () if subject.is_image || subject.in_vpc => 25.0,
        () => 1.0,
    };
    let prepared = calls.publish_version + calls.create_function;
    let bursts = schedule.rounds + 1;
    f64::from(prepared) * preparation + f64::from(bursts) * ASSUMED_BILLED.as_secs_f64()
}

fn estimated_cost(prices: &PriceTable, subject: &Subject, calls: Calls, invoke_cap: u32) -> Cost {
    let longest = Duration::from_secs(subject.timeout_s) + Duration::from_secs(10);
    let snap_start = subject.has_snap_start.then(|| SnapStartUse {
        versions: calls.publish_version,
        restores: calls.invoke,
        is_free: subject.runtime.as_deref().is_some_and(|runtime| runtime.starts_with("java")),
    });
    let invokes =
        |count, billed| cost::invokes(prices, &subject.architecture, subject.memory_mb, count, billed);
    let snapshots = snap_start.map_or(0.0, |used| cost::snap_start(prices, subject.memory_mb, used));
    Cost {
        estimate_usd: invokes(calls.invoke, ASSUMED_BILLED) + snapshots,
        at_most_usd: invokes(invoke_cap, longest) + 3.0 * snapshots,
    }
}

#[cfg(test)]
mod tests {
    use super::{Calls, FunctionPlan, Note, Plan, Wanted};
    use crate::coldstart::{Schedule, Strategy, Subject};
    use crate::journal::{Place, Target};
    use crate::pricing::US_EAST_1;

    #[test]
    fn fifty_samples_cost_less_than_a_cent_and_say_how_many_calls() {
        let plan = FunctionPlan::new(
            Subject::of_a_test(),
            None,
            Wanted::each(50),
            Strategy::Version,
            Some(1_000),
            Some(&US_EAST_1),
        );
        assert_eq!((plan.width, plan.rounds), (17, 3));
        assert_eq!(
            (plan.calls.invoke, plan.calls.publish_version, plan.calls.update_function_configuration),
            (65, 4, 5)
        );
        let cost = plan.cost.unwrap();
        assert!((0.001..0.01).contains(&cost.estimate_usd), "{cost:?}");
        assert!(cost.at_most_usd > cost.estimate_usd);
        assert!(plan.notes.is_empty());
    }

    #[test]
    fn a_snapshot_is_the_dearest_part_and_free_for_java() {
        let python = Subject { has_snap_start: true, ..Subject::of_a_test() };
        let java = Subject { runtime: Some("java21".into()), ..python.clone() };
        let cost = |subject| {
            FunctionPlan::new(
                subject,
                None,
                Wanted::each(50),
                Strategy::Version,
                Some(1_000),
                Some(&US_EAST_1),
            )
            .cost
            .unwrap()
            .estimate_usd
        };
        assert!(cost(python) > 10.0 * cost(Subject::of_a_test()));
        assert!(cost(java) <= cost(Subject::of_a_test()), "no snapshot to pay for, and no round kept apart");
    }

    #[test]
    fn a_snapshot_is_made_once() {
        let subject = Subject { has_snap_start: true, ..Subject::of_a_test() };
        let plan = FunctionPlan::new(subject, None, Wanted::each(50), Strategy::Version, Some(1_000), None);
        assert_eq!((plan.width, plan.rounds, plan.first_round), (50, 1, 1));
        assert_eq!((plan.calls.publish_version, plan.calls.invoke), (1, 55));
    }

    #[test]
    fn scarce_or_unknown_concurrency_makes_small_bursts_and_says_so() {
        let unknown =
            FunctionPlan::new(Subject::of_a_test(), None, Wanted::each(50), Strategy::Version, None, None);
        assert_eq!((unknown.width, unknown.notes, unknown.cost), (2, vec![Note::UnknownConcurrency], None));
        assert_eq!(
            FunctionPlan::new(Subject::of_a_test(), None, Wanted::each(50), Strategy::Version, Some(8), None)
                .notes,
            [Note::LittleConcurrency]
        );
    }

    #[test]
    fn images_get_more_samples_and_take_longer() {
        let wanted = Wanted { of_package: 50, of_image: 100 };
        let plan = |subject| {
            FunctionPlan::new(subject, None, wanted, Strategy::Version, Some(1_000), Some(&US_EAST_1))
        };
        let (package, image) =
            (plan(Subject::of_a_test()), plan(Subject { is_image: true, ..Subject::of_a_test() }));
        assert_eq!((package.samples, image.samples), (50, 100));
        assert!((5.0..15.0).contains(&package.about_s), "{}", package.about_s);
        assert!((100.0..300.0).contains(&image.about_s), "{}", image.about_s);
    }

    #[test]
    fn what_may_cost_much_is_dear() {
        let place = Place { account: "1".into(), region: "r".into(), target: Target::Aws };
        let is_dear = |subject| {
            let functions = vec![FunctionPlan::new(
                subject,
                None,
                Wanted::each(50),
                Strategy::Version,
                None,
                Some(&US_EAST_1),
            )];
            let prices = Some(US_EAST_1);
            Plan {
                run: "1".into(),
                place: place.clone(),
                seed: 1,
                strategy: Strategy::Version,
                functions,
                prices,
            }
            .is_dear()
        };
        let large = Subject { memory_mb: 10_240, timeout_s: 900, ..Subject::of_a_test() };
        assert!(!is_dear(Subject::of_a_test()) && is_dear(large));
    }

    #[test]
    fn fewer_rounds_than_planned_are_counted_where_they_suffice() {
        let schedule = Schedule { samples: 4, width: 2, rounds: 3 };
        assert_eq!(Calls::of(&schedule, 0, Strategy::Version, false).publish_version, 3);
    }
}
