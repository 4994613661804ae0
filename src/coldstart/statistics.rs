//! Summaries of measured times: quantiles with exact intervals that assume nothing about the distribution.
//!
//! Cold starts are skewed, often bimodal, and their outliers are data: nothing is dropped, and no normal
//! distribution is assumed. An interval is a pair of order statistics (Le Boudec, "Performance Evaluation of
//! Computer and Communication Systems", 2.2.2); where the sample is too small for one, there is none.

use serde::Serialize;

/// Chance, on each side, that an interval misses its quantile: 95 % in all, with equal tails.
const TAIL: f64 = 0.025;

/// What n times say together, in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// How many.
    pub n: usize,
    /// Smallest.
    pub min: f64,
    /// Median.
    pub p50: Estimate,
    /// 90th percentile.
    pub p90: Estimate,
    /// 95th percentile.
    pub p95: Estimate,
    /// 99th percentile.
    pub p99: Estimate,
    /// Largest.
    pub max: f64,
    /// Arithmetic mean; for comparison with other tools, which report it.
    pub mean: f64,
    /// Median absolute deviation from the median, unscaled.
    pub mad: f64,
}

/// A quantile of the sample, and where the true one lies.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The sample's own quantile, interpolated.
    pub value: f64,
    /// The 95 % interval; none if n is too small.
    pub interval: Option<Interval>,
    /// Smallest n that has an interval.
    pub needs: usize,
}

/// Two of the measured values, with the true quantile between them in at least 95 of 100 samples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

impl Summary {
    /// Summarizes the finite ones of these values; none if there are none.
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let sorted = sorted(values);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let median = quantile(&sorted, 0.5)?;
        let count = f64::from(u32::try_from(sorted.len()).ok()?);
        Some(Self {
            n: sorted.len(),
            min,
            p50: estimate(&sorted, 0.5)?,
            p90: estimate(&sorted, 0.9)?,
            p95: estimate(&sorted, 0.95)?,
            p99: estimate(&sorted, 0.99)?,
            max,
            mean: rounded(sorted.iter().map(|value| value / count).sum()),
            mad: self::median(sorted.iter().map(|value| (value - median).abs()))?,
        })
    }
}

/// The median of these values; none if there are none.
#[must_use]
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    quantile(&sorted(values), 0.5)
}

/// Whole microseconds: Lambda reports no finer, and sums would otherwise end in digits nobody measured.
#[must_use]
pub fn rounded(milliseconds: f64) -> f64 {
    (milliseconds * 1_000.0).round() / 1_000.0
}

fn sorted(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).map(rounded).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn estimate(sorted: &[f64], p: f64) -> Option<Estimate> {
    let interval = ranks(sorted.len(), p).and_then(|(low, high)| {
        Some(Interval { low: *sorted.get(low.checked_sub(1)?)?, high: *sorted.get(high.checked_sub(1)?)? })
    });
    Some(Estimate { value: quantile(sorted, p)?, interval, needs: smallest_sample(p) })
}

/// Linear interpolation between the closest ranks (Hyndman and Fan's type 7, as in R and NumPy).
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "ranks are small and not negative"
)]
fn quantile(sorted: &[f64], p: f64) -> Option<f64> {
    let position = sorted.len().checked_sub(1)? as f64 * p;
    let below = *sorted.get(position.floor() as usize)?;
    let above = *sorted.get(position.ceil() as usize)?;
    Some(rounded(below + (above - below) * position.fract()))
}

/// Ranks, from 1, of the two order statistics that enclose the p-quantile with 95 %, or none.
///
/// The number of values below the true quantile is binomial(n, p). The value of rank r is above the quantile
/// when fewer than r values are below it: P(X <= r - 1).
#[must_use]
pub fn ranks(n: usize, p: f64) -> Option<(usize, usize)> {
    let mut low = None;
    for (below, chance) in cumulative_binomial(n, p).enumerate() {
        if chance <= TAIL {
            low = Some(below + 1);
        }
        if chance >= 1.0 - TAIL {
            return low.filter(|_| below < n).map(|low| (low, below + 1));
        }
    }
    None
}

/// Smallest n for which `ranks` has an answer: the sample must reach over the quantile on both sides.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred at most")]
fn smallest_sample(p: f64) -> usize {
    (TAIL.ln() / p.max(1.0 - p).ln()).ceil() as usize
}

/// P(X <= k) for k = 0, 1, … n. Terms are built in logarithms: (1 - p)^n alone would vanish for a large n.
#[expect(clippy::cast_precision_loss, reason = "n is a number of samples")]
fn cumulative_binomial(n: usize, p: f64) -> impl Iterator<Item = f64> {
    let odds = (p / (1.0 - p)).ln();
    let mut term = n as f64 * (1.0 - p).ln();
    let mut sum = 0.0;
    (0..=n).map(move |k| {
        sum += term.exp();
        term += ((n - k) as f64 / (k + 1) as f64).ln() + odds;
        sum
    })
}

#[cfg(test)]
mod tests;
