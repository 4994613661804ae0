//! Runs another command line of this very program, as if it had been typed, and passes signals on to it.

use std::path::Path;

use rustix::process::{Pid, kill_process};
use tokio::process::{Child, Command};

use super::signals::{Signal, Signals};

/// How a command line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// The wish to stop that reached us meanwhile.
    pub signal: Option<Signal>,
}

/// Runs the command line in a folder, with our own input and output.
///
/// `SLSX_` variables would change what it means, so only those given reach it, and the choice of Python.
///
/// # Errors
/// When it cannot be started or waited for.
pub async fn run(
    arguments: &[String],
    folder: &Path,
    variables: &[(&str, &str)],
    signals: &mut Signals,
) -> std::io::Result<Ended> {
    let mut command = Command::new(std::env::current_exe()?);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("SLSX_") && name != "SLSX_PYTHON" {
            command.env_remove(&*name);
        }
    }
    command.args(arguments).current_dir(folder).envs(variables.iter().copied()).kill_on_drop(true);
    // In a group of its own a terminal's Ctrl-C does not reach it, so that it gets each signal once: from us.
    let mut child = command.process_group(0).spawn()?;
    let mut signal = None;
    loop {
        tokio::select! {
            status = child.wait() => return Ok(Ended { code: status?.code(), signal }),
            wish = signals.next() => {
                signal = Some(wish);
                pass_on(&child, wish);
            }
        }
    }
}

fn pass_on(child: &Child, signal: Signal) {
    let same = match signal {
        Signal::Interrupt => rustix::process::Signal::INT,
        Signal::Terminate => rustix::process::Signal::TERM,
    };
    if let Some(pid) = child.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
        // It may have ended already.
        let _ = kill_process(pid, same);
    }
}
