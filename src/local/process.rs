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
/// reused after a reboot.
pub(super) fn is_ours(pid: i32, marker: &str) -> bool {
    let line = if Path::new("/proc/self").exists() { line_by_proc(pid) } else { line_by_ps(pid) };
    line.is_some_and(|line| line.contains(marker))
}

fn line_by_proc(pid: i32) -> Option<String> {
    let line = crate::host::files::read(&Path::new("/proc").join(pid.to_string()).join("cmdline")).ok()?;
    Some(String::from_utf8_lossy(&line).into_owned())
}

/// For macOS and the BSDs, which have no `/proc`. `ww` because `ps` cuts lines at the width of the terminal.
fn line_by_ps(pid: i32) -> Option<String> {
    let pid = pid.to_string();
    let output = Command::new("ps").args(["-ww", "-p", &pid, "-o", "command="]).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
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

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use super::{GLANCE, is_ours, line_by_proc, line_by_ps};

    #[test]
    fn a_process_is_known_by_its_command_line_with_and_without_proc() {
        // A line longer than a terminal is wide; the shell waits for its input to end.
        let marker = "slsx_engine_of_a_test";
        let mut child = Command::new("sh")
            .args(["-c", "read line; exit 0", &"x".repeat(300), marker])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let pid = child.id().cast_signed();
        // Some systems show the new command line a moment after the program was replaced.
        let start = Instant::now();
        while !is_ours(pid, marker) && start.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(GLANCE);
        }
        assert!(is_ours(pid, marker));
        assert!(!is_ours(pid, "another_marker"));
        assert!(line_by_ps(pid).unwrap().contains(marker));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(line_by_ps(pid), None);
        assert_eq!(line_by_proc(pid), None);
        assert!(!is_ours(pid, marker));
    }
}
