//! What a pattern promises, what its workers did for one upload, and whether the promise was kept; measures nothing itself.

pub mod check;
pub mod log;
pub mod schema;
pub mod timeline;

pub use check::{Check, CheckKind, Conclusion, DeadLetters, Figures, Outcome, Problem, Verdict, verdict};
pub use log::{LogLine, WorkerLog};
pub use schema::{Promise, PromiseError};
pub use timeline::{Execution, Timeline};
