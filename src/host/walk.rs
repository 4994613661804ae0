//! Walking a folder without ever leaving it: what is in a project, and what was refused and why.
//!
//! Iterative and bounded, so neither deep trees nor loops of links can exhaust it.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

/// The most entries a walk looks at before it gives up on the rest.
const ENTRY_LIMIT: usize = 500_000;

/// A regular file of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Path below the root, with `/` between components.
    pub relative: String,
    /// Where to read it.
    pub path: PathBuf,
    /// Length in bytes.
    pub len: u64,
    /// Any execute bit is set.
    pub is_executable: bool,
    /// A set-user-id, set-group-id or sticky bit is set.
    pub has_special_bits: bool,
}

/// Why an entry was left out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// A link to something outside the root.
    #[error("the link points outside of the folder")]
    LeavesRoot,
    /// A link to a folder that it is itself in.
    #[error("the link points to a folder it is in")]
    Loop,
    /// A pipe, socket or device.
    #[error("not a regular file")]
    NotRegular,
    /// A name that is not UTF-8.
    #[error("the name is not UTF-8")]
    NotUtf8,
    /// Too many entries.
    #[error("the folder holds more than {ENTRY_LIMIT} entries")]
    TooMany,
    /// The system said no: a dangling link, missing permission.
    #[error("{message}")]
    Unreadable {
        /// What the system said.
        message: String,
    },
}

/// One entry that was left out. Callers must report it or fail, never skip it in silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Path below the root, made readable when it is not UTF-8.
    pub relative: String,
    /// Why.
    pub reason: Reason,
}

/// What a walk found, sorted by relative path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// The files.
    pub files: Vec<Entry>,
    /// What was left out.
    pub refused: Vec<Refused>,
}

/// A folder still to be read.
struct Pending {
    path: PathBuf,
    relative: String,
    /// Canonical paths of this folder and those it was reached through.
    ancestors: Vec<PathBuf>,
}

/// Lists the files below a folder. `is_skipped` gets each relative path and whether it is a folder.
///
/// Links inside the root are followed; links out of it, loops, devices and names that are not
/// UTF-8 are refused by name.
pub fn tree(root: &Path, is_skipped: impl Fn(&str, bool) -> bool) -> Tree {
    let mut walk = Walk::default();
    match std::fs::canonicalize(root) {
        Err(error) => walk.refuse(String::new(), unreadable(&error)),
        Ok(canonical) => {
            let first = Pending {
                path: root.to_owned(),
                relative: String::new(),
                ancestors: vec![canonical.clone()],
            };
            walk.run(&canonical, first, &is_skipped);
        }
    }
    Tree { files: walk.files.into_values().collect(), refused: walk.refused }
}

#[derive(Default)]
struct Walk {
    files: BTreeMap<String, Entry>,
    refused: Vec<Refused>,
    seen: usize,
}

impl Walk {
    fn run(&mut self, root: &Path, first: Pending, is_skipped: &impl Fn(&str, bool) -> bool) {
        let mut pending = vec![first];
        while let Some(folder) = pending.pop() {
            let entries = match std::fs::read_dir(&folder.path) {
                Ok(entries) => entries,
                Err(error) => {
                    self.refuse(folder.relative, unreadable(&error));
                    continue;
                }
            };
            for entry in entries {
                self.seen += 1;
                if self.seen > ENTRY_LIMIT {
                    self.refuse(folder.relative, Reason::TooMany);
                    self.refused.sort_by(|a, b| a.relative.cmp(&b.relative));
                    return;
                }
                match entry {
                    Ok(entry) => pending.extend(self.visit(root, &folder, &entry.file_name(), is_skipped)),
                    Err(error) => self.refuse(folder.relative.clone(), unreadable(&error)),
                }
            }
        }
        self.refused.sort_by(|a, b| a.relative.cmp(&b.relative));
    }

    /// Takes one entry; returns it when it is a folder to go into.
    fn visit(
        &mut self,
        root: &Path,
        folder: &Pending,
        name: &std::ffi::OsStr,
        is_skipped: &impl Fn(&str, bool) -> bool,
    ) -> Option<Pending> {
        let path = folder.path.join(name);
        let Some(text) = name.to_str() else {
            self.refuse(below(&folder.relative, &name.to_string_lossy()), Reason::NotUtf8);
            return None;
        };
        let relative = below(&folder.relative, text);
        let found = look(root, &path);
        let is_folder = found.as_ref().is_ok_and(|(metadata, _)| metadata.is_dir());
        if is_skipped(&relative, is_folder) {
            return None;
        }
        match found {
            Err(reason) => self.refuse(relative, reason),
            Ok((metadata, canonical)) if metadata.is_dir() => {
                if folder.ancestors.contains(&canonical) {
                    self.refuse(relative, Reason::Loop);
                    return None;
                }
                let mut ancestors = folder.ancestors.clone();
                ancestors.push(canonical);
                return Some(Pending { path, relative, ancestors });
            }
            Ok((metadata, _)) if metadata.is_file() => {
                self.files.insert(relative.clone(), entry_of(relative, path, &metadata));
            }
            Ok(_) => self.refuse(relative, Reason::NotRegular),
        }
        None
    }

    fn refuse(&mut self, relative: String, reason: Reason) {
        self.refused.push(Refused { relative, reason });
    }
}

/// What is at a path once links are followed, provided that it is inside the root.
fn look(root: &Path, path: &Path) -> Result<(Metadata, PathBuf), Reason> {
    let canonical = std::fs::canonicalize(path).map_err(|error| unreadable(&error))?;
    if !canonical.starts_with(root) {
        return Err(Reason::LeavesRoot);
    }
    let metadata = std::fs::metadata(&canonical).map_err(|error| unreadable(&error))?;
    Ok((metadata, canonical))
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn unreadable(error: &io::Error) -> Reason {
    Reason::Unreadable { message: error.to_string() }
}

fn entry_of(relative: String, path: PathBuf, metadata: &Metadata) -> Entry {
    let mode = mode_of(metadata);
    Entry {
        relative,
        path,
        len: metadata.len(),
        is_executable: mode & 0o111 != 0,
        has_special_bits: mode & 0o7000 != 0,
    }
}

#[cfg(unix)]
fn mode_of(metadata: &Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions())
}

#[cfg(not(unix))]
fn mode_of(_metadata: &Metadata) -> u32 {
    0o644
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
