//! What goes into a deployment package and what it weighs; always the same bytes for the same files, never a disk.

pub mod archive;
pub mod build_needed;
pub mod exclusion;
pub mod limits;
pub mod plan;

pub use archive::{Archive, PackageError, SourceFile, archive, ready_made};
pub use build_needed::{BuildNeeded, build_needed};
pub use plan::{CodeUse, EditsError, Found, LocalCode, Place, PlanError, Source, edits, local_code};
