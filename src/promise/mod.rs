//! What a project promises, what was seen while it was driven, and whether the promise was kept; measures nothing
//! itself. One folder for each kind of promise, and what all kinds share beside them.

pub mod address;
pub mod api;
pub mod buffer;
pub mod check;
pub mod executions;
pub mod fan_out;
pub mod problem;
pub mod read_model;
pub mod reports;
pub mod schema;
pub mod values;
pub mod web;
pub mod workflow;

pub use check::{Check, CheckKind, Conclusion, Evidence, Outcome, Verdict};
pub use executions::{LogLine, PlatformExecution};
pub use problem::Problem;
pub use schema::{Promise, PromiseError};
pub use values::Values;

/// A count, more or less of it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count times a small positive factor"
)]
fn scaled(count: u32, load: f64) -> usize {
    (f64::from(count) * load).round() as usize
}
