use super::*;

const A: [f64; 10] = [180.2, 175.1, 190.4, 178.3, 182.9, 201.7, 176.6, 179.9, 185.0, 181.2];
const B: [f64; 10] = [195.3, 188.8, 210.1, 192.4, 199.0, 230.5, 187.7, 190.4, 201.6, 196.9];

/// A cold start as the platform makes them: most close together, some from slower hardware, a few outliers.
fn cold_start(random: &mut fastrand::Rng, typical: f64) -> f64 {
    let spread = 1.0 + 0.08 * (random.f64() + random.f64() + random.f64() - 1.5);
    let hardware = if random.f64() < 0.25 { 1.18 } else { 1.0 };
    let outlier = if random.f64() < 0.04 { 1.5 + random.f64() } else { 1.0 };
    typical * spread * hardware * outlier
}

fn sample(random: &mut fastrand::Rng, typical: f64, n: usize) -> Vec<f64> {
    (0..n).map(|_| cold_start(random, typical)).collect()
}

#[track_caller]
fn assert_close(value: f64, expected: f64) {
    assert!((value - expected).abs() < 1e-4, "{value}, not {expected}");
}

#[test]
fn figures_are_those_of_other_programs() {
    // By SciPy 1: mannwhitneyu(B, A, method="asymptotic", use_continuity=True), and medians of differences.
    let found = Comparison::of(&A, &B).unwrap();
    assert_close(found.p, 0.003_185_65);
    assert_close(found.shift, 14.05);
    assert_close(found.ratio, 1.085_224_13);
    assert_close(found.delta, 0.79);
    assert!(found.is_significant);
    let (ties, more) = (
        [1.0, 2.0, 2.0, 3.0, 3.0, 3.0, 4.0, 5.0, 5.0, 9.0],
        [2.0, 3.0, 3.0, 4.0, 4.0, 5.0, 5.0, 6.0, 7.0, 7.0, 8.0, 20.0],
    );
    let found = Comparison::of(&ties, &more).unwrap();
    assert_close(found.p, 0.089_084_78);
    assert_close(found.shift, 2.0);
    assert!(!found.is_significant);
}

#[test]
fn the_other_way_round_is_the_opposite() {
    let (there, back) = (Comparison::of(&A, &B).unwrap(), Comparison::of(&B, &A).unwrap());
    assert_close(there.shift, -back.shift);
    assert_close(there.p, back.p);
    assert_close(there.delta, -back.delta);
    let (there, back) = (there.interval.unwrap(), back.interval.unwrap());
    assert_close(there.low, -back.high);
}

#[test]
fn equal_and_tiny_samples_claim_nothing() {
    let equal = Comparison::of(&[5.0; 8], &[5.0; 8]).unwrap();
    assert!(!equal.is_significant && equal.shift.abs() < 1e-9);
    assert_eq!(Comparison::of(&[1.0], &A), None);
    assert_eq!(Comparison::of(&[1.0, f64::NAN], &A), None);
    assert_eq!(Comparison::of(&[1.0, 2.0], &[3.0, 4.0]).unwrap().interval, None, "too few for an interval");
}

#[test]
fn the_tail_is_that_of_the_normal_distribution() {
    for (z, tail) in
        [(0.0, 0.5), (1.0, 0.158_655_25), (1.959_964, 0.025), (3.0, 0.001_349_9), (-1.0, 0.841_344_75)]
    {
        assert!((upper_tail(z) - tail).abs() < 1e-6, "{z}");
    }
}

#[test]
fn a_function_is_seldom_told_apart_from_itself() {
    let mut random = fastrand::Rng::with_seed(20_261_127);
    let pairs = 2_000;
    let false_alarms = (0..pairs)
        .filter(|_| {
            let (a, b) = (sample(&mut random, 180.0, 30), sample(&mut random, 180.0, 30));
            Comparison::of(&a, &b).unwrap().is_significant
        })
        .count();
    // Nominally 5 %.
    assert!((60..=120).contains(&false_alarms), "{false_alarms} of {pairs}");
}

#[test]
fn the_true_shift_is_in_its_interval() {
    let mut random = fastrand::Rng::with_seed(7);
    let runs = 400;
    let inside = (0..runs)
        .filter(|_| {
            let a = sample(&mut random, 180.0, 40);
            let b: Vec<f64> = sample(&mut random, 180.0, 40).iter().map(|value| value + 12.0).collect();
            let interval = Comparison::of(&a, &b).unwrap().interval.unwrap();
            interval.low <= 12.0 && 12.0 <= interval.high
        })
        .count();
    assert!(inside >= runs * 93 / 100, "{inside} of {runs}");
}

#[test]
fn the_detectable_shift_is_detected_most_of_the_time() {
    let mut random = fastrand::Rng::with_seed(11);
    let runs = 300;
    let found = (0..runs)
        .filter(|_| {
            let a = sample(&mut random, 180.0, 50);
            let detectable = Comparison::of(&a, &a).unwrap().detectable;
            let b: Vec<f64> = sample(&mut random, 180.0, 50).iter().map(|value| value + detectable).collect();
            Comparison::of(&a, &b).unwrap().is_significant
        })
        .count();
    assert!((runs * 65 / 100..=runs * 97 / 100).contains(&found), "{found} of {runs}");
}
