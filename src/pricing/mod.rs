//! What Lambda charges: a dated price table and the formulas over it; asks no price list service.

pub mod cost;
pub mod table;

pub use cost::{Cost, SnapStartUse};
pub use table::{PriceTable, US_EAST_1};
