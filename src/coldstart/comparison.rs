//! Whether one function starts slower than another, and by how much: rank statistics that assume nothing about the
//! distributions.
//!
//! Both must have been measured in the same run, in turns: on two different days, the same function differs from itself
//! three to four times as often as the test's own error would have it.

use serde::Serialize;

use super::statistics::{Interval, median, rounded};

/// Chance of being told of a difference that is none.
const ALPHA: f64 = 0.05;
/// The normal quantile that goes with it, on two sides.
const Z: f64 = 1.959_963_984_540_054;
/// The normal quantile of a power of 80 %.
const Z_POWER: f64 = 0.841_621_233_572_914;

/// Two samples side by side. Times are in milliseconds; positive differences mean that the other one is slower.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// How many values of the baseline.
    pub baseline_n: usize,
    /// How many of the other.
    pub other_n: usize,
    /// Hodges and Lehmann's shift: the median of all pairwise differences.
    pub shift: f64,
    /// Where the true shift lies, with 95 %; none if the samples are too small.
    pub interval: Option<Interval>,
    /// The other's median divided by the baseline's.
    pub ratio: f64,
    /// Cliff's delta: how often a value of the other is the larger one, less how often it is the smaller one; -1 to 1.
    pub delta: f64,
    /// Mann and Whitney's two-sided p, corrected for ties.
    pub p: f64,
    /// The smallest shift that samples of these sizes tell apart four times out of five.
    pub detectable: f64,
    /// Whether the difference is more than chance, at 5 %.
    pub is_significant: bool,
}

impl Comparison {
    /// Compares two samples; none if one of them holds fewer than two finite values.
    #[must_use]
    pub fn of(baseline: &[f64], other: &[f64]) -> Option<Self> {
        let (baseline, other) = (finite(baseline), finite(other));
        if baseline.len() < 2 || other.len() < 2 {
            return None;
        }
        let differences = differences(&baseline, &other);
        let (n, m) = (count(baseline.len()), count(other.len()));
        let wins = differences.iter().filter(|difference| **difference > 0.0).count();
        let losses = differences.iter().filter(|difference| **difference < 0.0).count();
        let p = mann_whitney(&baseline, &other, count(wins) + (n * m - count(wins) - count(losses)) / 2.0);
        Some(Self {
            baseline_n: baseline.len(),
            other_n: other.len(),
            shift: median(differences.iter().copied())?,
            interval: shift_interval(&differences, n, m),
            ratio: median(other.iter().copied())? / median(baseline.iter().copied())?,
            delta: (count(wins) - count(losses)) / (n * m),
            p,
            detectable: detectable(&baseline, n, m),
            is_significant: p < ALPHA,
        })
    }
}

fn finite(values: &[f64]) -> Vec<f64> {
    values.iter().copied().filter(|value| value.is_finite()).collect()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of samples and of their pairs")]
const fn count(number: usize) -> f64 {
    number as f64
}

/// Every value of the other less every value of the baseline, sorted.
fn differences(baseline: &[f64], other: &[f64]) -> Vec<f64> {
    let mut all: Vec<f64> =
        other.iter().flat_map(|value| baseline.iter().map(move |base| rounded(value - base))).collect();
    all.sort_by(f64::total_cmp);
    all
}

/// The two-sided p of U by the normal approximation, with corrections for ties and continuity (as R's `wilcox.test` and
/// SciPy's `mannwhitneyu` make it).
fn mann_whitney(baseline: &[f64], other: &[f64], u: f64) -> f64 {
    let (n, m) = (count(baseline.len()), count(other.len()));
    let all = n + m;
    let ties = tie_term(baseline.iter().chain(other).copied().collect());
    let variance = n * m / 12.0 * ((all + 1.0) - ties / (all * (all - 1.0)));
    if variance <= 0.0 {
        // All values are equal.
        return 1.0;
    }
    let distance = ((u - n * m / 2.0).abs() - 0.5).max(0.0);
    (2.0 * upper_tail(distance / variance.sqrt())).min(1.0)
}

/// The sum of t^3 - t over the groups of equal values.
fn tie_term(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values
        .chunk_by(|a, b| a.total_cmp(b).is_eq())
        .map(|group| {
            let size = count(group.len());
            size.powi(3) - size
        })
        .sum()
}

/// Moses' interval: the k-th smallest and largest of the pairwise differences.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank, checked to be positive")]
fn shift_interval(differences: &[f64], n: f64, m: f64) -> Option<Interval> {
    let rank = (n * m / 2.0 - Z * (n * m * (n + m + 1.0) / 12.0).sqrt()).floor();
    if rank < 1.0 {
        return None;
    }
    let rank = rank as usize;
    let low = *differences.get(rank - 1)?;
    let high = *differences.get(differences.len().checked_sub(rank)?)?;
    Some(Interval { low, high })
}

/// The shift that is found with a power of 80 %: Noether's formula turned around, with the baseline's own spread around
/// its median as the scale of a logistic distribution, whose tails are as heavy as those of cold starts.
fn detectable(baseline: &[f64], n: f64, m: f64) -> f64 {
    let Some(middle) = median(baseline.iter().copied()) else { return f64::NAN };
    let spread = median(baseline.iter().map(|value| (value - middle).abs())).unwrap_or_default();
    // Of a logistic distribution of scale s, the median absolute deviation is s ln 3, and a small shift d changes
    // P(other > baseline) by d / (6 s).
    let scale = spread / 3.0_f64.ln();
    let chance = (Z + Z_POWER) * ((n + m + 1.0) / (12.0 * n * m)).sqrt();
    rounded(6.0 * scale * chance.min(0.5))
}

/// P(X > z) of a standard normal variable, to seven digits (Abramowitz and Stegun 26.2.17).
fn upper_tail(z: f64) -> f64 {
    const COEFFICIENTS: [f64; 5] =
        [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    if z < 0.0 {
        return 1.0 - upper_tail(-z);
    }
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let sum = COEFFICIENTS.iter().rev().fold(0.0, |sum, coefficient| (sum + coefficient) * t);
    (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * sum
}

#[cfg(test)]
mod tests;
