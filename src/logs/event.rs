//! Events of a log group.

/// One event of a CloudWatch log group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEvent {
    /// Unique in its group, the same each time the event is read.
    pub id: String,
    /// Milliseconds since the Unix epoch.
    pub timestamp_ms: u64,
    /// Log stream: one execution environment.
    pub stream: String,
    /// The line.
    pub message: String,
}
