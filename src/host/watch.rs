//! Waits for files to change; it knows neither what they are nor what to do then.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// An editor writes a file in several steps, and saving all files takes a moment.
const QUIET: Duration = Duration::from_millis(150);

/// The system does not watch a folder.
#[derive(Debug, thiserror::Error)]
#[error("cannot watch {}: {source}", path.display())]
pub struct WatchError {
    path: PathBuf,
    source: notify::Error,
}

/// Folders that are watched.
#[derive(Debug)]
pub struct Watch {
    watcher: RecommendedWatcher,
    changes: UnboundedReceiver<PathBuf>,
    watched: BTreeSet<PathBuf>,
}

impl Watch {
    /// Watches nothing yet.
    ///
    /// # Errors
    /// When the system has no watches left.
    pub fn start() -> Result<Self, WatchError> {
        let (sender, changes) = unbounded_channel();
        let on_event = move |event: notify::Result<Event>| {
            let event = event.ok().filter(|event| is_change(event.kind));
            for path in event.into_iter().flat_map(|event| event.paths) {
                // Nobody waits any more when this fails.
                let _ = sender.send(path);
            }
        };
        let watcher = notify::recommended_watcher(on_event)
            .map_err(|source| WatchError { path: PathBuf::new(), source })?;
        Ok(Self { watcher, changes, watched: BTreeSet::new() })
    }

    /// Watches a folder too, and what is in it if it is `deep`; one that is watched already stays so.
    ///
    /// # Errors
    /// When it does not exist, or the system has no watches left.
    pub fn add(&mut self, folder: &Path, deep: bool) -> Result<(), WatchError> {
        if self.watched.contains(folder) {
            return Ok(());
        }
        let mode = if deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        self.watcher.watch(folder, mode).map_err(|source| WatchError { path: folder.to_owned(), source })?;
        self.watched.insert(folder.to_owned());
        Ok(())
    }

    /// Waits until something has changed and nothing more changes for a moment.
    pub async fn next(&mut self) -> BTreeSet<PathBuf> {
        let mut changed = BTreeSet::new();
        match self.changes.recv().await {
            Some(path) => changed.insert(path),
            // The watcher holds the other end as long as this lives.
            None => std::future::pending().await,
        };
        while let Ok(Some(path)) = tokio::time::timeout(QUIET, self.changes.recv()).await {
            changed.insert(path);
        }
        changed
    }
}

/// Reading a file is told of too.
const fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => matches!(access, AccessKind::Close(AccessMode::Write)),
        EventKind::Any
        | EventKind::Create(_)
        | EventKind::Modify(_)
        | EventKind::Remove(_)
        | EventKind::Other => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within<T>(limit: Duration, work: impl Future<Output = T>) -> Option<T> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async { tokio::time::timeout(limit, work).await.ok() })
    }

    #[test]
    fn a_change_is_told_and_reading_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("code/deep");
        std::fs::create_dir_all(&deep).unwrap();
        std::fs::write(deep.join("app.py"), "1").unwrap();
        let mut watch = Watch::start().unwrap();
        watch.add(&folder.path().join("code"), true).unwrap();
        watch.add(&folder.path().join("code"), true).unwrap();
        std::fs::read(deep.join("app.py")).unwrap();
        assert_eq!(within(Duration::from_millis(300), watch.next()), None, "nothing was changed");
        std::fs::write(deep.join("app.py"), "2").unwrap();
        std::fs::write(deep.join("new.py"), "3").unwrap();
        let changed = within(Duration::from_secs(10), watch.next()).unwrap();
        assert!(
            changed.contains(&deep.join("app.py")) && changed.contains(&deep.join("new.py")),
            "{changed:?}"
        );
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let missing = Path::new("/nonexistent/folder");
        let error = Watch::start().unwrap().add(missing, true).unwrap_err();
        assert!(error.to_string().starts_with("cannot watch /nonexistent/folder"), "{error}");
    }
}
