//! Cold starts: what to invoke, which replies count and what they say together; calls nothing itself.

pub mod baseline;
pub mod comparison;
pub mod cost;
pub mod event;
pub mod explain;
pub mod gate;
pub mod history;
pub mod mark;
pub mod plan;
pub mod report;
pub mod report_line;
pub mod sample;
pub mod schedule;
pub mod shape;
pub mod statistics;
pub mod subject;
pub mod target;

pub use baseline::Baseline;
pub use comparison::Comparison;
pub use event::Event;
pub use gate::Gate;
pub use history::History;
pub use mark::Mark;
pub use plan::Plan;
pub use report::Report;
pub use sample::Sample;
pub use schedule::{Schedule, Strategy};
pub use shape::Shape;
pub use statistics::Summary;
pub use subject::Subject;
pub use target::{Target, Variant};
