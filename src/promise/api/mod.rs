//! API: every route answers as its contract says, and goes on doing so under load.

pub mod judge;
pub mod schema;
pub mod step;

pub use judge::{LoadSeen, Seen, StepSeen, judge};
pub use schema::{Api, Step};
