//! The `Journals` port as files in one folder; a journal is on the disk before `write` returns.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::ports::{JournalError, Journals};

const EXTENSION: &str = "journal";

/// Journals as files `NAME.journal` in a folder, each with an empty `NAME.lock` beside it.
///
/// Lock files stay: removing one while another process waits to open it would let two hold "the" lock.
#[derive(Clone, Debug)]
pub struct FolderJournals {
    folder: PathBuf,
}

/// Holds the lock until dropped; the system releases it when the process ends, however it ends.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
}

impl FolderJournals {
    /// Uses this folder, which is made when the first lock is taken.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self, name: &str, extension: &str) -> Result<PathBuf, JournalError> {
        let is_safe = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
        if name.is_empty() || !name.chars().all(is_safe) {
            let source = io::Error::new(ErrorKind::InvalidInput, "not a journal's name");
            return Err(JournalError::Storage { path: name.to_owned(), source });
        }
        Ok(self.folder.join(format!("{name}.{extension}")))
    }

    /// A new folder's own entry must survive a power cut too, or the journal in it does not.
    fn make_folder(&self) -> io::Result<()> {
        if self.folder.is_dir() {
            return Ok(());
        }
        fs::create_dir_all(&self.folder)?;
        let above = self.folder.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
        // A folder we may not open was not made by us just now.
        above.for_each(|folder| drop(sync_folder(folder)));
        Ok(())
    }

    fn open_lock(&self, path: &Path) -> io::Result<File> {
        self.make_folder()?;
        private().create(true).truncate(false).open(path)
    }

    fn replace(&self, path: &Path, text: &str) -> io::Result<()> {
        self.make_folder()?;
        let beside = path.with_extension("partial");
        let mut file = private().create(true).truncate(true).open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        sync_folder(&self.folder)
    }
}

impl Journals for FolderJournals {
    type Lock = FileLock;

    fn lock(&self, name: &str) -> Result<Self::Lock, JournalError> {
        let path = self.path(name, "lock")?;
        let file = self.open_lock(&path).map_err(|source| storage(&path, source))?;
        match file.try_lock() {
            Ok(()) => Ok(FileLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(JournalError::Held { name: name.to_owned() }),
            Err(TryLockError::Error(source)) => Err(storage(&path, source)),
        }
    }

    fn write(&self, name: &str, text: &str) -> Result<(), JournalError> {
        let path = self.path(name, EXTENSION)?;
        self.replace(&path, text).map_err(|source| storage(&path, source))
    }

    fn read(&self, name: &str) -> Result<Option<String>, JournalError> {
        let path = self.path(name, EXTENSION)?;
        match fs::read(&path) {
            // A damaged journal must be seen as one, not as an unreadable disk.
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(storage(&path, source)),
        }
    }

    fn names(&self) -> Result<Vec<String>, JournalError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(storage(&self.folder, source)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let path = entry.map_err(|source| storage(&self.folder, source))?.path();
            if path.extension().is_some_and(|extension| extension == EXTENSION) {
                names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
            }
        }
        names.sort();
        Ok(names)
    }

    fn remove(&self, name: &str) -> Result<(), JournalError> {
        let path = self.path(name, EXTENSION)?;
        match fs::remove_file(&path) {
            Ok(()) => sync_folder(&self.folder).map_err(|source| storage(&path, source)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(source) => Err(storage(&path, source)),
        }
    }
}

/// Descriptions are not secret, but they are nobody else's business either.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}

/// A rename is durable only when its folder is (fsync(2)).
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn storage(path: &Path, source: io::Error) -> JournalError {
    JournalError::Storage { path: path.display().to_string(), source }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::FolderJournals;
    use crate::ports::{JournalError, Journals as _};

    fn journals() -> (tempfile::TempDir, FolderJournals) {
        let folder = tempfile::tempdir().unwrap();
        let journals = FolderJournals::new(folder.path().join("state").join("journals"));
        (folder, journals)
    }

    #[test]
    fn a_journal_is_written_replaced_listed_and_removed() {
        let (_folder, journals) = journals();
        assert_eq!(journals.names().unwrap(), Vec::<String>::new());
        assert_eq!(journals.read("b").unwrap(), None);
        journals.write("b", "first").unwrap();
        journals.write("b", "second").unwrap();
        journals.write("a", "other").unwrap();
        assert_eq!(journals.names().unwrap(), ["a", "b"]);
        assert_eq!(journals.read("b").unwrap().as_deref(), Some("second"));
        journals.remove("b").unwrap();
        journals.remove("b").unwrap();
        assert_eq!(journals.names().unwrap(), ["a"]);
    }

    #[test]
    fn a_half_written_file_is_not_a_journal() {
        let (_folder, journals) = journals();
        journals.write("a", "whole").unwrap();
        fs::write(journals.folder().join("a.partial"), "ha").unwrap();
        fs::write(journals.folder().join("b.partial"), "ha").unwrap();
        assert_eq!(journals.names().unwrap(), ["a"]);
        assert_eq!(journals.read("a").unwrap().as_deref(), Some("whole"));
    }

    #[test]
    fn a_lock_is_held_until_dropped_and_is_one_journals_only() {
        let (_folder, journals) = journals();
        let lock = journals.lock("a").unwrap();
        assert!(matches!(journals.lock("a"), Err(JournalError::Held { name }) if name == "a"));
        journals.lock("b").unwrap();
        drop(lock);
        journals.lock("a").unwrap();
        assert_eq!(journals.names().unwrap(), Vec::<String>::new(), "a lock is not a journal");
    }

    #[test]
    fn a_name_cannot_leave_the_folder() {
        let (_folder, journals) = journals();
        for name in ["", "..", "../a", "a/b", "/etc/passwd", "a.b", "a\0b"] {
            assert!(journals.write(name, "x").is_err(), "{name:?}");
            assert!(journals.lock(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn bytes_that_are_not_text_are_read_and_left_to_the_checksum() {
        let (_folder, journals) = journals();
        journals.write("a", "x").unwrap();
        fs::write(journals.folder().join("a.journal"), [0xff, 0xfe, b'x']).unwrap();
        assert!(journals.read("a").unwrap().unwrap().ends_with('x'));
    }
}
