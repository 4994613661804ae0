//! Findings in templates, handler code and IAM policies: facts in, findings out.
//!
//! Reads no file and knows no clock: texts and the day are given, the report is a value.

pub mod code;
pub mod facts;
mod finding;
mod input;
mod location;
mod report;
mod rule;
pub mod rules;
mod run;
pub mod runtime;
mod selection;
mod severity;

pub use facts::Facts;
pub use finding::{Finding, Observation, Related, Remark};
pub use input::{CodeRequest, Document, HandlerFile};
pub use location::{Lines, Location, Position};
pub use report::{CodeFile, File, Outcome, Report, Subject, Summary};
pub use rule::{Meta, Rule};
pub use run::{Audit, Settings};
pub use selection::{Selection, SelectionError, UnknownRule, find};
pub use severity::{Confidence, Severity, Threshold, UnknownThreshold};
