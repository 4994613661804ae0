//! The overlay on disk: written once per version of it, beside the packages, and removed when nothing uses it.

use std::path::{Path, PathBuf};

use super::engine::{overlay_files, overlay_fingerprint};
use super::error::LocalError;
use crate::host::files;
use crate::host::locks::{self, Held};

/// Written last: an overlay without it is unfinished and written again.
const COMPLETE: &str = "complete";

/// Shared by every emulator that runs from the overlay: functions are started from its files at any time.
const IN_USE: &str = "in-use";

const PREFIX: &str = "overlay-";

/// The current overlay of this installation, held until its emulator holds it. The caller keeps others out.
pub(super) fn ensure(home: &Path) -> Result<(PathBuf, Option<Held>), LocalError> {
    let current = format!("{PREFIX}{}", overlay_fingerprint());
    let overlay = home.join(&current);
    let in_use = locks::try_share(&overlay.join(IN_USE))?;
    let complete = overlay.join(COMPLETE);
    if !complete.exists() {
        for (path, contents) in overlay_files() {
            let target = overlay.join(path);
            if let Some(folder) = target.parent() {
                files::create_folders(folder)?;
            }
            files::write_atomic(&target, contents)?;
        }
        files::write_atomic(&complete, b"")?;
        remove_others(home, &current)?;
    }
    Ok((overlay, in_use))
}

/// Removes the overlays of other versions, but for those that an emulator runs from.
fn remove_others(home: &Path, current: &str) -> Result<(), LocalError> {
    for name in files::names_in(home)? {
        let lock = home.join(&name).join(IN_USE);
        // Without the file it was written before there was one, and nobody can tell whether it is in use.
        if name.starts_with(PREFIX) && name != current && lock.exists() && locks::try_hold(&lock)?.is_some() {
            files::remove_tree(&home.join(&name))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{IN_USE, ensure};
    use crate::host::{files, locks};

    #[test]
    fn overlays_that_nothing_runs_from_go_with_a_new_one() {
        let home = tempfile::tempdir().unwrap();
        let old = |name: &str| home.path().join(name);
        for name in ["overlay-idle", "overlay-busy"] {
            files::create_new(&old(name).join(IN_USE), b"").unwrap();
        }
        files::create_new(&old("overlay-older").join("complete"), b"").unwrap();
        files::create_new(&old("venv").join(IN_USE), b"").unwrap();
        let busy = locks::try_share(&old("overlay-busy").join(IN_USE)).unwrap();
        let (overlay, in_use) = ensure(home.path()).unwrap();
        assert!(in_use.is_some() && overlay.join("slsx_engine/__main__.py").exists());
        assert!(!old("overlay-idle").exists());
        for kept in ["overlay-busy", "overlay-older", "venv"] {
            assert!(old(kept).exists(), "{kept}");
        }
        drop(busy);
        // Only a new overlay is a reason to look at the others.
        assert_eq!(ensure(home.path()).unwrap().0, overlay);
        assert!(old("overlay-busy").exists());
    }
}
