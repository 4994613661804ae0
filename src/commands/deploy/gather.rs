//! Reads what is at the path of a piece of local code and packages it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::host::files::{self, FileError};
use crate::host::walk;
use crate::package::exclusion::is_excluded;
use crate::package::limits::{Sized, check_unzipped};
use crate::package::{
    Archive, BuildNeeded, Found, LocalCode, PackageError, PlanError, Source, SourceFile, archive,
    build_needed, ready_made,
};

/// Why there is no package.
#[derive(Debug)]
pub(super) enum GatherError {
    /// There is nothing at the path.
    Plan(PlanError),
    /// It must be built first.
    Build(BuildNeeded),
    /// It holds what cannot be packaged.
    Package(PackageError),
    /// The disk said no.
    File(FileError),
}

/// Packages the folder or file that the template names.
pub(super) fn package(code: &LocalCode, path: &Path) -> Result<Archive, GatherError> {
    match code.source(found(path)).map_err(GatherError::Plan)? {
        Source::ReadyMade => Ok(ready_made(files::read(path).map_err(GatherError::File)?)),
        Source::SingleFile => pack(code, vec![single(path)?]),
        Source::Folder => pack(code, folder(path)?),
    }
}

fn found(path: &Path) -> Found {
    if path.is_dir() {
        Found::Folder
    } else if path.is_file() {
        Found::File
    } else {
        Found::Nothing
    }
}

fn pack(code: &LocalCode, sources: Vec<SourceFile>) -> Result<Archive, GatherError> {
    match build_needed(code.first.runtime.as_deref(), &sources) {
        Some(needed) => Err(GatherError::Build(needed)),
        None => archive(&sources).map_err(GatherError::Package),
    }
}

fn folder(path: &Path) -> Result<Vec<SourceFile>, GatherError> {
    let tree = walk::tree(path, |relative, _| is_excluded(relative));
    if let Some(refused) = tree.refused.into_iter().next() {
        let reason = refused.reason.to_string();
        return Err(GatherError::Package(PackageError::Refused { path: refused.relative, reason }));
    }
    let sizes: Vec<Sized> =
        tree.files.iter().map(|file| Sized { path: file.relative.clone(), bytes: file.len }).collect();
    // Before anything is read: a folder of gigabytes must not fill the memory first.
    check_unzipped(&sizes).map_err(|error| GatherError::Package(error.into()))?;
    tree.files
        .into_iter()
        .map(|file| {
            Ok(SourceFile {
                content: files::read(&file.path).map_err(GatherError::File)?,
                path: file.relative,
                is_executable: file.is_executable,
                has_special_bits: file.has_special_bits,
            })
        })
        .collect()
}

/// A file named by itself is the root of its package.
fn single(path: &Path) -> Result<SourceFile, GatherError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let content = files::read(path).map_err(GatherError::File)?;
    Ok(SourceFile { path: name, is_executable: is_executable(path), has_special_bits: false, content })
}

/// A `bootstrap` that lost its execute bit does not start.
fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}
