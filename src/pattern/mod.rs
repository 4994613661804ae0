//! Patterns: what `slsx new` can make, what it asks, and which bytes go where.
//!
//! Pure: a pattern, a name and answers become a [`WritePlan`]; writing it is somebody else's work.

mod answers;
mod catalogue;
mod error;
mod expression;
mod manifest;
mod merge;
mod names;
mod path;
mod plan;
mod question;
mod record;
mod render;
mod source;
mod values;

pub use answers::{Answer, Answers, answer};
pub use catalogue::{Origin, Pattern, all, find};
pub use error::PatternError;
pub use manifest::{Cost, Extra, FileRule, Language, Manifest};
pub use merge::{Change, ChangeKind, ConflictStyle, REJECTED, Sides, merge};
pub use names::{ItemName, NameError, ProjectName};
pub use path::RelativePath;
pub use plan::{Request, Scaffold, WritePlan, is_asked, plan};
pub use question::{NumberRule, Question, Role};
pub use record::{ANSWERS_FILE, BASE_FILE, Record, read_base};
pub use source::{GitSource, Source};
