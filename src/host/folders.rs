//! The user's folders: where caches and state of slsx live. It creates nothing.

use std::path::PathBuf;

use etcetera::BaseStrategy;

/// The folders that belong to slsx, per user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// What can be downloaded or built again: the local AWS installation.
    pub cache: PathBuf,
    /// What must survive: journals, running instances, the state of local AWS.
    pub state: PathBuf,
}

/// The user has no home folder.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("cannot find the home folder of the user")]
#[diagnostic(help("set HOME, or XDG_CACHE_HOME and XDG_STATE_HOME"))]
pub struct NoHome;

impl Folders {
    /// The folders by the platform's convention (XDG, which macOS users of command-line tools also expect).
    ///
    /// # Errors
    /// When neither the XDG variables nor a home folder are set.
    pub fn of_user() -> Result<Self, NoHome> {
        let base = etcetera::choose_base_strategy().map_err(|_| NoHome)?;
        let state = base.state_dir().unwrap_or_else(|| base.data_dir());
        Ok(Self { cache: base.cache_dir().join("slsx"), state: state.join("slsx") })
    }

    /// Where unfinished changes are noted.
    #[must_use]
    pub fn journals(&self) -> PathBuf {
        self.state.join("journals")
    }

    /// Where instances of local AWS keep their state and logs.
    #[must_use]
    pub fn local_instances(&self) -> PathBuf {
        self.state.join("local")
    }

    /// Where it is kept how long resources took, at AWS or on local AWS.
    #[must_use]
    pub fn timings(&self, is_local: bool) -> PathBuf {
        self.state.join(if is_local { "timings-local.json" } else { "timings.json" })
    }

    /// Where local AWS is installed.
    #[must_use]
    pub fn engines(&self) -> PathBuf {
        self.cache.join("local-aws")
    }

    /// Where what was built is kept, to be built only once.
    #[must_use]
    pub fn builds(&self) -> PathBuf {
        self.cache.join("builds")
    }
}
