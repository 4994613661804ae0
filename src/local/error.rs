//! What can go wrong with local AWS, and what to do about it.

use std::path::PathBuf;

use crate::host::files::FileError;
use crate::host::python::{self, NoPython};

/// Why local AWS cannot be installed, started or stopped.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum LocalError {
    /// No usable Python.
    #[error("local AWS needs Python 3.10 or newer, and none was found (tried {})", .0.tried)]
    #[diagnostic(help("{}", python::INSTALL))]
    NoPython(#[from] NoPython),
    /// Every way of installing failed.
    #[error("cannot install local AWS: {reason}")]
    #[diagnostic(help(
        "the full output is in {}; on Debian and Ubuntu `apt-get install python3-venv` often helps, or install `uv`",
        log.display()
    ))]
    Install {
        /// What the last way said.
        reason: String,
        /// Everything the installers printed.
        log: PathBuf,
    },
    /// The process ended or never became healthy.
    #[error("local AWS did not start: {reason}")]
    #[diagnostic(help("its log is {}; `slsx local logs --instance {name}` prints it", log.display()))]
    Start {
        /// Instance name.
        name: String,
        /// Last line of the log, or how long we waited.
        reason: String,
        /// The instance's log.
        log: PathBuf,
    },
    /// The requested port is taken.
    #[error("port {port} on 127.0.0.1 is in use")]
    #[diagnostic(help("leave out --port to get a free one"))]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// It runs already, with other options.
    #[error("local AWS `{name}` already runs {difference}")]
    #[diagnostic(help("`slsx local down --instance {name}` first, or choose another --instance"))]
    RunsOtherwise {
        /// Instance name.
        name: String,
        /// In which way.
        difference: String,
    },
    /// It is not running.
    #[error("local AWS `{name}` is not running")]
    #[diagnostic(help("start it with `slsx local up --instance {name}`"))]
    NotRunning {
        /// Instance name.
        name: String,
    },
    /// It ignores the request to stop.
    #[error("local AWS `{name}` (process {pid}) did not stop within {seconds} s")]
    #[diagnostic(help("`kill -KILL {pid}` ends it at once; its log is {}", log.display()))]
    Stop {
        /// Instance name.
        name: String,
        /// Process id.
        pid: i32,
        /// How long we waited.
        seconds: u64,
        /// The instance's log.
        log: PathBuf,
    },
    /// It answered, but not with success.
    #[error("local AWS refused: {reason}")]
    Refused {
        /// What it said.
        reason: String,
    },
    /// A name that cannot be a folder.
    #[error("`{name}` cannot be the name of an instance")]
    #[diagnostic(help("use 1 to 40 lower-case letters, digits and hyphens"))]
    BadName {
        /// What was given.
        name: String,
    },
    /// Somebody else is installing or starting it.
    #[error("another slsx has held {} for more than {seconds} s", path.display())]
    #[diagnostic(help("wait for it to finish, or end that process"))]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// How long we waited.
        seconds: u64,
    },
    /// A file or folder cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The system said no.
    #[error("cannot {action}: {source}")]
    System {
        /// What was tried.
        action: String,
        /// What the system said.
        source: std::io::Error,
    },
}
