//! Finds the pattern: built in, in a folder, or in a git repository. Nothing of a pattern is ever executed.

use std::collections::BTreeMap;
use std::path::Path;

use crate::host::files::{self, FileError};
use crate::host::git::{self, GitError};
use crate::host::walk;
use crate::pattern::{self, Origin, Pattern, PatternError, Source};

/// More in one file is no pattern.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// Why a pattern cannot be read.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum SourceError {
    /// There is none, or it is broken.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Pattern(#[from] PatternError),
    /// Git did not give it.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Git(#[from] GitError),
    /// It is not a folder.
    #[error("--from {path} is not a folder")]
    #[diagnostic(help("it takes a folder, or a git repository: URL[//FOLDER][#REVISION]"))]
    NotAFolder {
        /// What was given.
        path: String,
    },
    /// Something in the folder cannot be read.
    #[error("cannot read {path} of the pattern: {reason}")]
    Refused {
        /// Which file.
        path: String,
        /// Why.
        reason: String,
    },
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The pattern of an id; a relative folder is seen from `current_dir`, and remembered as seen from the project, so that
/// the project finds it again wherever both are moved to.
///
/// # Errors
/// When there is no such pattern, or it cannot be read.
pub fn find(
    id: &str,
    from: Option<&str>,
    current_dir: &Path,
    project: &Path,
) -> Result<Pattern, SourceError> {
    let Some(from) = from else { return Ok(pattern::find(id)?) };
    Ok(match Source::parse(from)? {
        Source::Folder(path) => {
            let folder = current_dir.join(&path);
            if !folder.is_dir() {
                return Err(SourceError::NotAFolder { path });
            }
            let path = remembered(path, &folder, project)?;
            Pattern::read(id, read(&folder)?, Origin::Folder { path })?
        }
        Source::Git(source) => {
            let (files, commit) = git::files(&source)?;
            Pattern::read(id, files, Origin::Git { from: from.to_owned(), commit })?
        }
    })
}

/// A relative path as seen from the project, whose own folder may not be there yet.
fn remembered(given: String, folder: &Path, project: &Path) -> Result<String, SourceError> {
    if Path::new(&given).is_absolute() {
        return Ok(given);
    }
    let (above, name) = (project.parent().unwrap_or(project), project.file_name().unwrap_or_default());
    let project = files::canonical(above)?.join(name);
    let relative = pathdiff::diff_paths(files::canonical(folder)?, project);
    Ok(relative.map_or(given, |path| path.to_string_lossy().into_owned()))
}

fn read(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, SourceError> {
    // What building and testing in a pattern's own folder leaves behind is not part of it.
    let is_skipped = |path: &str, is_folder: bool| {
        let name = path.rsplit('/').next().unwrap_or_default();
        is_folder && matches!(name, ".git" | "node_modules" | "target" | "__pycache__" | ".venv")
    };
    let tree = walk::tree(folder, is_skipped);
    if let Some(refused) = tree.refused.into_iter().next() {
        return Err(SourceError::Refused { path: refused.relative, reason: refused.reason.to_string() });
    }
    tree.files
        .into_iter()
        .map(|file| Ok((file.relative, files::read_at_most(&file.path, LARGEST_FILE)?)))
        .collect()
}
