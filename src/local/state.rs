//! What is noted of an instance while it runs, and what a note means now. It starts and ends nothing.

use serde::{Deserialize, Serialize};

use super::{health, process};

/// The overlay's package; its name in a command line marks the process as ours.
pub(super) const MODULE: &str = "slsx_engine";

/// What is known of a started instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceState {
    /// Instance name.
    pub name: String,
    /// Process id of the emulator.
    pub pid: i32,
    /// Port on 127.0.0.1.
    pub port: u16,
    /// Policies are enforced.
    pub enforces_iam: bool,
    /// Interpreter it runs on; notes of older versions do not tell it.
    #[serde(default)]
    pub python: String,
    /// ABI tag of that interpreter, such as `cpython-311`; notes of older versions do not tell it.
    #[serde(default)]
    pub cache_tag: String,
    /// Fingerprint of the overlay it runs; notes of older versions do not tell it, and are outdated therefore.
    #[serde(default)]
    pub overlay: String,
    /// It stops by itself when this process ends.
    #[serde(default)]
    pub while_process: Option<u32>,
}

impl InstanceState {
    /// The endpoint of every service.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its process is there, whether or not it answers.
    pub(super) fn is_alive(&self) -> bool {
        process::is_alive(self.pid) && process::is_ours(self.pid, MODULE)
    }

    /// Its process answers.
    pub(super) fn is_healthy(&self) -> bool {
        health::is_healthy(self.port)
    }
}

/// How an instance is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// There is no instance of this name.
    NeverStarted,
    /// It was started once and does not run.
    Stopped,
    /// Its process is there and does not answer: busy, still starting, or suspended.
    Unresponsive(InstanceState),
    /// It answers.
    Running(InstanceState),
}

/// What stopping an instance came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// There is no instance of this name.
    NeverStarted,
    /// It was not running.
    Already,
    /// It ran and is gone; its state is kept.
    Now,
}

#[cfg(test)]
mod tests {
    use super::InstanceState;

    #[test]
    fn notes_of_older_versions_are_read() {
        let note = r#"{"name": "default", "pid": 7, "port": 4566, "enforces_iam": true}"#;
        let state: InstanceState = serde_json::from_str(note).unwrap();
        assert_eq!(state.endpoint(), "http://127.0.0.1:4566");
        assert_eq!((state.overlay.as_str(), state.while_process), ("", None));
    }
}
