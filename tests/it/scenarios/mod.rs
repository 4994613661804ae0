//! Scenarios: the binary against local AWS, as a newcomer would use it.

mod build;
mod demo;
mod deploy;
mod examples;
mod fan_out;
mod local;
mod promises;
mod recover;
