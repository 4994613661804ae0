//! What a process has used so far, as Linux tells; other systems tell nothing without being asked for more rights.

use std::path::PathBuf;
use std::time::Duration;

use rustix::process::Pid;

use crate::host::files;

/// Processor time of all threads. The scheduler's own count has no ticks: it tells microseconds
/// (<https://docs.kernel.org/scheduler/sched-stats.html>, "/proc/<pid>/schedstat").
pub(super) fn cpu(process: Option<Pid>) -> Option<Duration> {
    let threads = folder(process)?.join("task");
    let spent = |thread: String| -> Option<u64> {
        let text = files::read_to_string(&threads.join(thread).join("schedstat")).ok()?;
        text.split_ascii_whitespace().next()?.parse().ok()
    };
    // A thread may have ended since the list was read.
    let nanoseconds: u64 = files::names_in(&threads).ok()?.into_iter().filter_map(spent).sum();
    (nanoseconds > 0).then(|| Duration::from_nanos(nanoseconds))
}

/// The most memory it ever used, bytes.
pub(super) fn peak_bytes(process: Option<Pid>) -> Option<u64> {
    let status = files::read_to_string(&folder(process)?.join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.split_ascii_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1_024)
}

fn folder(process: Option<Pid>) -> Option<PathBuf> {
    Some(PathBuf::from(format!("/proc/{}", process?.as_raw_pid())))
}
