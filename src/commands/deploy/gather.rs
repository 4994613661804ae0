//! Reads code folders and what was built from them, and makes their packages.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::host::files::{self, FileError};
use crate::host::walk;
use crate::package::exclusion::is_excluded;
use crate::package::limits::{Sized, check_unzipped};
use crate::package::{Found, Look, PackageError, Recipe, SourceFile};

/// Longer files say nothing about how code is built.
const LONGEST_TEXT: u64 = 16 << 20;

/// Why there are no files to package.
#[derive(Debug)]
pub(super) enum GatherError {
    /// The folder holds what cannot be packaged.
    Package(PackageError),
    /// The disk said no.
    File(FileError),
}

/// A code folder on this machine.
pub(super) struct Disk(pub(super) PathBuf);

impl Look for Disk {
    fn text(&self, path: &str) -> Option<String> {
        String::from_utf8(files::read_at_most(&self.0.join(path), LONGEST_TEXT).ok()?).ok()
    }

    fn has(&self, path: &str) -> bool {
        self.0.join(path).is_file()
    }

    fn names(&self, folder: &str) -> Vec<String> {
        files::names_in(&self.0.join(folder)).unwrap_or_default()
    }
}

pub(super) fn found(path: &Path) -> Found {
    if path.is_dir() {
        Found::Folder
    } else if path.is_file() {
        Found::File
    } else {
        Found::Nothing
    }
}

/// The files of a package: those of the folder, unless the recipe replaces them, over those that were built.
pub(super) fn folder(
    folder: &Path,
    recipe: &Recipe,
    built: Option<&Path>,
) -> Result<Vec<SourceFile>, GatherError> {
    let mut entries: BTreeMap<String, walk::Entry> = BTreeMap::new();
    if let Some(built) = built {
        entries.extend(below(built, is_excluded)?);
    }
    if !recipe.replaces_sources() {
        entries.extend(below(folder, |path| is_excluded(path) || recipe.ignores(path))?);
    }
    let sizes: Vec<Sized> =
        entries.values().map(|file| Sized { path: file.relative.clone(), bytes: file.len }).collect();
    // Before anything is read: a folder of gigabytes must not fill the memory first.
    check_unzipped(&sizes).map_err(|error| GatherError::Package(error.into()))?;
    let prefix = recipe.prefix();
    entries
        .into_values()
        .map(|file| {
            Ok(SourceFile {
                content: files::read(&file.path).map_err(GatherError::File)?,
                path: prefix
                    .map_or_else(|| file.relative.clone(), |prefix| format!("{prefix}/{}", file.relative)),
                is_executable: file.is_executable,
                has_special_bits: file.has_special_bits,
            })
        })
        .collect()
}

fn below(
    folder: &Path,
    is_skipped: impl Fn(&str) -> bool,
) -> Result<impl Iterator<Item = (String, walk::Entry)>, GatherError> {
    let tree = walk::tree(folder, |relative, _| is_skipped(relative));
    if let Some(refused) = tree.refused.into_iter().next() {
        let reason = refused.reason.to_string();
        return Err(GatherError::Package(PackageError::Refused { path: refused.relative, reason }));
    }
    Ok(tree.files.into_iter().map(|file| (file.relative.clone(), file)))
}

/// A file named by itself is the root of its package.
pub(super) fn single(path: &Path) -> Result<SourceFile, FileError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let content = files::read(path)?;
    Ok(SourceFile { path: name, is_executable: is_executable(path), has_special_bits: false, content })
}

/// A `bootstrap` that lost its execute bit does not start.
fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}
