//! Cold starts: what to invoke, which replies count and what they say together; calls nothing itself.

pub mod event;
pub mod mark;
pub mod plan;
pub mod report;
pub mod report_line;
pub mod sample;
pub mod schedule;
pub mod statistics;
pub mod subject;

pub use event::Event;
pub use mark::Mark;
pub use plan::Plan;
pub use report::Report;
pub use sample::Sample;
pub use schedule::Schedule;
pub use statistics::Summary;
pub use subject::Subject;
