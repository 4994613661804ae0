//! The worker behind the queue: what a webhook is, what it does here, and what becomes of a batch of them.

pub mod aws;
pub mod effect;
pub mod log;
pub mod webhook;
pub mod worker;
