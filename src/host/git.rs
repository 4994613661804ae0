//! What slsx asks of git: the files of a remote folder, and whether a work tree is clean.
//!
//! Files come from an archive of the commit: nothing is checked out, and the archive is made without the user's
//! configuration, so no hook, filter or link of a repository has any effect on this machine.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::pattern::GitSource;

/// More is no pattern.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Why git did not help.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum GitError {
    /// There is no git.
    #[error("cannot start git: {0}")]
    #[diagnostic(help("install git, or copy the repository and name its folder with --from"))]
    NotStarted(#[source] std::io::Error),
    /// Git said no.
    #[error("git {action} failed: {message}")]
    #[diagnostic(help("--from takes URL[//FOLDER][#REVISION], such as gh:owner/repository//patterns#v1"))]
    Refused {
        /// What was asked.
        action: String,
        /// Its last words.
        message: String,
    },
    /// The archive has something that no pattern has.
    #[error("{path} in the repository is {what}, which a pattern cannot have")]
    NoPattern {
        /// Which file.
        path: String,
        /// What it is.
        what: &'static str,
    },
    /// The archive cannot be read.
    #[error("cannot read the archive that git made: {0}")]
    Archive(String),
}

/// The files of a repository's folder, by path, and the commit they are of.
///
/// # Errors
/// When git is missing, refuses, or the folder holds links or is too large.
pub fn files(source: &GitSource) -> Result<(BTreeMap<String, Vec<u8>>, String), GitError> {
    let folder = tempfile::tempdir().map_err(GitError::NotStarted)?;
    let git = |arguments: &[&str]| run(folder.path(), arguments, &[]);
    git(&["init", "--quiet", "--bare", "--template="])?;
    let revision = source.revision.as_deref().unwrap_or("HEAD");
    git(&["fetch", "--quiet", "--depth", "1", "--no-tags", "--", &source.url, revision])?;
    let commit =
        String::from_utf8_lossy(&git(&["rev-parse", "FETCH_HEAD^{commit}"])?.stdout).trim().to_owned();
    let tree = format!("FETCH_HEAD:{}", source.folder);
    let archive = run(folder.path(), &["archive", "--format=zip", &tree], &NO_CONFIGURATION)?.stdout;
    Ok((unpacked(&archive)?, commit))
}

/// Whether there are changes below a folder that are not committed; none when git does not keep the folder: it is in
/// no work tree, `witness` in it is ignored, or there is no git.
#[must_use]
pub fn has_changes(folder: &Path, witness: &str) -> Option<bool> {
    let status = run(folder, &["status", "--porcelain", "--", "."], &[]).ok()?;
    if !status.stdout.is_empty() {
        return Some(true);
    }
    run(folder, &["ls-files", "--error-unmatch", "--", witness], &[]).ok().map(|_| false)
}

/// Filters have their commands in a configuration: without any, attributes of a repository run nothing.
const NO_CONFIGURATION: [(&str, &str); 3] =
    [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_COUNT", "0")];

/// What names another repository than that of the folder, as in a hook.
const OTHER_REPOSITORY: [&str; 7] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
];

fn run(folder: &Path, arguments: &[&str], set: &[(&str, &str)]) -> Result<Output, GitError> {
    let mut command = Command::new("git");
    for variable in OTHER_REPOSITORY {
        command.env_remove(variable);
    }
    if !set.is_empty() {
        command.env_remove("GIT_CONFIG_PARAMETERS").env_remove("GIT_CONFIG_SYSTEM");
    }
    let output = command
        // Neither commands as transports, nor questions that nobody answers.
        .args(["-c", "protocol.ext.allow=never"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_TERMINAL_PROMPT", "0")
        .envs(set.iter().copied())
        .stdin(Stdio::null())
        .output()
        .map_err(GitError::NotStarted)?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let message = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing").to_owned();
    Err(GitError::Refused { action: arguments.first().copied().unwrap_or_default().to_owned(), message })
}

fn unpacked(archive: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, GitError> {
    let broken = |error: &dyn std::fmt::Display| GitError::Archive(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).map_err(|error| broken(&error))?;
    let mut files = BTreeMap::new();
    let mut left = LARGEST;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(|error| broken(&error))?;
        let path = file.name().map_err(|error| broken(&error))?.into_owned();
        if file.is_dir() {
            continue;
        }
        if file.is_symlink() {
            return Err(GitError::NoPattern { path, what: "a link" });
        }
        let mut content = Vec::new();
        let read =
            file.take(left.saturating_add(1)).read_to_end(&mut content).map_err(|error| broken(&error))?;
        left = u64::try_from(read).ok().and_then(|read| left.checked_sub(read)).ok_or_else(|| {
            GitError::NoPattern { path: path.clone(), what: "beyond the 64 MiB that are read" }
        })?;
        files.insert(path, content);
    }
    Ok(files)
}
