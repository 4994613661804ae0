//! What goes into a deployment package and what it weighs; always the same bytes for the same files, never a disk.

pub mod archive;
pub mod assembly;
pub mod check;
pub mod exclusion;
pub mod files;
pub mod handler;
pub mod limits;
pub mod naming;
pub mod native;
pub mod plan;
pub mod platform;
pub mod properties;
pub mod recipe;
pub mod record;

pub use archive::{Archive, PackageError, SourceFile, archive, ready_made};
pub use check::{CheckError, Runs, check};
pub use files::{LocalFile, local_files};
pub use naming::{EditsError, Keys, Store, code_keys, edits};
pub use plan::{CodeUse, Found, Given, Kind, LocalCode, Place, PlanError, Source, Unit, local_code};
pub use platform::{Architecture, Platform};
pub use properties::Content;
pub use recipe::{Look, Recipe, RecipeError, recipe};
