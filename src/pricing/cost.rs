//! Cost formulas over a price table; results are estimates and say so where they are shown.

use std::iter::Sum;
use std::time::Duration;

use serde::Serialize;

use super::table::PriceTable;

/// A snapshot is billed for at least three hours, also when its version is deleted sooner
/// (<https://aws.amazon.com/lambda/pricing/>).
const SNAPSHOT_SECONDS: f64 = 3.0 * 3_600.0;

/// An estimate and its upper bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Cost {
    /// With assumed durations.
    pub estimate_usd: f64,
    /// With every invoke at the function's timeout.
    pub at_most_usd: f64,
}

impl Sum for Cost {
    fn sum<I: Iterator<Item = Self>>(costs: I) -> Self {
        costs.fold(Self::default(), |sum, cost| Self {
            estimate_usd: sum.estimate_usd + cost.estimate_usd,
            at_most_usd: sum.at_most_usd + cost.at_most_usd,
        })
    }
}

/// What a run does to SnapStart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapStartUse {
    /// Versions published, each with its snapshot.
    pub versions: u32,
    /// Environments restored.
    pub restores: u32,
    /// Java runtimes pay nothing for SnapStart.
    pub is_free: bool,
}

/// Invokes of a function: requests and GB-seconds, in US dollars.
#[must_use]
pub fn invokes(prices: &PriceTable, architecture: &str, memory_mb: u32, count: u32, billed: Duration) -> f64 {
    let gb_second = if architecture == "arm64" { prices.gb_second_arm64 } else { prices.gb_second_x86_64 };
    let count = f64::from(count);
    count * (prices.million_requests / 1e6 + gb(memory_mb) * billed.as_secs_f64() * gb_second)
}

/// Snapshots and restores, in US dollars.
#[must_use]
pub fn snap_start(prices: &PriceTable, memory_mb: u32, used: SnapStartUse) -> f64 {
    if used.is_free {
        return 0.0;
    }
    let cache = f64::from(used.versions) * SNAPSHOT_SECONDS * prices.snap_start_cache_gb_second;
    gb(memory_mb) * (cache + f64::from(used.restores) * prices.snap_start_restore_gb)
}

fn gb(memory_mb: u32) -> f64 {
    f64::from(memory_mb) / 1_024.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{SnapStartUse, invokes, snap_start};
    use crate::pricing::US_EAST_1;

    #[test]
    fn a_thousand_half_seconds_at_one_gigabyte() {
        let cost = invokes(&US_EAST_1, "x86_64", 1_024, 1_000, Duration::from_millis(500));
        assert!((cost - (0.008_333_35 + 0.000_2)).abs() < 1e-9, "{cost}");
        let arm = invokes(&US_EAST_1, "arm64", 1_024, 1_000, Duration::from_millis(500));
        assert!((arm - (0.006_666_7 + 0.000_2)).abs() < 1e-9, "{arm}");
    }

    #[test]
    fn fifty_snapshots_of_one_gigabyte() {
        let used = SnapStartUse { versions: 50, restores: 0, is_free: false };
        let cost = snap_start(&US_EAST_1, 1_024, used);
        assert!((cost - 0.812_484).abs() < 1e-6, "{cost}");
        assert_eq!(snap_start(&US_EAST_1, 1_024, SnapStartUse { is_free: true, ..used }), 0.0);
    }
}
