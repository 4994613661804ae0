//! Execution environments as processes of this machine: Lambda's own runtime clients, started anew for every start.
//!
//! The Init phase lasts from before the process is started to its first request for an event, as AWS's own emulator
//! defines it (aws-lambda-runtime-interface-emulator, `internal/lambda/rapid/handlers.go`) and does not measure it
//! (<https://github.com/aws/aws-lambda-runtime-interface-emulator/issues/106>).

mod api;
mod launch;
mod share;
mod unpack;
mod usage;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal as SystemSignal, kill_process_group};
use tokio::process::{Child, Command};

use self::api::{Api, Signal};
pub use self::launch::{Launch, NotLaunched};
use self::share::Share;
pub use self::unpack::unpack;
use super::Step;
use super::error::LocalError;
use super::install;
use crate::host::folders::Folders;

/// Lambda ends an Init phase that takes longer
/// (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>); twice that tells by how much.
const INIT_LIMIT: Duration = Duration::from_secs(20);

/// How long a process that is asked to end may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// What functions are run with: an interpreter with Lambda's Python client, and the bootstraps.
#[derive(Debug)]
pub struct Runtimes {
    python: PathBuf,
    cache_tag: String,
    bootstraps: PathBuf,
    packages: tempfile::TempDir,
    _engine: super::engine::Engine,
}

/// A start that came to its first request for an event, and one invocation after it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Started {
    /// The Init phase.
    pub init: Duration,
    /// Processor time of all threads up to then, where the system tells.
    pub init_cpu: Option<Duration>,
    /// Most memory used up to then, bytes, where the system tells.
    pub peak_bytes: Option<u64>,
    /// The first invocation.
    pub invocation: Duration,
    /// The handler failed.
    pub has_failed: bool,
}

/// Why a start came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotStarted {
    /// The runtime said that the code cannot be started.
    #[error("{0}")]
    InitError(String),
    /// The process ended.
    #[error("the process ended by itself ({status}){}", last(.output))]
    Ended {
        /// How.
        status: String,
        /// The end of what it wrote.
        output: String,
    },
    /// It asked for no event in time.
    #[error("it asked for no event within {} s{}", INIT_LIMIT.as_secs(), last(.output))]
    TooSlow {
        /// The end of what it wrote.
        output: String,
    },
    /// It could not be started.
    #[error("it cannot be started: {0}")]
    System(String),
}

fn last(output: &str) -> String {
    if output.is_empty() { String::new() } else { format!(": {output}") }
}

/// Everything that functions need on this machine, installed on first use.
///
/// # Errors
/// When there is no usable Python, or the packages cannot be installed.
pub fn runtimes(
    folders: &Folders,
    preferred_python: Option<&str>,
    on_step: &mut dyn FnMut(Step),
) -> Result<Runtimes, LocalError> {
    let engine = install::ensure(folders, preferred_python, on_step)?;
    let packages = launch::python_packages(&engine)?;
    Ok(Runtimes {
        python: engine.python.clone(),
        cache_tag: engine.cache_tag.clone(),
        bootstraps: engine.overlay.join("slsx_engine").join("runtimes"),
        packages,
        _engine: engine,
    })
}

impl Runtimes {
    /// Writes byte code beside every Python source of a folder. It is not checked against the source's time, which a
    /// package does not keep (<https://docs.python.org/3/library/py_compile.html#py_compile.PycInvalidationMode>).
    ///
    /// # Errors
    /// When the interpreter cannot be run. Sources that are no Python are left as they are.
    pub fn compile(&self, folder: &Path) -> Result<(), LocalError> {
        let mut command = std::process::Command::new(&self.python);
        command.args(["-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]).arg(folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let action = || "compile Python sources".to_owned();
        command.status().map(drop).map_err(|source| LocalError::System { action: action(), source })
    }

    /// The interpreter of Python functions, and the tag of its byte code.
    #[must_use]
    pub fn python(&self) -> (&Path, &str) {
        (&self.python, &self.cache_tag)
    }
}

/// Starts one execution environment, waits for its first request, gives it one event, and ends it.
///
/// `cpu_share` is the part of one processor it may use; from 1 on nothing holds it back.
///
/// # Errors
/// When it does not come to its first request.
pub async fn start(launch: &Launch, payload: &[u8], cpu_share: f64) -> Result<Started, NotStarted> {
    let mut environment = Environment::begin(launch, cpu_share).await?;
    let ready = environment.ready().await?;
    let group = environment.process.group;
    let (init_cpu, peak_bytes) = (usage::cpu(group), usage::peak_bytes(group));
    environment.api.hand_over(payload.to_vec(), launch.timeout);
    let given = Instant::now();
    let answered = tokio::time::timeout(launch.timeout, environment.api.signal()).await;
    let (ended, has_failed) = match answered {
        Ok(Signal::Answered(at, has_failed)) => (at, has_failed),
        Ok(Signal::Ready(_) | Signal::InitError(_)) | Err(_) => (Instant::now(), true),
    };
    Ok(Started {
        init: ready.saturating_duration_since(environment.began),
        init_cpu,
        peak_bytes,
        invocation: ended.saturating_duration_since(given),
        has_failed,
    })
}

/// An Init phase that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// How long it took, being looked at included.
    pub init: Duration,
    /// What it wrote.
    pub output: String,
}

/// Starts one execution environment, waits for its first request, and asks it to end.
///
/// # Errors
/// When it does not come to its first request.
pub async fn watch(launch: &Launch) -> Result<Watched, NotStarted> {
    let mut environment = Environment::begin(launch, 1.0).await?;
    let ready = environment.ready().await?;
    if let Some(group) = environment.process.group {
        // What it was told to write at its end is written now.
        let _ = kill_process_group(group, SystemSignal::TERM);
        let _ = tokio::time::timeout(PATIENCE, environment.process.child.wait()).await;
    }
    let init = ready.saturating_duration_since(environment.began);
    Ok(Watched { init, output: written(&environment.output, u64::MAX) })
}

/// One start on its way.
struct Environment {
    api: Api,
    process: Process,
    output: std::fs::File,
    began: Instant,
    _share: Share,
}

impl Environment {
    async fn begin(launch: &Launch, cpu_share: f64) -> Result<Self, NotStarted> {
        let system = |error: std::io::Error| NotStarted::System(error.to_string());
        let api = Api::listen().await.map_err(system)?;
        let output = tempfile::tempfile().map_err(system)?;
        let began = Instant::now();
        let process = Process::spawn(launch, &api.address(), &output).map_err(system)?;
        let share = Share::hold(process.group, cpu_share);
        Ok(Self { api, process, output, began, _share: share })
    }

    /// When it asked for its first event.
    async fn ready(&mut self) -> Result<Instant, NotStarted> {
        let found = tokio::select! {
            found = self.api.signal() => Some(found),
            status = self.process.child.wait() => {
                let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
                return Err(NotStarted::Ended { status, output: last_lines(&self.output) });
            }
            () = tokio::time::sleep(INIT_LIMIT) => None,
        };
        match found {
            Some(Signal::Ready(at)) => Ok(at),
            Some(Signal::InitError(text)) => Err(NotStarted::InitError(text)),
            Some(Signal::Answered(_, _)) | None => {
                Err(NotStarted::TooSlow { output: last_lines(&self.output) })
            }
        }
    }
}

/// A process with all it starts; ended when dropped.
struct Process {
    child: Child,
    group: Option<Pid>,
}

impl Process {
    fn spawn(launch: &Launch, address: &str, output: &std::fs::File) -> std::io::Result<Self> {
        let mut command = Command::new(&launch.program);
        command
            .args(&launch.options)
            .args(&launch.arguments)
            .current_dir(&launch.folder)
            .env_clear()
            .envs(&launch.variables)
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output.try_clone()?)
            .process_group(0)
            .kill_on_drop(true);
        let child = command.spawn()?;
        let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        Ok(Self { child, group })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            // Already gone is what we want; a stopped one must be killed, not asked.
            let _ = kill_process_group(group, SystemSignal::KILL);
        }
    }
}

/// At most so much of the end of what a process wrote.
fn written(mut output: &std::fs::File, most: u64) -> String {
    use std::io::{Read as _, Seek as _, SeekFrom};
    let mut text = Vec::new();
    let length = output.seek(SeekFrom::End(0)).unwrap_or_default();
    let begun = output.seek(SeekFrom::Start(length.saturating_sub(most)));
    if begun.is_err() || output.read_to_end(&mut text).is_err() {
        return String::new();
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn last_lines(output: &std::fs::File) -> String {
    let text = written(output, 2_000);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.iter().rev().take(3).rev().copied().collect::<Vec<_>>().join(" / ")
}

#[cfg(test)]
mod tests;
