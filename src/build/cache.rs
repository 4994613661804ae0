//! What was built, by its fingerprint: whole or not at all, locked while it is made, removed when nobody has used it for
//! long. It knows folders and locks, never tools.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::BuildError;
use super::fingerprint::Fingerprint;
use crate::host::files::{self, FileError, StagedDir};
use crate::host::locks::{self, Held};

/// What nobody has used for so long is removed, by the next deployment that has to build something.
const KEEP: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How often a lock that somebody else holds is tried again.
const GLANCE: Duration = Duration::from_millis(50);
/// Whoever waits for so long wonders why.
const WORTH_TELLING: Duration = Duration::from_secs(1);
/// Longer than any build that makes progress.
const PATIENCE: Duration = Duration::from_secs(30 * 60);
/// Notes of the last use, beside what they are about.
const USED: &str = ".used";

/// The folder of all that was built.
#[derive(Clone, Debug)]
pub(super) struct Cache {
    root: PathBuf,
}

/// The place of one build.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Its folder, once it is built.
    pub(super) folder: PathBuf,
    used: PathBuf,
    lock: PathBuf,
}

impl Cache {
    pub(super) const fn open(root: PathBuf) -> Self {
        Self { root }
    }

    /// The place of what has this fingerprint.
    pub(super) fn entry(&self, kind: &str, print: Fingerprint) -> Entry {
        let hex = print.hex();
        // Some builds share a lock: a file for each would never go away.
        let lock = self.root.join("locks").join(hex.get(..2).unwrap_or("00"));
        self.named(&format!("{kind}-{hex}"), lock)
    }

    /// A folder that is never finished, such as the one cargo works in.
    pub(super) fn lasting(&self, name: &str) -> Entry {
        self.named(name, self.root.join("locks").join(name))
    }

    fn named(&self, name: &str, lock: PathBuf) -> Entry {
        Entry { folder: self.root.join(name), used: self.root.join(format!("{name}{USED}")), lock }
    }

    /// Removes what nobody has used for long. That it cannot be removed harms nobody.
    pub(super) fn sweep(&self) {
        for name in files::names_in(&self.root).unwrap_or_default() {
            let Some(stem) = name.strip_suffix(USED) else { continue };
            let used = self.root.join(&name);
            if files::age(&used).is_some_and(|age| age > KEEP) {
                let _ = files::discard(&self.root.join(stem));
                let _ = files::remove_file(&used);
            }
        }
    }
}

impl Entry {
    /// Whether it is built already; if so, it has been used now.
    pub(super) fn is_ready(&self) -> Result<bool, BuildError> {
        let is_there = self.folder.is_dir();
        if is_there {
            files::touch(&self.used)?;
        }
        Ok(is_there)
    }

    /// Waits until nobody else builds it.
    pub(super) async fn lock(&self) -> Result<Held, BuildError> {
        self.lock_telling(|| {}).await
    }

    /// The same; says so when that takes a while.
    pub(super) async fn lock_telling(&self, tell: impl Fn()) -> Result<Held, BuildError> {
        let mut waited = Duration::ZERO;
        loop {
            if waited == WORTH_TELLING {
                tell();
            }
            if let Some(held) = locks::try_hold(&self.lock)? {
                return Ok(held);
            }
            if waited > PATIENCE {
                return Err(BuildError::Locked { path: self.lock.clone(), seconds: PATIENCE.as_secs() });
            }
            tokio::time::sleep(GLANCE).await;
            waited += GLANCE;
        }
    }

    /// A folder to build in, which becomes the entry with one rename.
    pub(super) fn stage(&self) -> Result<StagedDir, BuildError> {
        files::create_folders(self.root())?;
        Ok(files::stage_beside(&self.folder)?)
    }

    /// Publishes what was built. Somebody else may have been first, with the same.
    pub(super) fn publish(&self, staged: StagedDir) -> Result<(), BuildError> {
        files::touch(&self.used)?;
        match files::publish_dir(staged, &self.folder) {
            Err(FileError::Exists { .. }) => Ok(()),
            other => Ok(other?),
        }
    }

    /// Makes the folder of a lasting entry.
    pub(super) fn make(&self) -> Result<(), BuildError> {
        files::create_folders(&self.folder)?;
        Ok(files::touch(&self.used)?)
    }

    fn root(&self) -> &Path {
        self.folder.parent().unwrap_or(Path::new("."))
    }
}

/// Sources that were saved while they were built would be taken for those that were there before.
pub(super) fn require_unchanged(before: &Entry, after: &Entry) -> Result<(), BuildError> {
    if before.folder == after.folder {
        return Ok(());
    }
    Err(BuildError::unexpected("the sources were changed while they were built", "deploy again"))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test makes the files it is about")]
mod tests {
    use std::time::SystemTime;

    use super::*;

    fn entry(cache: &Cache, input: &str) -> Entry {
        cache.entry("x", Fingerprint::of("x").with(input))
    }

    #[test]
    fn what_is_published_is_found_again_and_whole() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::open(root.path().join("builds"));
        let first = entry(&cache, "1");
        assert!(!first.is_ready().unwrap());
        let staged = first.stage().unwrap();
        std::fs::write(staged.path().join("file"), "content").unwrap();
        assert!(!first.is_ready().unwrap(), "not before it is published");
        first.publish(staged).unwrap();
        assert!(first.is_ready().unwrap());
        assert_eq!(std::fs::read_to_string(first.folder.join("file")).unwrap(), "content");
        // Another slsx was first.
        first.publish(first.stage().unwrap()).unwrap();
        assert_eq!(std::fs::read_to_string(first.folder.join("file")).unwrap(), "content");
        assert!(!entry(&cache, "2").is_ready().unwrap());
    }

    #[test]
    fn an_abandoned_build_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::open(root.path().join("builds"));
        let staged = entry(&cache, "1").stage().unwrap();
        std::fs::write(staged.path().join("half"), "").unwrap();
        drop(staged);
        assert_eq!(files::names_in(&root.path().join("builds")).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn only_what_nobody_used_for_long_is_swept() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::open(root.path().join("builds"));
        let (old, new) = (entry(&cache, "old"), entry(&cache, "new"));
        for entry in [&old, &new] {
            entry.publish(entry.stage().unwrap()).unwrap();
        }
        let long_ago = SystemTime::now() - KEEP - Duration::from_secs(60);
        files::open_append(&old.used).unwrap().set_modified(long_ago).unwrap();
        cache.sweep();
        assert!(!old.folder.exists() && !old.used.exists() && new.folder.exists());
    }

    #[test]
    fn one_builder_at_a_time() {
        let root = tempfile::tempdir().unwrap();
        let first = entry(&Cache::open(root.path().join("builds")), "1");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let held = first.lock().await.unwrap();
            let second = tokio::time::timeout(Duration::from_millis(120), first.lock()).await;
            assert!(second.is_err(), "waits");
            drop(held);
            first.lock().await.unwrap();
        });
    }
}
