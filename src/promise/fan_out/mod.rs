//! Fan-out: one upload is handled by every worker, all at the same time; what they cannot handle ends in their own
//! dead-letter queues and stops nobody.

pub mod failure;
pub mod judge;
pub mod log;
pub mod schema;
pub mod timeline;

pub use failure::Refusal;
pub use judge::{DeadLetters, Figures, Seen, judge};
pub use log::WorkerLog;
pub use schema::FanOut;
pub use timeline::{Execution, Timeline};
