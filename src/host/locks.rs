//! Advisory locks on files, freed by the system when the process ends however it ends.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use super::files::{self, FileError};

/// A held lock; dropping it frees it.
#[derive(Debug)]
pub struct Held {
    _file: File,
}

/// Takes the lock if nobody holds it, shared or not.
///
/// # Errors
/// When the file cannot be opened or locked for another reason than being held.
pub fn try_hold(path: &Path) -> Result<Option<Held>, FileError> {
    held(path, File::try_lock)
}

/// Takes the lock together with others who share it; none if somebody holds it for himself alone.
///
/// # Errors
/// As [`try_hold`].
pub fn try_share(path: &Path) -> Result<Option<Held>, FileError> {
    held(path, File::try_lock_shared)
}

fn held(path: &Path, lock: fn(&File) -> Result<(), TryLockError>) -> Result<Option<Held>, FileError> {
    if let Some(folder) = path.parent() {
        files::create_folders(folder)?;
    }
    let file = files::open_append(path)?;
    match lock(&file) {
        Ok(()) => Ok(Some(Held { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => {
            Err(FileError::System { action: "lock", path: path.to_owned(), source })
        }
    }
}

/// Waits for the lock, at most as long as `patience`; none if it is still held then.
///
/// # Errors
/// As [`try_hold`].
pub fn hold(path: &Path, patience: Duration) -> Result<Option<Held>, FileError> {
    let start = Instant::now();
    loop {
        if let Some(held) = try_hold(path)? {
            return Ok(Some(held));
        }
        if start.elapsed() >= patience {
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{hold, try_hold, try_share};

    #[test]
    fn one_holder_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("below/lock");
        let held = try_hold(&path).unwrap();
        assert!(held.is_some());
        assert!(hold(&path, Duration::from_millis(120)).unwrap().is_none());
        drop(held);
        // A process that another test starts at this moment has a copy of the lock until it becomes what it is to be.
        assert!(hold(&path, Duration::from_secs(2)).unwrap().is_some());
    }

    #[test]
    fn sharers_keep_out_a_single_holder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let shared = (try_share(&path).unwrap(), try_share(&path).unwrap());
        assert!(shared.0.is_some() && shared.1.is_some());
        assert!(try_hold(&path).unwrap().is_none());
        drop(shared);
        let _alone = try_hold(&path).unwrap();
        assert!(try_share(&path).unwrap().is_none());
    }
}
