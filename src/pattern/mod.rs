//! Patterns: what `slsx new` can make, what it asks, and which bytes go where.
//!
//! Pure: a pattern, a name and answers become a [`WritePlan`]; writing it is somebody else's work.

mod answers;
mod catalogue;
mod error;
mod manifest;
mod names;
mod path;
mod plan;
mod render;

pub use answers::{Answer, Answers};
pub use catalogue::{Pattern, all, find};
pub use error::PatternError;
pub use manifest::{Cost, FileRule, Language, Manifest, NumberRule, Question, Role};
pub use names::{ItemName, NameError, ProjectName};
pub use path::RelativePath;
pub use plan::{Request, Scaffold, WritePlan, plan};
