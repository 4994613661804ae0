//! Starts, watches and ends the emulator's processes, and no others.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitOptions, kill_process, test_kill_process, waitpid};

/// How often a process is looked at while waiting for it.
const GLANCE: Duration = Duration::from_millis(20);

/// Starts a program that outlives slsx: a process group of its own, no terminal, only the given environment.
pub(super) fn spawn_detached(
    program: &OsStr,
    arguments: &[&OsStr],
    environment: &[(String, String)],
    folder: &Path,
    log: File,
) -> std::io::Result<Child> {
    Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(environment.iter().map(|(key, value)| (key, value)))
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        // Ctrl-C in the terminal reaches the foreground group only.
        .process_group(0)
        .spawn()
}

/// Whether the process exists, reaping it first if it is a dead child of ours.
pub(super) fn is_alive(pid: i32) -> bool {
    let Some(pid) = Pid::from_raw(pid) else { return false };
    // A child of this very process stays a zombie until somebody waits for it.
    if matches!(waitpid(Some(pid), WaitOptions::NOHANG), Ok(Some(_))) {
        return false;
    }
    !matches!(test_kill_process(pid), Err(Errno::SRCH))
}

/// Whether the process really is the one we started: its command line names the marker. Process ids are
/// reused after a reboot. Where there is no `/proc`, the health check on its own port must do.
pub(super) fn is_ours(pid: i32, marker: &str) -> bool {
    let Ok(line) = crate::host::files::read(&Path::new("/proc").join(pid.to_string()).join("cmdline")) else {
        return !Path::new("/proc/self").exists();
    };
    String::from_utf8_lossy(&line).contains(marker)
}

/// Asks a process to end and waits. False if it is still there after `patience`.
pub(super) fn terminate(pid: i32, patience: Duration) -> bool {
    let Some(target) = Pid::from_raw(pid) else { return true };
    // Already gone is what we want.
    let _ = kill_process(target, Signal::TERM);
    let start = Instant::now();
    while is_alive(pid) {
        if start.elapsed() > patience {
            return false;
        }
        std::thread::sleep(GLANCE);
    }
    true
}
