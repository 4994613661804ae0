//! One name for everything that decides what a tool makes. Equal inputs have the same, different ones do not.

use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::error::BuildError;
use crate::host::{files, walk};

/// Collects inputs.
#[derive(Clone)]
pub(super) struct Fingerprint(Sha256);

impl Fingerprint {
    /// `kind` names the tool and the version of what is done with it here: it changes when the result would.
    pub(super) fn of(kind: &str) -> Self {
        Self(Sha256::new()).with(kind)
    }

    /// Adds an input. Its length goes first, so that two inputs never read like two others.
    pub(super) fn with(mut self, input: impl AsRef<[u8]>) -> Self {
        let input = input.as_ref();
        self.0.update(u64::try_from(input.len()).unwrap_or(u64::MAX).to_le_bytes());
        self.0.update(input);
        self
    }

    /// Adds several inputs and how many they are.
    pub(super) fn with_all(self, inputs: impl ExactSizeIterator<Item = impl AsRef<[u8]>>) -> Self {
        let count = inputs.len().to_string();
        inputs.fold(self.with(count), Self::with)
    }

    /// Adds a file, or that there is none.
    pub(super) fn with_file(self, folder: &Path, name: &str) -> Result<Self, BuildError> {
        match files::read(&folder.join(name)) {
            Ok(content) => Ok(self.with(name).with("file").with(content)),
            Err(error) if error.is_not_found() => Ok(self.with(name).with("nothing")),
            Err(error) => Err(error.into()),
        }
    }

    /// Adds files with their paths and modes.
    pub(super) fn with_tree(self, entries: &[walk::Entry]) -> Result<Self, BuildError> {
        let count = entries.len().to_string();
        entries.iter().try_fold(self.with(count), |print, entry| {
            let mode = if entry.is_executable { "x" } else { "-" };
            Ok(print.with(&entry.relative).with(mode).with(files::read(&entry.path)?))
        })
    }

    /// The name.
    pub(super) fn hex(self) -> String {
        self.0.finalize().iter().take(20).fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test makes the files it is about")]
mod tests {
    use super::*;

    #[test]
    fn inputs_do_not_run_into_one_another() {
        let of = |inputs: &[&str]| Fingerprint::of("x").with_all(inputs.iter()).hex();
        assert_eq!(of(&["a", "b"]), of(&["a", "b"]));
        assert_ne!(of(&["a", "b"]), of(&["ab"]));
        assert_ne!(of(&["a", "b"]), of(&["b", "a"]));
        assert_ne!(of(&["a", ""]), of(&["a"]));
        assert_eq!(of(&[]).len(), 40);
    }

    #[test]
    fn content_mode_and_path_count() {
        let folder = tempfile::tempdir().unwrap();
        let print = || {
            let tree = walk::tree(folder.path(), |_, _| false);
            Fingerprint::of("x").with_tree(&tree.files).unwrap().hex()
        };
        std::fs::write(folder.path().join("a"), "1").unwrap();
        let first = print();
        std::fs::write(folder.path().join("a"), "2").unwrap();
        let changed = print();
        std::fs::write(folder.path().join("a"), "1").unwrap();
        assert_eq!(first, print());
        std::fs::rename(folder.path().join("a"), folder.path().join("b")).unwrap();
        let renamed = print();
        assert!(first != changed && first != renamed && changed != renamed);
    }
}
