//! Buffer: a burst of webhooks into a queue; none is lost, none takes effect twice, and never too many at once work.

pub mod judge;
pub mod schema;

pub use judge::{Observed, Seen, judge};
pub use schema::{Buffer, Plan};
