//! Packages as folders.

use std::io::Cursor;
use std::path::Path;

use crate::local::error::LocalError;

/// Unpacks a package.
///
/// # Errors
/// When it is no package, or the disk refuses.
pub fn unpack(package: &[u8], folder: &Path) -> Result<(), LocalError> {
    let failed = |error: zip::result::ZipError| LocalError::System {
        action: format!("unpack a package to {}", folder.display()),
        source: std::io::Error::other(error),
    };
    zip::ZipArchive::new(Cursor::new(package)).and_then(|mut archive| archive.extract(folder)).map_err(failed)
}
