//! The world the scenarios run in: the real binary, folders of its own, and one local AWS for all of them.
//!
//! The program has no test flag. What installs once per machine (local AWS) is shared through the user's cache;
//! state, journals and projects live in a temporary folder. Local AWS ends with this process.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::Value;
use tempfile::TempDir;

/// Measuring and proving need the machine for themselves; what mostly waits can go on side by side.
static MACHINE: RwLock<()> = RwLock::new(());

/// The right to use the machine, alone or beside others of the same kind.
enum Turn {
    Alone(#[expect(dead_code, reason = "held, not read")] RwLockWriteGuard<'static, ()>),
    Beside(#[expect(dead_code, reason = "held, not read")] Beside),
    /// Of somebody who outlives it.
    Lent,
}

/// The right to use the machine beside others, for many worlds: one that waits for its turn alone cannot come between
/// them.
pub(crate) struct Beside(#[expect(dead_code, reason = "held, not read")] RwLockReadGuard<'static, ()>);

impl Beside {
    pub(crate) fn others() -> Self {
        Self(MACHINE.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A world in this turn.
    pub(crate) fn world(&self) -> World {
        World::with_turn(Turn::Lent)
    }
}

const INSTANCE: &str = "tests";

/// A project folder and everything that is needed to run slsx in it.
pub(crate) struct World {
    pub(crate) folder: TempDir,
    _turn: Turn,
}

/// State shared by the scenarios of this process: local AWS is started once.
fn state() -> &'static Path {
    static STATE: OnceLock<TempDir> = OnceLock::new();
    STATE
        .get_or_init(|| {
            let state = tempfile::tempdir().unwrap();
            let pid = std::process::id().to_string();
            let up = command(state.path(), state.path())
                .args(["local", "up", "--instance", INSTANCE, "--while-process", &pid])
                .output()
                .unwrap();
            assert!(up.status.success(), "{}", String::from_utf8_lossy(&up.stderr));
            state
        })
        .path()
}

/// slsx in a folder, for commands that need no AWS.
pub(crate) fn offline(folder: &Path) -> Command {
    command(folder, folder)
}

/// slsx with nothing of the user's environment that could lead it elsewhere.
fn command(folder: &Path, state: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_slsx"));
    for (name, _) in std::env::vars() {
        if name.starts_with("AWS_") || name.starts_with("SLSX_") {
            command.env_remove(name);
        }
    }
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .env("XDG_STATE_HOME", state)
        .env("LC_ALL", "C.UTF-8")
        .env("COLUMNS", "100")
        .env_remove("NO_COLOR");
    command
}

impl World {
    /// A folder with nothing in it, and local AWS running.
    pub(crate) fn new() -> Self {
        Self::with_turn(Turn::Alone(MACHINE.write().unwrap_or_else(PoisonError::into_inner)))
    }

    /// The same beside others, for what waits more than it computes and measures nothing.
    pub(crate) fn beside_others() -> Self {
        Self::with_turn(Turn::Beside(Beside::others()))
    }

    fn with_turn(turn: Turn) -> Self {
        state();
        Self { folder: tempfile::tempdir().unwrap(), _turn: turn }
    }

    /// A world with a project from a pattern in it.
    pub(crate) fn with_project(arguments: &[&str]) -> Self {
        let world = Self::new();
        world.slsx(&[&["new"], arguments].concat()).assert_exit(0);
        world
    }

    /// Path below the world's folder.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, below: &str, content: &str) {
        let path = self.path(below);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Gives a fan-out project a video three times as long: of the sample's few frames a fast machine's workers
    /// make so little work that whether they overlapped cannot be told.
    pub(crate) fn lengthen_video(&self, project: &str) {
        let path = self.path(&format!("{project}/events/sample.y4m"));
        let video = std::fs::read(&path).unwrap();
        let header = video.iter().position(|&byte| byte == b'\n').unwrap() + 1;
        std::fs::write(&path, [&video, &video[header..], &video[header..]].concat()).unwrap();
    }

    /// A command line in the world's folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(self.folder.path(), state());
        command.args(arguments);
        command
    }

    /// Runs a command line that needs no AWS.
    pub(crate) fn slsx(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap(), arguments)
    }

    /// Runs a command line against local AWS.
    pub(crate) fn on_local_aws(&self, arguments: &[&str]) -> Ran {
        self.slsx(&[arguments, &["--local", "--instance", INSTANCE]].concat())
    }

    /// The same, not waited for.
    pub(crate) fn start_on_local_aws(&self, arguments: &[&str]) -> std::process::Child {
        self.command(&[arguments, &["--local", "--instance", INSTANCE]].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Where local AWS answers.
    /// Starts a command and kills it, as a power cut would, as soon as it has changed something.
    pub(crate) fn kill_once_it_acts(&self, arguments: &[&str], has_acted: impl Fn() -> bool) {
        let mut child = self.start_on_local_aws(arguments);
        let start = std::time::Instant::now();
        while !has_acted() {
            assert!(start.elapsed() < std::time::Duration::from_secs(60), "{arguments:?} changed nothing");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }

    pub(crate) fn endpoint(&self) -> String {
        let status = self.slsx(&["local", "status", "--instance", INSTANCE, "--format", "json"]);
        status.json()["endpoint"].as_str().unwrap().to_owned()
    }
}

/// What a command line did.
pub(crate) struct Ran {
    arguments: String,
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: Output, arguments: &[&str]) -> Self {
        Self {
            arguments: arguments.join(" "),
            exit: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Fails the test with everything that was printed unless the exit code is this one.
    #[track_caller]
    pub(crate) fn assert_exit(self, exit: i32) -> Self {
        assert_eq!(
            self.exit, exit,
            "slsx {}\n--- stdout\n{}\n--- stderr\n{}",
            self.arguments, self.stdout, self.stderr
        );
        self
    }

    /// Everything printed, for messages that may stand on either side.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| {
            panic!("slsx {}: {error}\n{}\n{}", self.arguments, self.stdout, self.stderr)
        })
    }
}
