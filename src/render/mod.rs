//! Turns domain values into text on a writer; it asks neither the terminal nor the environment.

pub mod audit_human;
pub mod audit_json;
pub mod coldstart;
pub mod coldstart_progress;
pub mod config;
pub mod demo;
pub mod deploy;
pub mod diagnostic;
pub mod diff;
pub mod drift;
pub mod gc;
pub mod github;
mod grid;
pub mod invoke;
pub mod local;
pub mod logs;
pub mod new;
pub mod outputs;
pub mod package;
pub mod promise;
pub mod recover;
pub mod redrive;
pub mod replay;
pub mod sarif;
pub mod spinner;
pub mod style;
pub mod update;
