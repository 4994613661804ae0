//! The adapters to AWS: the only room that names an SDK crate.
//!
//! It translates between the SDK's types and `ports`; it decides nothing and prints nothing.

pub mod buckets;
mod counted;
pub mod drift;
pub mod error;
pub mod functions;
pub mod inventory;
pub mod logs;
pub mod machines;
mod problems;
pub mod queues;
pub mod session;
mod signed;
pub mod stack_sets;
pub mod stacks;
pub mod tables;
pub mod web;
