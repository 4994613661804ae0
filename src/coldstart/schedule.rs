//! How many invokes each round makes, and when to stop; a pure answer to what has happened so far.

use serde::{Deserialize, Serialize};

/// Widest burst. Wider ones gain little time and make the rounds too few to see how they vary.
const WIDEST: u32 = 20;
/// Widest first burst after the change: enough to tell its median with an interval, and no sample of it counts.
const WIDEST_FIRST: u32 = 10;
/// The same where each further round costs a snapshot.
const WIDEST_ON_A_SNAPSHOT: u32 = 50;
/// Part of the free concurrency a burst may take from production.
const SHARE: u32 = 4;
/// Free concurrency assumed when it cannot be read: that of a new account.
pub const CAUTIOUS_CONCURRENCY: u32 = 10;
/// Invokes per wanted sample before giving up.
const CALLS_PER_SAMPLE: u32 = 3;
/// Rounds to make up for dropped replies; each costs an update and a version.
const EXTRA_ROUNDS: u32 = 12;
/// From this many samples on there are several rounds, so that their differences are in the interval.
const SAMPLES_WITH_ROUNDS: u32 = 6;
const ROUNDS: u32 = 3;

/// How fresh execution environments are forced. Their figures must not be mixed: starts in a burst share caches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// A fresh version, and several invokes of it at once.
    #[default]
    Version,
    /// A fresh version for each single invoke.
    Serial,
    /// A new tenant for each of several invokes at once; nothing is changed.
    Tenant,
}

impl Strategy {
    /// One word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Version => "burst",
            Self::Serial => "serial",
            Self::Tenant => "tenants",
        }
    }
}

/// The rounds of one function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Samples wanted.
    pub samples: u32,
    /// Concurrent invokes of a round.
    pub width: u32,
    /// Rounds planned, without the first after the change.
    pub rounds: u32,
}

/// What has happened so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rounds done, with the first after the change.
    pub rounds: u32,
    /// Invokes, without the first round's.
    pub calls: u32,
    /// Samples, without the first round's.
    pub accepted: u32,
}

impl Schedule {
    /// Spreads the samples over rounds that leave most of the free concurrency alone.
    #[must_use]
    pub fn new(samples: u32, free_concurrency: u32) -> Self {
        let samples = samples.max(1);
        let widest = (free_concurrency / SHARE).clamp(1, WIDEST);
        let at_least = if samples >= SAMPLES_WITH_ROUNDS { ROUNDS } else { 1 };
        let rounds = samples.div_ceil(widest).max(at_least);
        Self { samples, width: samples.div_ceil(rounds), rounds }
    }

    /// One burst on one version: each snapshot is billed for hours.
    #[must_use]
    pub fn snapshot(samples: u32, free_concurrency: u32) -> Self {
        let samples = samples.max(1);
        let width = samples.min((free_concurrency / SHARE).clamp(1, WIDEST_ON_A_SNAPSHOT));
        Self { samples, width, rounds: samples.div_ceil(width) }
    }

    /// Each sample alone, on a version of its own.
    #[must_use]
    pub fn serial(samples: u32) -> Self {
        let samples = samples.max(1);
        Self { samples, width: 1, rounds: samples }
    }

    /// The schedule of a strategy.
    #[must_use]
    pub fn of(strategy: Strategy, samples: u32, free_concurrency: u32) -> Self {
        match strategy {
            Strategy::Version | Strategy::Tenant => Self::new(samples, free_concurrency),
            Strategy::Serial => Self::serial(samples),
        }
    }

    /// Most invokes in measured rounds.
    #[must_use]
    pub const fn call_cap(&self) -> u32 {
        self.samples.saturating_mul(CALLS_PER_SAMPLE).saturating_add(self.width)
    }

    /// Width of the first round after the change, which is kept apart.
    #[must_use]
    pub const fn first_width(&self) -> u32 {
        if self.width < WIDEST_FIRST { self.width } else { WIDEST_FIRST }
    }

    /// Width of the next round, or none if there is nothing more to do.
    ///
    /// Round 0 is the first after the change: caches are cold and connections are opened, so it is kept apart.
    #[must_use]
    pub fn next_width(&self, tally: Tally) -> Option<u32> {
        if tally.rounds == 0 {
            return Some(self.first_width());
        }
        let missing = self.samples.saturating_sub(tally.accepted);
        let calls_left = self.call_cap().saturating_sub(tally.calls);
        if missing == 0 || calls_left == 0 || tally.rounds > self.rounds.saturating_add(EXTRA_ROUNDS) {
            return None;
        }
        let is_topping_up = tally.rounds > self.rounds;
        let wanted = if is_topping_up { scaled(missing, tally) } else { missing };
        Some(wanted.min(self.width).min(calls_left).max(1))
    }
}

/// How many calls bring this many samples, at the rate seen so far.
fn scaled(missing: u32, tally: Tally) -> u32 {
    missing.saturating_mul(tally.calls.max(1)).div_ceil(tally.accepted.max(1))
}

/// The order in which the functions are measured in one round: random, so that no function is always measured
/// after the same other one, and the same for the same seed.
#[must_use]
pub fn order(seed: u64, round: u32, functions: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..functions).collect();
    let mut random = fastrand::Rng::with_seed(seed ^ (u64::from(round) << 32));
    random.shuffle(&mut order);
    order
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Schedule, Strategy, Tally, order};

    #[test]
    fn rounds_are_several_and_leave_concurrency_to_others() {
        let table = [
            (50, 1_000, 17, 3),
            (50, 40, 10, 5),
            (50, 10, 2, 25),
            (6, 1_000, 2, 3),
            (5, 1_000, 5, 1),
            (1, 1_000, 1, 1),
            (3, 0, 1, 3),
        ];
        for (samples, free, width, rounds) in table {
            let schedule = Schedule::new(samples, free);
            assert_eq!((schedule.width, schedule.rounds), (width, rounds), "{samples} samples, {free} free");
        }
    }

    #[test]
    fn a_snapshot_is_restored_in_one_burst_where_there_is_room() {
        assert_eq!(Schedule::snapshot(50, 1_000), Schedule { samples: 50, width: 50, rounds: 1 });
        assert_eq!(Schedule::snapshot(50, 40), Schedule { samples: 50, width: 10, rounds: 5 });
    }

    #[test]
    fn serial_starts_are_single() {
        let schedule = Schedule::of(Strategy::Serial, 7, 1_000);
        assert_eq!((schedule.width, schedule.rounds), (1, 7));
        assert_eq!(Schedule::of(Strategy::Version, 50, 1_000), Schedule::new(50, 1_000));
    }

    #[test]
    fn every_order_is_a_permutation_and_the_seed_fixes_it() {
        let mut seen = order(1, 5, 9);
        assert_eq!(seen, order(1, 5, 9));
        assert_ne!(
            (0..8).map(|round| order(1, round, 9)).collect::<Vec<_>>(),
            (0..8).map(|round| order(2, round, 9)).collect::<Vec<_>>()
        );
        seen.sort_unstable();
        assert_eq!(seen, (0..9).collect::<Vec<_>>());
    }

    /// Plays a schedule where each call is a cold start with this chance.
    fn play(schedule: Schedule, chance: f64, seed: u64) -> Tally {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut tally = Tally::default();
        while let Some(width) = schedule.next_width(tally) {
            assert!((1..=schedule.width).contains(&width));
            let accepted = u32::try_from((0..width).filter(|_| random.f64() < chance).count()).unwrap();
            if tally.rounds > 0 {
                tally.calls += width;
                tally.accepted += accepted;
            }
            tally.rounds += 1;
        }
        tally
    }

    proptest! {
        #[test]
        fn it_ends_and_keeps_to_its_caps(samples in 1_u32..1_000, free in 0_u32..5_000, chance in 0.0_f64..1.0, seed: u64) {
            let schedule = Schedule::new(samples, free);
            let tally = play(schedule, chance, seed);
            prop_assert!(tally.calls <= schedule.call_cap());
            prop_assert!(tally.rounds <= schedule.rounds + 13);
        }

        #[test]
        fn without_drops_it_makes_exactly_the_planned_rounds(samples in 1_u32..1_000, free in 0_u32..5_000) {
            let schedule = Schedule::new(samples, free);
            let tally = play(schedule, 2.0, 0);
            prop_assert_eq!((tally.accepted, tally.calls), (samples, samples));
            prop_assert!(tally.rounds <= schedule.rounds + 1);
        }

        #[test]
        fn a_third_dropped_is_made_up_for(samples in 20_u32..300, seed: u64) {
            prop_assert!(play(Schedule::new(samples, 1_000), 0.7, seed).accepted >= samples);
        }
    }
}
