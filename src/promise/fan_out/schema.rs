//! The promise of a fan-out: one upload, every worker once, all at the same time.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::names::LogicalId;
use crate::promise::schema::Kind;
use crate::promise::schema::rules::{Broken, count, different, file, require, within};

/// A whole `promise.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FanOut {
    /// Version of the file's form.
    pub version: u32,
    /// What kind of promise it is.
    pub kind: Kind,
    /// What is uploaded to prove it.
    pub upload: Upload,
    /// The workers that must each handle the upload.
    #[serde(rename = "worker")]
    pub workers: Vec<Worker>,
    /// What every worker must refuse, if that is promised too.
    pub failure: Option<Failure>,
    /// What must hold.
    pub checks: Limits,
}

/// The object that is uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upload {
    /// The stack output that holds the bucket's name.
    pub bucket: String,
    /// What the key begins with.
    pub prefix: String,
    /// The file to upload, relative to `promise.toml`.
    pub file: String,
    /// Its media type.
    pub content_type: String,
}

/// One worker.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worker {
    /// What people call it.
    pub name: String,
    /// Logical id of its function.
    pub function: LogicalId,
    /// Logical id of the queue that takes what it could not handle.
    pub dead_letters: Option<LogicalId>,
    /// Whether its log says which upload it works on, as workers of the pattern do. Where it does not, every execution
    /// since the upload is taken to be for it.
    #[serde(default = "yes")]
    pub names_uploads: bool,
}

const fn yes() -> bool {
    true
}

/// What must hold.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// How often every worker handles the upload.
    pub runs_each: u32,
    /// The makespan is at most this many times the longest execution, plus the overhead.
    pub makespan_factor: f64,
    /// Time that starting all workers may take.
    pub overhead_ms: u64,
    /// How much of what can overlap must overlap: 0 is one after the other, 1 is all at once.
    pub minimum_overlap: f64,
    /// How long to wait for the last worker.
    pub within_seconds: u64,
}

/// An upload that no worker can handle.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// The file to upload, relative to `promise.toml`.
    pub file: String,
    /// Its media type, unless it claims to be what a good upload is.
    pub content_type: Option<String>,
    /// How long to wait until it is in every dead-letter queue: Lambda tries again after one minute and after two
    /// more (<https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>).
    #[serde(default = "ten_minutes")]
    pub within_seconds: u64,
}

const fn ten_minutes() -> u64 {
    600
}

impl FanOut {
    /// The key for one run's object: never the same twice, and with the extension of the file.
    #[must_use]
    pub fn object_key(&self, run: &str) -> String {
        object_key(&self.upload.prefix, run, &self.upload.file)
    }

    /// The key for the upload that must be refused.
    #[must_use]
    pub fn broken_key(&self, run: &str, failure: &Failure) -> String {
        object_key(&self.upload.prefix, &format!("{run}-broken"), &failure.file)
    }

    pub(in crate::promise) fn check(&self) -> Result<(), Broken> {
        require(!self.workers.is_empty(), "worker", "must be there at least once")?;
        file(&self.upload.file, "upload.file")?;
        let limits = &self.checks;
        require(limits.runs_each > 0, "checks.runs_each", "must be at least 1")?;
        within(limits.makespan_factor, 1.0, 100.0, "checks.makespan_factor")?;
        // At 0 or below, even one after the other would do.
        within(limits.minimum_overlap, 0.01, 1.0, "checks.minimum_overlap")?;
        count(limits.within_seconds, 1, 900, "checks.within_seconds")?;
        different(self.workers.iter().map(|worker| worker.name.as_str()), "worker", "worker")?;
        self.failure.as_ref().map_or(Ok(()), |failure| self.check_failure(failure))
    }

    fn check_failure(&self, failure: &Failure) -> Result<(), Broken> {
        file(&failure.file, "failure.file")?;
        count(failure.within_seconds, 1, 3600, "failure.within_seconds")?;
        let mut queues = BTreeSet::new();
        for (index, worker) in self.workers.iter().enumerate() {
            let Some(queue) = &worker.dead_letters else {
                let rule = "has no dead_letters, where [failure] says its refused upload must end";
                return require(false, format!("worker.{index}"), rule);
            };
            let rule = "is the queue of another worker too, so it does not tell which of them refused";
            require(queues.insert(queue), format!("worker.{index}.dead_letters"), rule)?;
        }
        Ok(())
    }
}

fn object_key(prefix: &str, run: &str, file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map(|(_, extension)| format!(".{extension}")).unwrap_or_default();
    format!("{prefix}verify-{run}{extension}")
}
