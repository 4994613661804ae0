//! Files and folders: every write is all or nothing, and nothing that exists is overwritten by accident.
//!
//! Knows paths and bytes, never what they mean.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

/// Why a file or folder could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Something of that name exists: a folder, file, link or dangling link.
    #[error("{} exists already", path.display())]
    Exists {
        /// The target.
        path: PathBuf,
    },
    /// A folder, pipe, socket or device, where a file is needed.
    #[error("{} is not a regular file", path.display())]
    NotRegular {
        /// What was to be read.
        path: PathBuf,
    },
    /// The content is not UTF-8.
    #[error("{} is not UTF-8 text", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
    },
    /// The content is longer than the caller accepts.
    #[error("{} is larger than {limit} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The longest accepted content.
        limit: u64,
    },
    /// The system said no.
    #[error("cannot {action} {}: {source}", path.display())]
    System {
        /// What was tried, such as `read`.
        action: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl FileError {
    /// There is nothing of that name.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::System { source, .. } => source.kind() == ErrorKind::NotFound,
            Self::Exists { .. } | Self::NotRegular { .. } | Self::NotUtf8 { .. } | Self::TooLarge { .. } => {
                false
            }
        }
    }
}

/// What the names of staged folders begin with; six letters and digits follow.
const STAGED: &str = ".slsx-new-";

/// A staged folder is written within seconds, so one this old was left by a run that was killed.
const STALE_AFTER: Duration = Duration::from_secs(60 * 60);

/// A folder that disappears when dropped, unless it was published.
#[derive(Debug)]
pub struct StagedDir(TempDir);

impl StagedDir {
    /// Where it is, until it is published.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// Reads a regular file; a pipe or device could block for ever and is refused.
///
/// # Errors
/// When it is not a regular file or cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    read_at_most(path, u64::MAX)
}

/// Reads a regular file of at most `limit` bytes.
///
/// # Errors
/// When it is longer, not a regular file, or cannot be read.
pub fn read_at_most(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let metadata = fs::metadata(path).map_err(system("read", path))?;
    if !metadata.is_file() {
        return Err(FileError::NotRegular { path: path.to_owned() });
    }
    at_most(limit, File::open(path).map_err(system("read", path))?, path)
}

/// Bytes of a file, or of what a link leads to.
///
/// # Errors
/// When there is none, or the system does not tell.
pub fn size(path: &Path) -> Result<u64, FileError> {
    fs::metadata(path).map(|metadata| metadata.len()).map_err(system("look at", path))
}

/// Reads at most `limit` bytes from standard input, to its end.
///
/// # Errors
/// When it is longer or cannot be read.
pub fn read_standard_input(limit: u64) -> Result<Vec<u8>, FileError> {
    at_most(limit, std::io::stdin().lock(), Path::new("standard input"))
}

fn at_most(limit: u64, source: impl Read, path: &Path) -> Result<Vec<u8>, FileError> {
    let mut content = Vec::new();
    let found =
        source.take(limit.saturating_add(1)).read_to_end(&mut content).map_err(system("read", path))?;
    if u64::try_from(found).is_ok_and(|found| found > limit) {
        return Err(FileError::TooLarge { path: path.to_owned(), limit });
    }
    Ok(content)
}

/// Reads a regular file of UTF-8 text.
///
/// # Errors
/// When it is not a regular file, not UTF-8, or cannot be read.
pub fn read_to_string(path: &Path) -> Result<String, FileError> {
    String::from_utf8(read(path)?).map_err(|_| FileError::NotUtf8 { path: path.to_owned() })
}

/// Writes a file that must not exist yet, and makes the folders above it.
///
/// # Errors
/// When something of that name exists, or it cannot be written.
pub fn create_new(path: &Path, content: &[u8]) -> Result<(), FileError> {
    if let Some(folder) = path.parent() {
        create_folders(folder)?;
    }
    let mut file = File::create_new(path).map_err(|error| {
        if error.kind() == ErrorKind::AlreadyExists {
            FileError::Exists { path: path.to_owned() }
        } else {
            system("create", path)(error)
        }
    })?;
    file.write_all(content).map_err(system("write", path))
}

/// Replaces a file: readers see the old content or the new one, also after a power cut.
///
/// The content goes to a file beside it, is flushed and renamed into place; then the folder entry is
/// flushed too. Only the owner can read the file.
///
/// # Errors
/// When one of these steps fails; before the rename, the old content is untouched.
pub fn write_atomic(path: &Path, content: &[u8]) -> Result<(), FileError> {
    let folder = folder_of(path);
    let mut file = tempfile::Builder::new()
        .prefix(".slsx-")
        .tempfile_in(folder)
        .map_err(system("create a file beside", path))?;
    file.write_all(content).map_err(system("write", path))?;
    file.as_file().sync_all().map_err(system("flush", path))?;
    file.persist(path).map_err(|error| system("replace", path)(error.error))?;
    sync_folder(folder)
}

/// Replaces or makes a file of the user's, with the folders above it: all or nothing, and with the mode that it had or
/// that any new file has.
///
/// # Errors
/// As [`write_atomic`].
pub fn replace(path: &Path, content: &[u8]) -> Result<(), FileError> {
    let folder = folder_of(path);
    create_folders(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".slsx-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As for any new file, the user's umask decides.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder).map_err(system("create a file beside", path))?;
    file.write_all(content).map_err(system("write", path))?;
    if let Ok(metadata) = fs::metadata(path) {
        file.as_file().set_permissions(metadata.permissions()).map_err(system("write", path))?;
    }
    file.as_file().sync_all().map_err(system("flush", path))?;
    file.persist(path).map_err(|error| system("replace", path)(error.error))?;
    Ok(())
}

/// Copies a regular file, execute bit included, to where nothing is yet, and makes the folders above it.
///
/// # Errors
/// When something is there, or it cannot be copied.
pub fn copy_new(from: &Path, to: &Path) -> Result<(), FileError> {
    create_new(to, &read(from)?)?;
    let permissions = fs::metadata(from).map_err(system("look at", from))?.permissions();
    fs::set_permissions(to, permissions).map_err(system("change", to))
}

/// Makes a link to a folder.
///
/// # Errors
/// When something is there already.
pub fn link_folder(target: &Path, link: &Path) -> Result<(), FileError> {
    std::os::unix::fs::symlink(target, link).map_err(system("create the link", link))
}

/// Notes that something was used now, as the time of an empty file.
///
/// # Errors
/// When the file cannot be made.
pub fn touch(path: &Path) -> Result<(), FileError> {
    let file = open_append(path)?;
    file.set_modified(SystemTime::now()).map_err(system("change", path))
}

/// How long ago a file was last changed or touched; none when that cannot be told.
#[must_use]
pub fn age(path: &Path) -> Option<Duration> {
    fs::metadata(path).ok()?.modified().ok()?.elapsed().ok()
}

/// The path without links in it.
///
/// # Errors
/// When nothing is there.
pub fn canonical(path: &Path) -> Result<PathBuf, FileError> {
    fs::canonicalize(path).map_err(system("find", path))
}

/// Opens a file to write at its end, and makes it when there is none; for logs and locks.
///
/// # Errors
/// When it cannot be opened.
pub fn open_append(path: &Path) -> Result<File, FileError> {
    OpenOptions::new().create(true).append(true).open(path).map_err(system("open", path))
}

/// Makes a folder beside the target, on the same file system, so that one rename can publish it.
/// Removes those that killed runs left there.
///
/// # Errors
/// When the folder above the target does not exist or cannot be written.
pub fn stage_beside(target: &Path) -> Result<StagedDir, FileError> {
    let folder = folder_of(target);
    remove_stale(folder);
    let mut builder = tempfile::Builder::new();
    builder.prefix(STAGED);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As `mkdir` would: the user's umask decides, not the private mode of temporary folders.
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    builder.tempdir_in(folder).map(StagedDir).map_err(system("create a folder in", folder))
}

/// Leaves alone what cannot be removed, such as another user's: the next run will meet it again.
fn remove_stale(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if is_stale(&entry) {
            let _ = remove_tree(&entry.path());
        }
    }
}

fn is_stale(entry: &fs::DirEntry) -> bool {
    let name = entry.file_name();
    let is_staged = name.to_str().and_then(|name| name.strip_prefix(STAGED)).is_some_and(|random| {
        random.len() == 6 && random.bytes().all(|letter| letter.is_ascii_alphanumeric())
    });
    // The metadata of the entry itself: a link to a folder is not followed, so it is no folder.
    let metadata = || entry.metadata().ok().filter(fs::Metadata::is_dir);
    let age = || metadata()?.modified().ok()?.elapsed().ok();
    is_staged && age().is_some_and(|age| age > STALE_AFTER)
}

/// Moves a staged folder to its target with one rename; whatever exists there is left alone.
///
/// `rename(2)` itself refuses a file, a link and a folder with content, so a target that appears after
/// the check loses nothing either.
///
/// # Errors
/// When the target exists in any form, or the rename fails; the staged folder is then removed.
pub fn publish_dir(staged: StagedDir, target: &Path) -> Result<(), FileError> {
    refuse_existing(target)?;
    fs::rename(staged.path(), target).map_err(system("create", target))?;
    // It has another name now: nothing is left to remove under the old one.
    let _published = staged.0.keep();
    sync_folder(folder_of(target))
}

/// Refuses a target that exists in any form, a dangling link included.
///
/// # Errors
/// When it exists, or when that cannot be found out.
pub fn refuse_existing(target: &Path) -> Result<(), FileError> {
    match fs::symlink_metadata(target) {
        Ok(_) => Err(FileError::Exists { path: target.to_owned() }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(system("look at", target)(error)),
    }
}

/// Makes a folder and those above it; existing ones are fine.
///
/// # Errors
/// When one cannot be made.
pub fn create_folders(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(system("create the folder", path))
}

/// The names in a folder, sorted; a name that is not UTF-8 is left out, as nothing of ours has one.
///
/// # Errors
/// When the folder cannot be read.
pub fn names_in(folder: &Path) -> Result<Vec<String>, FileError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(system("list", folder))? {
        let entry = entry.map_err(system("list", folder))?;
        names.extend(entry.file_name().into_string().ok());
    }
    names.sort();
    Ok(names)
}

/// Removes one file or link; gone already is fine.
///
/// # Errors
/// When it cannot be removed.
pub fn remove_file(path: &Path) -> Result<(), FileError> {
    gone_is_fine(fs::remove_file(path)).map_err(system("remove", path))
}

/// Removes a folder with everything in it, but not what links in it point to; gone already is fine.
///
/// # Errors
/// When something in it cannot be removed.
pub fn remove_tree(path: &Path) -> Result<(), FileError> {
    gone_is_fine(fs::remove_dir_all(path)).map_err(system("remove", path))
}

/// Removes a folder that must be there whole or not at all: it loses its name first, so that a run which is killed in
/// the middle leaves only what a later `stage_beside` removes.
///
/// # Errors
/// When it cannot be renamed or removed.
pub fn discard(path: &Path) -> Result<(), FileError> {
    let staged = stage_beside(path)?;
    // An empty folder gives way to another one (rename(2)).
    gone_is_fine(fs::rename(path, staged.path())).map_err(system("remove", path))?;
    remove_tree(staged.path())
}

fn gone_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Puts the action and the path beside what the system said.
fn system(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    move |source| FileError::System { action, path, source }
}

/// The folder that holds the entry of this path.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}

/// Flushes the entries of a folder; without it a power cut may undo a rename (`fsync(2)`).
fn sync_folder(folder: &Path) -> Result<(), FileError> {
    // Windows has no such call, and flushes the entry with the file.
    if !cfg!(unix) {
        return Ok(());
    }
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(system("flush the folder", folder))
}

#[cfg(test)]
mod tests;
