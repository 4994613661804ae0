use proptest::prelude::*;

use super::{Summary, cumulative_binomial, median, ranks, smallest_sample};

#[test]
fn intervals_start_at_the_published_sample_sizes() {
    for (p, needs) in [(0.5, 6), (0.9, 36), (0.95, 72), (0.99, 368)] {
        assert_eq!(smallest_sample(p), needs, "p = {p}");
        assert_eq!(ranks(needs - 1, p), None, "p = {p}");
        assert!(ranks(needs, p).is_some(), "p = {p}");
    }
}

#[test]
fn median_ranks_match_the_published_table() {
    // Le Boudec, table A.1 (95 %).
    for (n, low, high) in
        [(6, 1, 6), (8, 1, 8), (9, 2, 8), (12, 3, 10), (15, 4, 12), (20, 6, 15), (25, 8, 18), (50, 18, 33)]
    {
        assert_eq!(ranks(n, 0.5), Some((low, high)), "n = {n}");
    }
}

#[test]
fn the_binomial_sums_to_one_also_where_single_terms_vanish() {
    for (n, p) in [(10, 0.5), (1_000, 0.99), (5_000, 0.5)] {
        let last = cumulative_binomial(n, p).last().unwrap();
        assert!((last - 1.0).abs() < 1e-9, "n = {n}, p = {p}: {last}");
    }
}

#[test]
fn a_small_sample_has_values_but_no_interval() {
    let summary = Summary::of([3.0, 1.0, 2.0, 10.0, f64::NAN]).unwrap();
    assert_eq!(
        (summary.n, summary.min, summary.max, summary.mean, summary.p50.value),
        (4, 1.0, 10.0, 4.0, 2.5)
    );
    assert_eq!(summary.mad, 1.0);
    assert_eq!((summary.p50.interval, summary.p50.needs), (None, 6));
    assert_eq!(summary.p99.interval, None);
    assert_eq!(Summary::of([]), None);
    assert_eq!(median([]), None);
}

/// Draws from a distribution by the inverse of its cumulative function, so that its quantiles are known.
type Inverse = fn(f64) -> f64;

const DISTRIBUTIONS: [(&str, Inverse); 5] = [
    ("uniform", |u| u),
    ("exponential", |u| -(1.0 - u).ln()),
    ("heavy tail", |u| (1.0 - u).powf(-0.8)),
    ("two modes", |u| if u < 0.7 { 80.0 + u } else { 300.0 + 40.0 * u }),
    ("two values", |u| if u < 0.8 { 10.0 } else { 20.0 }),
];

#[test]
fn the_interval_holds_the_true_quantile() {
    const RUNS: u32 = 600;
    let mut random = fastrand::Rng::with_seed(7);
    for (name, inverse) in DISTRIBUTIONS {
        for (n, p) in [(6, 0.5), (20, 0.5), (50, 0.5), (50, 0.9), (100, 0.95), (400, 0.99)] {
            let held = (0..RUNS)
                .filter(|_| {
                    let summary = Summary::of((0..n).map(|_| inverse(random.f64()))).unwrap();
                    let estimate =
                        [(0.5, summary.p50), (0.9, summary.p90), (0.95, summary.p95), (0.99, summary.p99)];
                    let interval = estimate.into_iter().find(|(q, _)| *q == p).unwrap().1.interval.unwrap();
                    (interval.low..=interval.high).contains(&inverse(p))
                })
                .count();
            let share = f64::from(u32::try_from(held).unwrap()) / f64::from(RUNS);
            assert!(share >= 0.93, "{name}, n = {n}, p = {p}: {share}");
        }
    }
}

#[test]
fn the_interval_is_not_wider_than_it_must_be() {
    // The next narrower symmetric pair of ranks must miss more than 5 % of the time.
    for n in [20, 50, 100, 500] {
        let (low, high) = ranks(n, 0.5).unwrap();
        let chances: Vec<f64> = cumulative_binomial(n, 0.5).collect();
        assert!(chances[high - 1] - chances[low - 1] >= 0.95, "n = {n}");
        assert!(chances[high - 2] - chances[low] < 0.95, "n = {n}");
    }
}

proptest! {
    #[test]
    fn quantiles_are_ordered_and_their_intervals_enclose_them(values in prop::collection::vec((0_u32..1_000_000).prop_map(|value| f64::from(value) / 1_000.0), 1..500)) {
        let summary = Summary::of(values.iter().copied()).unwrap();
        prop_assert_eq!(summary.n, values.len());
        let line = [summary.min, summary.p50.value, summary.p90.value, summary.p95.value, summary.p99.value, summary.max];
        prop_assert!(line.is_sorted(), "{line:?}");
        for estimate in [&summary.p50, &summary.p90, &summary.p95, &summary.p99] {
            prop_assert_eq!(estimate.interval.is_some(), summary.n >= estimate.needs);
            if let Some(interval) = estimate.interval {
                prop_assert!(interval.low <= estimate.value && estimate.value <= interval.high, "{estimate:?}");
                prop_assert!(values.contains(&interval.low) && values.contains(&interval.high));
            }
        }
    }

    #[test]
    fn a_shift_moves_everything_but_the_spread(values in prop::collection::vec(0.0_f64..1e4, 6..80), shift in 0.0_f64..1e4) {
        let before = Summary::of(values.iter().copied()).unwrap();
        let after = Summary::of(values.iter().map(|value| value + shift)).unwrap();
        // Values, medians and spreads are each rounded to a microsecond, once before and once after the shift.
        prop_assert!((after.p50.value - before.p50.value - shift).abs() < 0.003);
        prop_assert!((after.mad - before.mad).abs() < 0.005);
    }

    #[test]
    fn no_sample_size_makes_ranks_leave_the_sample(n in 0_usize..3_000, p in 0.001_f64..0.999) {
        if let Some((low, high)) = ranks(n, p) {
            prop_assert!(1 <= low && low <= high && high <= n);
        }
    }
}
