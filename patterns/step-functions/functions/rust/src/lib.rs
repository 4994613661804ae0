//! The tasks of the workflow: transcode makes the result of a job, compensate undoes it.

pub mod aws;
pub mod compensate;
pub mod job;
pub mod log;
pub mod scaling;
pub mod transcode;
pub mod video;
