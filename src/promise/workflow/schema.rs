//! The promise of a workflow: executions with their inputs, and the way each must take.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::names::LogicalId;
use crate::promise::schema::Kind;
use crate::promise::schema::rules::{Broken, count, different, file, json, known_names, require, within};

/// How executions can end (<https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html>).
const STATUSES: [&str; 4] = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];

/// A whole `promise.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workflow {
    /// Version of the file's form.
    pub version: u32,
    /// What kind of promise it is.
    pub kind: Kind,
    /// Logical id of the state machine.
    pub machine: LogicalId,
    /// It is an Express workflow, which keeps no history.
    #[serde(default)]
    pub express: bool,
    /// The executions that prove it.
    #[serde(rename = "execution")]
    pub executions: Vec<Execution>,
    /// What must hold.
    pub checks: Limits,
    /// Logical ids of functions that must report executions in their log groups.
    #[serde(default)]
    pub reports: Vec<LogicalId>,
}

/// One execution and the way it must take.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Execution {
    /// What people call it.
    pub name: String,
    /// JSON input.
    pub input: String,
    /// A file that is uploaded before it or while it runs.
    pub upload: Option<Upload>,
    /// How it must end.
    #[serde(default = "succeeded")]
    pub status: String,
    /// Name of the error that it must fail with.
    pub error: Option<String>,
    /// What must be tried again.
    pub retries: Option<Retries>,
    /// States that must be entered.
    #[serde(default)]
    pub visits: Vec<String>,
    /// States that must not be entered.
    #[serde(default)]
    pub avoids: Vec<String>,
    /// A task that waits to be answered.
    pub callback: Option<Callback>,
}

/// A file that an execution works on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upload {
    /// Logical id of the bucket, or a stack output with its name.
    pub bucket: String,
    /// The object's key.
    pub key: String,
    /// The file to upload, relative to `promise.toml`.
    pub file: String,
    /// Its media type.
    pub content_type: Option<String>,
    /// When it is uploaded.
    #[serde(default)]
    pub at: Moment,
}

/// A moment in an execution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    /// Before it starts.
    #[default]
    Start,
    /// After its first task has failed.
    FirstFailure,
}

/// Tries of a state after its first.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retries {
    /// The state.
    pub state: String,
    /// The least time between a failure and the next try.
    pub at_least_seconds: f64,
    /// How many there must be.
    pub times: u32,
}

/// A task that waits for `SendTaskSuccess`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Callback {
    /// The state.
    pub state: String,
    /// JSON output that the task is answered with.
    pub output: String,
    /// How long to let it wait.
    #[serde(default)]
    pub after_seconds: f64,
}

/// What must hold.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// How long each execution may take.
    pub within_seconds: u64,
}

fn succeeded() -> String {
    "SUCCEEDED".into()
}

impl Workflow {
    pub(in crate::promise) fn check(&self) -> Result<(), Broken> {
        require(!self.executions.is_empty(), "execution", "must be there at least once")?;
        different(self.executions.iter().map(|execution| execution.name.as_str()), "execution", "execution")?;
        for (index, execution) in self.executions.iter().enumerate() {
            execution.check(self.express, &format!("execution.{index}"))?;
        }
        let most = if self.express { 300 } else { 3600 };
        count(self.checks.within_seconds, 1, most, "checks.within_seconds")
    }
}

impl Execution {
    fn check(&self, is_express: bool, path: &str) -> Result<(), Broken> {
        let known = BTreeSet::from(["run".to_owned()]);
        let is_name = !self.name.is_empty()
            && self.name.len() <= 40
            && self.name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
        require(is_name, format!("{path}.name"), "must be 1 to 40 letters, digits, hyphens or underscores")?;
        json(&self.input, &known, format!("{path}.input"))?;
        let is_status = STATUSES.contains(&self.status.as_str());
        require(is_status, format!("{path}.status"), format!("must be one of {}", STATUSES.join(", ")))?;
        let can_have_error = self.error.is_none() || self.status == "FAILED";
        require(can_have_error, format!("{path}.error"), "can only be with status = \"FAILED\"")?;
        if let Some(upload) = &self.upload {
            file(&upload.file, format!("{path}.upload.file"))?;
            known_names(&upload.key, &known, format!("{path}.upload.key"))?;
            require(!upload.key.is_empty(), format!("{path}.upload.key"), "must not be empty")?;
        }
        if let Some(retries) = &self.retries {
            within(retries.at_least_seconds, 0.0, 3600.0, format!("{path}.retries.at_least_seconds"))?;
            count(retries.times.into(), 0, 100, format!("{path}.retries.times"))?;
        }
        if let Some(callback) = &self.callback {
            let rule = "cannot be: an Express workflow does not wait for task tokens";
            require(!is_express, format!("{path}.callback"), rule)?;
            json(&callback.output, &known, format!("{path}.callback.output"))?;
            within(callback.after_seconds, 0.0, 3600.0, format!("{path}.callback.after_seconds"))?;
        }
        let both = self.visits.iter().position(|state| self.avoids.contains(state));
        let place = both.map_or_else(String::new, |index| format!("{path}.visits.{index}"));
        require(both.is_none(), place, "is to be avoided too")
    }

    /// The states that the promise says anything about.
    pub fn states(&self) -> impl Iterator<Item = &str> {
        let retried = self.retries.iter().map(|retries| &retries.state);
        self.visits.iter().chain(&self.avoids).chain(retried).map(String::as_str)
    }
}
