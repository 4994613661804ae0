//! What functions write to CloudWatch Logs: lines of many formats, and a log that grows while it is read.

mod event;
mod line;
mod tail;

pub use event::LogEvent;
pub use line::{Level, Line};
pub use tail::Tail;
