//! What a function costs at the times that were measured.

use std::time::Duration;

use serde::Serialize;

use super::statistics::median;
use super::subject::Subject;
use crate::pricing::{US_EAST_1, cost};

/// One million invokes, in US dollars, at the prices of one region and without the free tier.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PerMillion {
    /// Each of them warm.
    pub warm_usd: f64,
    /// Each of them cold; none if no reply told what was billed.
    pub cold_usd: Option<f64>,
    /// Region of the prices.
    pub region: &'static str,
    /// Month of the prices.
    pub as_of: &'static str,
}

impl PerMillion {
    /// From the handler's times in warm invokes and the billed times of cold ones, in milliseconds; none without the
    /// former.
    #[must_use]
    pub fn of(subject: &Subject, warm: &[f64], cold_billed: impl Iterator<Item = f64>) -> Option<Self> {
        let prices = &US_EAST_1;
        let million = |billed: f64| {
            let billed = Duration::try_from_secs_f64(billed / 1_000.0).unwrap_or_default();
            cost::invokes(prices, &subject.architecture, subject.memory_mb, 1_000_000, billed)
        };
        // Billed are whole milliseconds (<https://aws.amazon.com/lambda/pricing/>).
        let warm_usd = million(median(warm.iter().copied())?.ceil());
        let cold_usd = median(cold_billed).map(million);
        Some(Self { warm_usd, cold_usd, region: prices.region, as_of: prices.as_of })
    }
}

#[cfg(test)]
mod tests {
    use super::PerMillion;
    use crate::coldstart::Subject;

    #[test]
    fn a_million_calls_of_a_tenth_of_a_second_at_one_gigabyte() {
        let subject = Subject::of_a_test();
        let found = PerMillion::of(&subject, &[99.2, 99.9, 200.0], [500.0].into_iter()).unwrap();
        assert!((found.warm_usd - (1.666_67 + 0.2)).abs() < 1e-9, "{found:?}");
        assert!((found.cold_usd.unwrap() - (8.333_35 + 0.2)).abs() < 1e-9, "{found:?}");
        assert_eq!(PerMillion::of(&subject, &[], [500.0].into_iter()), None);
    }
}
