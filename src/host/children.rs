//! Runs programs that must not outlive us: whoever stops waiting for one ends it, with all that it started.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions, kill_process_group, waitpid};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;

/// How long a program that is asked to end may take before it is made to.
const PATIENCE: Duration = Duration::from_secs(2);

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// It ended well.
    pub is_success: bool,
    /// How it ended, for people, such as `exit status: 1`.
    pub status: String,
    /// What it printed to standard output.
    pub stdout: Vec<u8>,
    /// What it printed to standard error.
    pub stderr: Vec<u8>,
}

/// A command line.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    /// The program.
    pub program: &'a Path,
    /// Its arguments.
    pub arguments: &'a [String],
    /// Where it runs.
    pub folder: &'a Path,
    /// Variables that it gets beside ours.
    pub set: &'a [(&'a str, String)],
    /// Our variables that it does not get.
    pub unset: &'a [&'a str],
}

/// Ends a whole process group when dropped.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        let Some(group) = self.0 else { return };
        // Already gone is what we want.
        let _ = kill_process_group(group, Signal::TERM);
        let start = Instant::now();
        while matches!(waitpid(Some(group), WaitOptions::NOHANG), Ok(None)) && start.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(10));
        }
        // What the leader had started may be there still.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// Runs a program without input and waits for it. When the returned future is dropped, the program is ended.
///
/// # Errors
/// When it cannot be started.
pub async fn run(line: &Line<'_>) -> io::Result<Finished> {
    let mut command = Command::new(line.program);
    command.args(line.arguments).current_dir(line.folder);
    for name in line.unset {
        command.env_remove(name);
    }
    command.envs(line.set.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own, so that all of it can be ended, and so that it gets no Ctrl-C of the terminal beside ours.
    let mut child = command.process_group(0).kill_on_drop(true).spawn()?;
    let mut group = Group(child.id().and_then(|id| Pid::from_raw(id.cast_signed())));
    let (pipe_out, pipe_err) = (child.stdout.take(), child.stderr.take());
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let status = {
        let reading = async {
            let (out, err) = tokio::join!(read(pipe_out, &mut stdout), read(pipe_err, &mut stderr));
            out.and(err)
        };
        let mut reading = std::pin::pin!(reading);
        // Both pipes end with the program, unless it left something behind that holds them.
        let ended = tokio::select! {
            read = &mut reading => {
                read?;
                None
            }
            status = child.wait() => Some(status?),
        };
        match ended {
            None => child.wait().await?,
            Some(status) => {
                tokio::time::timeout(LAST_WORDS, reading).await.unwrap_or(Ok(()))?;
                status
            }
        }
    };
    group.0 = None;
    Ok(Finished { is_success: status.success(), status: status.to_string(), stdout, stderr })
}

/// How long the output of a program is read after its end.
const LAST_WORDS: Duration = Duration::from_secs(5);

async fn read(pipe: Option<impl AsyncRead + Unpin>, bytes: &mut Vec<u8>) -> io::Result<()> {
    if let Some(mut pipe) = pipe {
        pipe.read_to_end(bytes).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    fn shell<'a>(arguments: &'a [String], folder: &'a Path) -> Line<'a> {
        Line { program: Path::new("/bin/sh"), arguments, folder, set: &[], unset: &["HOME"] }
    }

    #[test]
    fn what_a_program_leaves_behind_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let arguments = ["-c".to_owned(), "echo out; sleep 60 & exit 0".to_owned()];
        let start = Instant::now();
        let finished = block_on(run(&shell(&arguments, folder.path()))).unwrap();
        assert!(start.elapsed() < Duration::from_secs(30));
        assert_eq!((finished.is_success, finished.stdout.as_slice()), (true, &b"out\n"[..]));
    }

    #[test]
    fn output_and_status_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let arguments = ["-c".to_owned(), "echo out${HOME}; pwd >&2; exit 3".to_owned()];
        let finished = block_on(run(&shell(&arguments, folder.path()))).unwrap();
        assert_eq!((finished.is_success, finished.status.as_str()), (false, "exit status: 3"));
        assert_eq!(finished.stdout, b"out\n");
        assert!(String::from_utf8(finished.stderr).unwrap().contains(folder.path().to_str().unwrap()));
    }

    #[test]
    fn whoever_stops_waiting_ends_the_program_and_what_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let note = folder.path().join("pid");
        // A grandchild that ignores the polite request.
        let script = "sh -c 'trap \"\" TERM; echo $$ >pid; while :; do sleep 0.1; done' & wait";
        let arguments = ["-c".to_owned(), script.to_owned()];
        block_on(async {
            let line = shell(&arguments, folder.path());
            let mut running = Box::pin(run(&line));
            let has_started = async {
                while !std::fs::read_to_string(&note).is_ok_and(|text| text.ends_with('\n')) {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            };
            tokio::select! {
                finished = &mut running => panic!("{finished:?}"),
                () = has_started => {}
            }
        });
        let pid: i32 = std::fs::read_to_string(&note).unwrap().trim().parse().unwrap();
        let start = Instant::now();
        let is_there = || {
            // A dead process that nobody has waited for yet is no process any more.
            std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
        };
        while is_there() && start.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(!is_there(), "process {pid} is still there");
    }
}
