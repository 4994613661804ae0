//! Files as if nobody had read them.

use std::fs::File;
use std::path::Path;

use super::walk;

/// Makes the system forget what it has read of a folder, so that the next reader gets it from the disk. Only what is on
/// the disk can be forgotten, so it is written there first. Systems without such a request forget nothing.
pub fn forget(folder: &Path) {
    for file in walk::tree(folder, |_, _| false).files {
        let Ok(file) = File::open(&file.path) else { continue };
        // A file system that does not do so makes warm reads of cold ones; that is no reason to stop.
        let _ = file.sync_all();
        #[cfg(target_os = "linux")]
        let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
    }
}
