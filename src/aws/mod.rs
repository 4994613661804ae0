//! The adapters to AWS: the only room that names an SDK crate.
//!
//! It translates between the SDK's types and `ports`; it decides nothing and prints nothing.

pub mod buckets;
pub mod error;
pub mod functions;
pub mod logs;
pub mod queues;
pub mod session;
pub mod stacks;
