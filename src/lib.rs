//! slsx: scaffold, deploy, prove, measure and audit AWS serverless applications.
//!
//! A pure core that decides, thin edges that touch the world. Dependencies point one way:
//!
//! `main -> commands -> {aws, local, build, host, render} -> ports -> domain`
//!
//! The domain (everything not named in that line, but for `cli`) knows no clock, disk, network,
//! terminal, process or async. `render` sees domain values only. `aws` alone names an SDK crate. `cli`
//! knows clap and nothing else. `tests/it/architecture.rs` holds this rule.

pub mod audit;
pub mod aws;
pub mod build;
pub mod cli;
pub mod coldstart;
pub mod commands;
pub mod config;
pub mod deploy;
pub mod doctor;
pub mod exit;
pub mod host;
pub mod iam;
pub mod journal;
pub mod local;
pub mod logs;
pub mod names;
pub mod package;
pub mod pattern;
pub mod ports;
pub mod pricing;
pub mod promise;
pub mod render;
pub mod template;
