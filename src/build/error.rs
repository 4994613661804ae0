//! Why something could not be built, and what to do about it.

use std::path::PathBuf;

use crate::host::files::FileError;

/// Why there is nothing to package.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum BuildError {
    /// A tool is not on this machine.
    #[error("{what}")]
    #[diagnostic(help("{install}"))]
    Missing {
        /// Which one, as a sentence.
        what: String,
        /// How to get it.
        install: String,
    },
    /// A tool did not do its work.
    #[error("`{command}` failed ({status}); its last lines were:\n{lines}")]
    #[diagnostic(help("{help}"))]
    Tool {
        /// The command line.
        command: String,
        /// How it ended.
        status: String,
        /// The end of what it printed.
        lines: String,
        /// What to do.
        help: String,
    },
    /// A tool did its work and something is missing all the same.
    #[error("{what}")]
    #[diagnostic(help("{help}"))]
    Unexpected {
        /// What.
        what: String,
        /// What to do.
        help: String,
    },
    /// An entry of the code folder that may not or cannot be an input.
    #[error("{path:?} cannot be built from: {reason}")]
    #[diagnostic(help("remove it from the code folder, or put a regular file in its place"))]
    Refused {
        /// Which entry.
        path: String,
        /// Why.
        reason: String,
    },
    /// Somebody else is building the same.
    #[error("another slsx has held {} for more than {seconds} s", path.display())]
    #[diagnostic(help("wait for it to finish, or end that process"))]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// How long we waited.
        seconds: u64,
    },
    /// A tool cannot be started.
    #[error("cannot run `{command}`: {source}")]
    Start {
        /// The command line.
        command: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The disk said no.
    #[error(transparent)]
    File(#[from] FileError),
}

impl BuildError {
    pub(super) fn missing(what: impl Into<String>, install: impl Into<String>) -> Self {
        Self::Missing { what: what.into(), install: install.into() }
    }

    pub(super) fn unexpected(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Unexpected { what: what.into(), help: help.into() }
    }
}
