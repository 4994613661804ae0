//! How measured times are distributed: a histogram, and whether there seem to be two kinds of them.

use serde::Serialize;

/// From this value of Sarle's coefficient on, a distribution is called bimodal: that of a uniform one is 5/9
/// (SAS/STAT user's guide, "The CLUSTER procedure").
const BIMODAL: f64 = 0.555;
/// Fewer values say nothing about a shape.
const LEAST: usize = 12;
/// In fewer, one slow start looks like a kind of its own.
const LEAST_FOR_KINDS: usize = 30;
const BINS: usize = 20;

/// The distribution of some times, in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shape {
    /// Lower end of the first bin.
    pub from: f64,
    /// Width of each bin.
    pub width: f64,
    /// Values in each bin; those beyond the last one are in it.
    pub bins: Vec<usize>,
    /// Sarle's bimodality coefficient, for a sample.
    pub bimodality: f64,
    /// Whether there seem to be two kinds of starts, such as on two kinds of hardware.
    pub is_bimodal: bool,
}

impl Shape {
    /// The shape of these values; none if there are too few, or if they are all the same.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of samples and bins")]
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        let (first, last) = (*values.first()?, *values.last()?);
        if values.len() < LEAST || last <= first {
            return None;
        }
        let width = (last - first) / BINS as f64;
        let mut bins = vec![0; BINS];
        for value in &values {
            if let Some(bin) = bins.get_mut(bin_of(*value, first, width)) {
                *bin += 1;
            }
        }
        let bimodality = bimodality(&values)?;
        let is_bimodal = bimodality > BIMODAL && values.len() >= LEAST_FOR_KINDS;
        Some(Self { from: first, width, bins, bimodality, is_bimodal })
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, and bounded by the bins"
)]
fn bin_of(value: f64, first: f64, width: f64) -> usize {
    (((value - first) / width) as usize).min(BINS - 1)
}

/// (skewness² + 1) / (excess kurtosis + 3 (n - 1)² / ((n - 2) (n - 3))), both corrected for the size of the sample.
#[expect(clippy::cast_precision_loss, reason = "a number of samples")]
fn bimodality(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let moment = |power: i32| values.iter().map(|value| (value - mean).powi(power)).sum::<f64>() / n;
    let (m2, m3, m4) = (moment(2), moment(3), moment(4));
    if m2 <= 0.0 {
        return None;
    }
    let skewness = m3 / m2.powf(1.5) * (n * (n - 1.0)).sqrt() / (n - 2.0);
    let kurtosis = (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * (m4 / (m2 * m2) - 3.0) + 6.0);
    Some((skewness * skewness + 1.0) / (kurtosis + 3.0 * (n - 1.0).powi(2) / ((n - 2.0) * (n - 3.0))))
}

#[cfg(test)]
mod tests {
    use super::Shape;

    fn normal(random: &mut fastrand::Rng, mean: f64) -> f64 {
        mean + 4.0 * ((0..12).map(|_| random.f64()).sum::<f64>() - 6.0)
    }

    #[test]
    fn two_kinds_are_told_from_one() {
        let mut random = fastrand::Rng::with_seed(3);
        let one: Vec<f64> = (0..200).map(|_| normal(&mut random, 180.0)).collect();
        let two: Vec<f64> =
            (0..200).map(|index| normal(&mut random, if index % 2 == 0 { 150.0 } else { 210.0 })).collect();
        let (one, two) = (Shape::of(one).unwrap(), Shape::of(two).unwrap());
        assert!(!one.is_bimodal && two.is_bimodal, "{} and {}", one.bimodality, two.bimodality);
        assert_eq!(two.bins.iter().sum::<usize>(), 200);
        assert_eq!(two.bins.len(), 20);
        assert!(two.bins[0] > 0 && two.bins[19] > 0);
    }

    #[test]
    fn one_slow_start_is_no_kind_of_its_own() {
        let starts = (0..12).map(f64::from).chain([40.0]);
        let shape = Shape::of(starts).unwrap();
        assert!(shape.bimodality > 0.4 && !shape.is_bimodal, "{}", shape.bimodality);
    }

    #[test]
    fn few_or_equal_values_have_no_shape() {
        assert_eq!(Shape::of([1.0; 50]), None);
        assert_eq!(Shape::of([1.0, 2.0, 3.0]), None);
    }
}
