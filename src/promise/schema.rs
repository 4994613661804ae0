//! `promise.toml`: what a project promises and how to prove it; read and checked here, never carried out.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Deserialize;

use crate::names::LogicalId;

/// The only version of the file so far.
const VERSION: u32 = 1;

/// A whole `promise.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// Version of the file's form.
    pub version: u32,
    /// What kind of promise it is.
    pub kind: Kind,
    /// What is uploaded to prove it.
    pub upload: Upload,
    /// The workers that must each handle the upload.
    #[serde(rename = "worker")]
    pub workers: Vec<Worker>,
    /// What must hold.
    pub checks: Limits,
}

/// Kinds of promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One upload is handled by every worker, all at the same time.
    FanOut,
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

/// Why a `promise.toml` cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PromiseError {
    /// It is not TOML, or not of this form.
    #[error("{message}")]
    Form {
        /// What is wrong.
        message: String,
        /// Where, in bytes.
        span: Option<Range<usize>>,
    },
    /// It was written for another version of this program.
    #[error("version {found} of promise.toml is not known here; this program reads version {VERSION}")]
    Version {
        /// The version in the file.
        found: u32,
    },
    /// A value that cannot be meant.
    #[error("{field} {rule}")]
    Value {
        /// Which value.
        field: &'static str,
        /// What it must be.
        rule: &'static str,
    },
    /// Two workers of the same name.
    #[error("two workers are called {name:?}")]
    SameName {
        /// The name.
        name: String,
    },
}

impl Promise {
    /// Reads and checks the text of a `promise.toml`.
    pub fn parse(text: &str) -> Result<Self, PromiseError> {
        let promise: Self = toml::from_str(text).map_err(|error| PromiseError::Form {
            message: error.message().to_owned(),
            span: error.span(),
        })?;
        promise.check()?;
        Ok(promise)
    }

    /// The key for one run's object: never the same twice, and with the extension of the file.
    #[must_use]
    pub fn object_key(&self, run: &str) -> String {
        let name = self.upload.file.rsplit('/').next().unwrap_or_default();
        let extension =
            name.rsplit_once('.').map(|(_, extension)| format!(".{extension}")).unwrap_or_default();
        format!("{}verify-{run}{extension}", self.upload.prefix)
    }

    fn check(&self) -> Result<(), PromiseError> {
        if self.version != VERSION {
            return Err(PromiseError::Version { found: self.version });
        }
        let limits = &self.checks;
        let is_inside = self.upload.file.split('/').all(|part| !matches!(part, "" | "." | ".."));
        for (holds, field, rule) in [
            (!self.workers.is_empty(), "worker", "must be there at least once"),
            (is_inside, "upload.file", "must be a path below the project"),
            (limits.runs_each > 0, "checks.runs_each", "must be at least 1"),
            (
                is_within(limits.makespan_factor, 1.0, 100.0),
                "checks.makespan_factor",
                "must be between 1 and 100",
            ),
            // At 0 or below, even one after the other would do.
            (
                is_within(limits.minimum_overlap, 0.01, 1.0),
                "checks.minimum_overlap",
                "must be between 0.01 and 1",
            ),
            (
                (1..=900).contains(&limits.within_seconds),
                "checks.within_seconds",
                "must be between 1 and 900",
            ),
        ] {
            if !holds {
                return Err(PromiseError::Value { field, rule });
            }
        }
        let mut names = BTreeSet::new();
        match self.workers.iter().find(|worker| !names.insert(&worker.name)) {
            Some(worker) => Err(PromiseError::SameName { name: worker.name.clone() }),
            None => Ok(()),
        }
    }
}

/// False for NaN, which TOML can spell.
fn is_within(value: f64, low: f64, high: f64) -> bool {
    (low..=high).contains(&value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
version = 1
kind = "fan-out"

[upload]
bucket = "UploadBucket"
prefix = "uploads/"
file = "events/sample.y4m"
content_type = "video/x-yuv4mpeg"

[[worker]]
name = "thumbnail"
function = "ThumbnailFunction"
dead_letters = "ThumbnailFailures"

[[worker]]
name = "update-db"
function = "UpdateDbFunction"

[checks]
runs_each = 1
makespan_factor = 1.5
overhead_ms = 1000
minimum_overlap = 0.5
within_seconds = 60
"#;

    #[test]
    fn a_whole_promise_is_read() {
        let promise = Promise::parse(TEXT).unwrap();
        assert_eq!(promise.kind, Kind::FanOut);
        assert_eq!(promise.workers.len(), 2);
        assert_eq!(promise.workers[1].dead_letters, None);
        assert_eq!(promise.object_key("7f3a"), "uploads/verify-7f3a.y4m");
    }

    #[test]
    fn unknown_keys_are_refused_with_their_place() {
        let text = TEXT.replace("overhead_ms", "overhead");
        let PromiseError::Form { message, span } = Promise::parse(&text).unwrap_err() else {
            panic!("wrong error")
        };
        assert!(message.contains("unknown field `overhead`"), "{message}");
        assert_eq!(&text[span.unwrap()], "overhead");
    }

    #[test]
    fn values_that_cannot_be_meant_are_refused() {
        for (from, to, expected) in [
            ("runs_each = 1", "runs_each = 0", "checks.runs_each must be at least 1"),
            (
                "makespan_factor = 1.5",
                "makespan_factor = nan",
                "checks.makespan_factor must be between 1 and 100",
            ),
            (
                "minimum_overlap = 0.5",
                "minimum_overlap = 0.0",
                "checks.minimum_overlap must be between 0.01 and 1",
            ),
            ("within_seconds = 60", "within_seconds = 0", "checks.within_seconds must be between 1 and 900"),
            ("events/sample", "../sample", "upload.file must be a path below the project"),
            ("events/sample", "/etc/sample", "upload.file must be a path below the project"),
            ("\"update-db\"", "\"thumbnail\"", "two workers are called \"thumbnail\""),
            (
                "version = 1",
                "version = 2",
                "version 2 of promise.toml is not known here; this program reads version 1",
            ),
        ] {
            let error = Promise::parse(&TEXT.replacen(from, to, 1)).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }
}
