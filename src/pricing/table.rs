//! Published prices with their date and region.

use serde::Serialize;

/// Lambda's prices in one region, in US dollars, without the free tier.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PriceTable {
    /// Region.
    pub region: &'static str,
    /// Month the prices were published in.
    pub as_of: &'static str,
    /// One million requests.
    pub million_requests: f64,
    /// One GB-second on `x86_64`.
    pub gb_second_x86_64: f64,
    /// One GB-second on `arm64`.
    pub gb_second_arm64: f64,
    /// One GB-second of a cached SnapStart snapshot.
    pub snap_start_cache_gb_second: f64,
    /// One GB restored from a SnapStart snapshot.
    pub snap_start_restore_gb: f64,
}

/// AWS Price List of October 2025 (<https://aws.amazon.com/lambda/pricing/>). Other regions cost up to a third more.
pub const US_EAST_1: PriceTable = PriceTable {
    region: "us-east-1",
    as_of: "2025-10",
    million_requests: 0.20,
    gb_second_x86_64: 0.000_016_666_7,
    gb_second_arm64: 0.000_013_333_4,
    snap_start_cache_gb_second: 0.000_001_504_6,
    snap_start_restore_gb: 0.000_139_799_8,
};
