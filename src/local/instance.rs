//! One running local AWS: its folder, its processes, its life.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::engine::{Engine, overlay_fingerprint};
use super::error::LocalError;
use super::state::{InstanceState, MODULE, Status, Stopped};
use super::{REGION, Step, health, process, system};
use crate::host::folders::Folders;
use crate::host::{files, locks, logs};

/// The first start after an installation reads every module from a cold disk.
const START_PATIENCE: Duration = Duration::from_secs(60);
/// Longer than any single request keeps it from answering.
const BUSY_PATIENCE: Duration = Duration::from_secs(60);
/// Every function's process must end too.
const STOP_PATIENCE: Duration = Duration::from_secs(20);
/// Folder of what the emulator keeps over a stop.
const STATE: &str = "state";
const LOCK_PATIENCE: Duration = Duration::from_secs(15 * 60);

/// How to start an instance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Port on 127.0.0.1; none takes a free one.
    pub port: Option<u16>,
    /// Let every call pass, whatever the policies say.
    pub without_iam: bool,
    /// Stop by itself when this process ends.
    pub while_process: Option<u32>,
    /// Interpreter to use instead of the first one that is found.
    pub python: Option<String>,
}

/// What became of an instance that was found alive.
pub(super) enum Found {
    /// Go on with it.
    Usable(InstanceState),
    /// It was stopped; start it with these options.
    Ended(Options),
}

/// The folder of one instance.
#[derive(Debug)]
pub struct Instance {
    name: String,
    folder: PathBuf,
}

impl Instance {
    /// Only names a folder; nothing is created yet.
    pub(super) fn named(folders: &Folders, name: &str) -> Result<Self, LocalError> {
        let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if name.is_empty() || name.len() > 40 || name.starts_with('-') || !name.chars().all(is_plain) {
            return Err(LocalError::BadName { name: name.to_owned() });
        }
        Ok(Self { name: name.to_owned(), folder: folders.local_instances().join(name) })
    }

    /// Whether it has a folder: only `up` makes one.
    pub(super) fn is_known(&self) -> bool {
        self.folder.exists()
    }

    /// Whether it ever got as far as being started; the folder alone may be left of an `up` that failed before.
    fn was_started(&self) -> bool {
        self.folder.join(STATE).exists()
    }

    /// One `up` or `down` at a time.
    pub(super) fn lock(&self) -> Result<locks::Held, LocalError> {
        let path = self.folder.join("lock");
        locks::hold(&path, LOCK_PATIENCE)?
            .ok_or(LocalError::Locked { path, seconds: LOCK_PATIENCE.as_secs() })
    }

    /// How it is, without waiting for it to get better.
    pub(super) fn status(&self) -> Result<Status, LocalError> {
        Ok(match self.alive()? {
            Some(state) if state.is_healthy() => Status::Running(state),
            Some(state) => Status::Unresponsive(state),
            None if self.was_started() => Status::Stopped,
            None => Status::NeverStarted,
        })
    }

    /// The state, if the process it names is alive and ours. It need not answer: while it works on a large
    /// request it is late, and a second emulator must never be started on the same folder.
    pub(super) fn alive(&self) -> Result<Option<InstanceState>, LocalError> {
        Ok(self.noted()?.filter(InstanceState::is_alive))
    }

    /// The state as it was written, whether or not the process still runs.
    fn noted(&self) -> Result<Option<InstanceState>, LocalError> {
        let path = self.state_file();
        match files::read_to_string(&path) {
            // A note that cannot be read is as good as none: the process it meant is found by nobody.
            Ok(text) => Ok(serde_json::from_str(&text).ok()),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// A running instance serves a request with these options, or says in which way it does not.
    fn accepts(&self, state: InstanceState, options: &Options) -> Result<InstanceState, LocalError> {
        let difference = if options.port.is_some_and(|port| port != state.port) {
            format!("on port {}", state.port)
        } else if options.without_iam && state.enforces_iam {
            "with IAM enforced".to_owned()
        } else {
            return Ok(state);
        };
        Err(LocalError::RunsOtherwise { name: self.name.clone(), difference })
    }

    /// Waits for an instance that was found alive. Where there is none to go on with, none is left running,
    /// and the options are those to start it anew with.
    pub(super) fn take_over(
        &self,
        state: InstanceState,
        options: &Options,
        on_step: &mut dyn FnMut(Step),
    ) -> Result<Found, LocalError> {
        let mut reason = "another version of slsx started it";
        let mut state = state;
        if !state.is_healthy() {
            on_step(Step::Waiting { pid: state.pid });
        }
        if self.wait_until_healthy(&state, BUSY_PATIENCE).is_none() {
            state = self.accepts(state, options)?;
            if state.overlay == overlay_fingerprint() {
                return Ok(Found::Usable(state));
            }
        } else {
            reason = "it does not answer";
        }
        on_step(Step::Restarting { reason: reason.to_owned() });
        self.end(&state)?;
        Ok(Found::Ended(Options {
            // Other tools were told this address.
            port: options.port.or_else(|| Some(state.port).filter(|port| is_free(*port))),
            without_iam: options.without_iam || !state.enforces_iam,
            while_process: options.while_process.or(state.while_process),
            python: options.python.clone(),
        }))
    }

    pub(super) fn start(
        &self,
        engine: &Engine,
        options: &Options,
        on_step: &mut dyn FnMut(Step),
    ) -> Result<InstanceState, LocalError> {
        // Unpacked code of functions, useless after a stop.
        files::remove_tree(&self.folder.join("tmp"))?;
        for folder in ["tmp", STATE, "s3"] {
            files::create_folders(&self.folder.join(folder))?;
        }
        let port = match options.port {
            Some(port) if !is_free(port) => return Err(LocalError::PortTaken { port }),
            Some(port) => port,
            None => free_port()?,
        };
        logs::rotate(&self.log_file()).map_err(system("move the old log aside"))?;
        on_step(Step::Starting { port });
        let pid = self.spawn(engine, port, options)?;
        let state = InstanceState {
            name: self.name.clone(),
            pid,
            port,
            enforces_iam: !options.without_iam,
            python: engine.python.to_string_lossy().into_owned(),
            cache_tag: engine.cache_tag.clone(),
            overlay: overlay_fingerprint(),
            while_process: options.while_process,
        };
        // Noted before it is healthy, so that a start that is interrupted can still be stopped.
        self.note(&state)?;
        match self.wait_until_healthy(&state, START_PATIENCE) {
            None => Ok(state),
            Some(reason) => {
                self.end(&state)?;
                Err(LocalError::Start { reason, name: self.name.clone(), log: self.log_file() })
            }
        }
    }

    fn spawn(&self, engine: &Engine, port: u16, options: &Options) -> Result<i32, LocalError> {
        let environment = self.environment(engine, port, options);
        let log = files::open_append(&self.log_file())?;
        let arguments = ["-m", MODULE].map(OsStr::new);
        let program = engine.python.as_os_str();
        let child = process::spawn_detached(program, &arguments, &environment, &self.folder, log)
            .map_err(system(format!("run {}", engine.python.display())))?;
        Ok(child.id().cast_signed())
    }

    /// Nothing of the user's environment but what finds programs and speaks text: functions inherit it.
    fn environment(&self, engine: &Engine, port: u16, options: &Options) -> Vec<(String, String)> {
        let folder = |name: &str| self.folder.join(name).to_string_lossy().into_owned();
        let mut environment = vec![
            ("PATH", engine.search_path()),
            ("PYTHONPATH", engine.module_path()),
            ("HOME", folder("tmp")),
            ("LANG", "C.UTF-8".into()),
            ("TMPDIR", folder("tmp")),
            ("GATEWAY_PORT", port.to_string()),
            ("BIND_HOST", "127.0.0.1".into()),
            ("MINISTACK_HOST", "localhost".into()),
            ("MINISTACK_REGION", REGION.into()),
            ("PERSIST_STATE", "1".into()),
            ("STATE_DIR", folder(STATE)),
            ("S3_PERSIST", "1".into()),
            ("S3_DATA_DIR", folder("s3")),
            ("IOT_MTLS_ENABLED", "0".into()),
            ("SFTP_ENABLED", "0".into()),
            ("DOCKER_HOST", "unix:///nonexistent.sock".into()),
            ("LAMBDA_ACCOUNT_CONCURRENCY", "1000".into()),
            ("LAMBDA_WARM_TTL_SECONDS", "900".into()),
            ("AUTH", (!options.without_iam).to_string()),
            ("AWS_ACCESS_KEY_ID", "test".into()),
            ("AWS_SECRET_ACCESS_KEY", "test".into()),
        ];
        if let Some(pid) = options.while_process {
            environment.push(("SLSX_WHILE_PROCESS", pid.to_string()));
        }
        environment.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }

    /// Why it did not become healthy; none if it did.
    fn wait_until_healthy(&self, state: &InstanceState, patience: Duration) -> Option<String> {
        let start = Instant::now();
        while !health::is_healthy(state.port) {
            if !process::is_alive(state.pid) {
                return Some(self.log_tail(1).unwrap_or_default().trim().to_owned());
            }
            if start.elapsed() > patience {
                return Some(format!("not healthy after {} s", patience.as_secs()));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        None
    }

    /// Stops it and waits until it is gone.
    pub(super) fn stop(&self) -> Result<Stopped, LocalError> {
        match self.alive()? {
            Some(state) => {
                self.end(&state)?;
                Ok(Stopped::Now)
            }
            None if self.was_started() => Ok(Stopped::Already),
            None => Ok(Stopped::NeverStarted),
        }
    }

    fn end(&self, state: &InstanceState) -> Result<(), LocalError> {
        if !process::terminate(state.pid, STOP_PATIENCE) {
            return Err(LocalError::Stop {
                name: self.name.clone(),
                pid: state.pid,
                seconds: STOP_PATIENCE.as_secs(),
                log: self.log_file(),
            });
        }
        files::remove_tree(&self.folder.join("tmp"))?;
        Ok(files::remove_file(&self.state_file())?)
    }

    pub(super) fn reset(&self) -> Result<(), LocalError> {
        let state = self.alive()?.ok_or_else(|| self.not_running())?;
        health::reset(state.port)
    }

    pub(super) fn log_tail(&self, lines: usize) -> Result<String, LocalError> {
        let path = self.log_file();
        logs::tail(&path, lines).map_err(|error| {
            if error.kind() == ErrorKind::NotFound {
                self.not_running()
            } else {
                system(format!("read {}", path.display()))(error)
            }
        })
    }

    fn not_running(&self) -> LocalError {
        LocalError::NotRunning { name: self.name.clone() }
    }

    fn note(&self, state: &InstanceState) -> Result<(), LocalError> {
        let text = serde_json::to_string_pretty(state).unwrap_or_default();
        Ok(files::write_atomic(&self.state_file(), text.as_bytes())?)
    }

    fn state_file(&self) -> PathBuf {
        self.folder.join("instance.json")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.join("local-aws.log")
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

fn free_port() -> Result<u16, LocalError> {
    let address = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    address.map(|address| address.port()).map_err(system("find a free port on 127.0.0.1"))
}
