//! Local AWS: an emulator that slsx installs, starts, watches and stops by itself.
//!
//! The emulator is MiniStack, corrected where it differs from AWS by the overlay in `engine/`. Nothing here
//! knows what runs on it; commands only learn its endpoint.

mod engine;
mod error;
mod health;
mod install;
mod instance;
mod overlay;
mod process;
pub mod runtime;
mod state;

pub use error::LocalError;
pub use instance::{Instance, Options};
pub use state::{InstanceState, Status, Stopped};

use instance::Found;

use crate::host::folders::Folders;

/// The region of every instance.
pub const REGION: &str = "us-east-1";

/// The account of every instance.
pub const ACCOUNT: &str = "000000000000";

/// What local AWS is doing while the user waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Installing with the named tool; happens once per version.
    Installing {
        /// `venv`, `uv` or `pip --target`.
        tool: String,
    },
    /// It runs and does not answer; waiting for it.
    Waiting {
        /// Process id of the emulator.
        pid: i32,
    },
    /// Stopped and started again; its state is kept.
    Restarting {
        /// Why, as a clause.
        reason: String,
    },
    /// Started; waiting for its health check.
    Starting {
        /// Port on 127.0.0.1.
        port: u16,
    },
}

/// Starts the instance unless it runs already, and waits until it is healthy.
///
/// # Errors
/// See [`LocalError`]; each says what to do next.
pub fn up(
    folders: &Folders,
    name: &str,
    options: &Options,
    on_step: &mut dyn FnMut(Step),
) -> Result<InstanceState, LocalError> {
    let instance = Instance::named(folders, name)?;
    let _lock = instance.lock()?;
    let mut options = options.clone();
    if let Some(state) = instance.alive()? {
        match instance.take_over(state, &options, on_step)? {
            Found::Usable(state) => return Ok(state),
            Found::Ended(again) => options = again,
        }
    }
    let engine = install::ensure(folders, options.python.as_deref(), on_step)?;
    instance.start(&engine, &options, on_step)
}

/// How the instance is; one that does not answer is told from one that does not run.
///
/// # Errors
/// When its state file cannot be read.
pub fn status(folders: &Folders, name: &str) -> Result<Status, LocalError> {
    Instance::named(folders, name)?.status()
}

/// Stops the instance and waits until it is gone; its state is kept.
///
/// # Errors
/// When it does not stop.
pub fn down(folders: &Folders, name: &str) -> Result<Stopped, LocalError> {
    let instance = Instance::named(folders, name)?;
    // The lock is a file in its folder, and asking about an instance must not create one.
    if !instance.is_known() {
        return Ok(Stopped::NeverStarted);
    }
    let _lock = instance.lock()?;
    instance.stop()
}

/// Forgets every resource in the running instance.
///
/// # Errors
/// When it is not running or refuses.
pub fn reset(folders: &Folders, name: &str) -> Result<(), LocalError> {
    Instance::named(folders, name)?.reset()
}

/// The last lines of the instance's log.
///
/// # Errors
/// When it has never run.
pub fn logs(folders: &Folders, name: &str, lines: usize) -> Result<String, LocalError> {
    Instance::named(folders, name)?.log_tail(lines)
}

/// Names what was tried in an input/output error.
fn system(action: impl Into<String>) -> impl FnOnce(std::io::Error) -> LocalError {
    let action = action.into();
    |source| LocalError::System { action, source }
}
