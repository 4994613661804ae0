//! A folder that disappears when nobody needs it any more.

use std::path::{Path, PathBuf};

use super::files::FileError;

/// Removed when dropped, unless it is kept.
#[derive(Debug)]
pub struct TemporaryFolder(tempfile::TempDir);

impl TemporaryFolder {
    /// Makes a folder below the system's folder for such things.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(prefix: &str) -> Result<Self, FileError> {
        tempfile::Builder::new().prefix(prefix).tempdir().map(Self).map_err(|source| FileError::System {
            action: "create a temporary folder in",
            path: std::env::temp_dir(),
            source,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Leaves it on the disk.
    #[must_use]
    pub fn keep(self) -> PathBuf {
        self.0.keep()
    }
}
