//! Makes the deployment package: the same files always give the same bytes, whatever their order, times and owners.
//!
//! It is given the files' contents and never touches a disk.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipArchive, ZipWriter};

use super::exclusion::is_excluded;
use super::limits::{Sized, TooLarge, UNZIPPED_BYTES, check_unzipped};

/// One file of a code folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path below the code folder, with `/` between components.
    pub path: String,
    /// Any execute bit is set.
    pub is_executable: bool,
    /// A set-user-id, set-group-id or sticky bit is set.
    pub has_special_bits: bool,
    /// What is in it.
    pub content: Vec<u8>,
}

/// A finished deployment package.
#[derive(Clone, PartialEq, Eq)]
pub struct Archive {
    /// The zip file.
    pub bytes: Vec<u8>,
    digest: [u8; 32],
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive").field("key", &self.key()).field("bytes", &self.bytes.len()).finish()
    }
}

/// Why a folder cannot be packaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum PackageError {
    /// There is nothing to package.
    #[error("the code folder holds no files to package")]
    #[diagnostic(help("caches, `*.pyc` and `.git` are never packaged"))]
    Empty,
    /// Entries that may not or cannot be packaged: links out of the folder, devices, names that are not UTF-8.
    #[error("{path:?} cannot be packaged: {reason}")]
    #[diagnostic(help("remove it from the code folder, or put a regular file in its place"))]
    Refused {
        /// Which entry.
        path: String,
        /// Why.
        reason: String,
    },
    /// A path that would be written outside of the folder the package is unzipped into, or twice.
    #[error("{path:?} cannot be the path of a file in a package")]
    Path {
        /// The path.
        path: String,
    },
    /// Lambda would not unzip it.
    #[error(transparent)]
    #[diagnostic(transparent)]
    TooLarge(#[from] TooLarge),
    /// A zip file made elsewhere that cannot be read.
    #[error("cannot read the zip file: {message}")]
    #[diagnostic(help("Lambda could not read it either: make it again"))]
    Unreadable {
        /// What is wrong.
        message: String,
    },
    /// The zip file could not be written.
    #[error("cannot write the zip file: {message}")]
    Write {
        /// What the zip writer said.
        message: String,
    },
}

impl Sized {
    /// What a file weighs.
    #[must_use]
    pub fn of(file: &SourceFile) -> Self {
        Self { path: file.path.clone(), bytes: u64::try_from(file.content.len()).unwrap_or(u64::MAX) }
    }
}

/// Packages the files of one code folder; excluded ones are left out.
pub fn archive(files: &[SourceFile]) -> Result<Archive, PackageError> {
    let sorted = sorted(files)?;
    let sizes: Vec<Sized> = sorted.values().copied().map(Sized::of).collect();
    check_unzipped(&sizes)?;
    let bytes = write(&sorted).map_err(|error| PackageError::Write { message: error.to_string() })?;
    Ok(Archive { digest: Sha256::digest(&bytes).into(), bytes })
}

/// A package made elsewhere, such as a `.jar`, taken as it is.
#[must_use]
pub fn ready_made(bytes: Vec<u8>) -> Archive {
    Archive { digest: Sha256::digest(&bytes).into(), bytes }
}

/// The files of a zip file made elsewhere.
///
/// # Errors
/// When it is no zip file, or unzips to more than Lambda takes.
pub fn entries(bytes: &[u8]) -> Result<Vec<SourceFile>, PackageError> {
    let unreadable = |message: String| PackageError::Unreadable { message };
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(error.to_string()))?;
    let mut files = Vec::new();
    let mut left = UNZIPPED_BYTES;
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).map_err(|error| unreadable(error.to_string()))?;
        if entry.is_dir() {
            continue;
        }
        let path = entry.name().map_err(|error| unreadable(error.to_string()))?.into_owned();
        let mode = entry.unix_mode().unwrap_or(0o644);
        let mut content = Vec::new();
        // What it says about its sizes need not be true.
        let read = entry.by_ref().take(left.saturating_add(1)).read_to_end(&mut content);
        let read = read.map_err(|error| unreadable(error.to_string()))?;
        let bytes = u64::try_from(read).unwrap_or(u64::MAX);
        let (is_executable, has_special_bits) = (mode & 0o111 != 0, mode & 0o7000 != 0);
        files.push(SourceFile { path, is_executable, has_special_bits, content });
        left = match left.checked_sub(bytes) {
            Some(left) => left,
            None => {
                let sizes: Vec<Sized> = files.iter().map(Sized::of).collect();
                return Err(check_unzipped(&sizes)
                    .err()
                    .map_or_else(|| unreadable("too large".into()), Into::into));
            }
        };
    }
    Ok(files)
}

/// The files to package by path; a `BTreeMap` over strings sorts by their UTF-8 bytes.
fn sorted(files: &[SourceFile]) -> Result<BTreeMap<&str, &SourceFile>, PackageError> {
    let mut sorted = BTreeMap::new();
    for file in files.iter().filter(|file| !is_excluded(&file.path)) {
        if file.has_special_bits {
            let reason = "it has a set-user-id, set-group-id or sticky bit".to_owned();
            return Err(PackageError::Refused { path: file.path.clone(), reason });
        }
        if !is_inside(&file.path) || sorted.insert(file.path.as_str(), file).is_some() {
            return Err(PackageError::Path { path: file.path.clone() });
        }
    }
    if sorted.is_empty() { Err(PackageError::Empty) } else { Ok(sorted) }
}

fn is_inside(path: &str) -> bool {
    path.split('/').all(|component| !matches!(component, "" | "." | "..")) && !path.contains('\0')
}

/// Everything that is not content is fixed: Lambda compares packages by their bytes (`CodeSha256`).
fn write(files: &BTreeMap<&str, &SourceFile>) -> zip::result::ZipResult<Vec<u8>> {
    let fixed = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::DEFAULT)
        .system(System::Unix);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, file) in files {
        // Lambda runs the code as another user, who needs to read every file.
        let mode = if file.is_executable { 0o755 } else { 0o644 };
        writer.start_file(*path, fixed.unix_permissions(mode))?;
        writer.write_all(&file.content)?;
    }
    Ok(writer.finish()?.into_inner())
}

impl Archive {
    /// The SHA-256 of the zip file, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> String {
        self.digest.iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// The same digest as Lambda tells it in `CodeSha256`.
    #[must_use]
    pub fn code_sha256(&self) -> String {
        STANDARD.encode(self.digest)
    }

    /// The key of the package in the artifact bucket; the same content always has the same key.
    #[must_use]
    pub fn key(&self) -> String {
        format!("fn/{}.zip", self.sha256())
    }
}

#[cfg(test)]
mod tests;
