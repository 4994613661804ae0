//! `promise.toml`: what a project promises and how to prove it; read and checked here, never carried out.

pub mod request;
pub mod rules;

use std::ops::Range;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use self::rules::Broken;
use super::api::schema::Api;
use super::buffer::schema::Buffer;
use super::fan_out::schema::FanOut;
use super::read_model::schema::ReadModel;
use super::workflow::schema::Workflow;
use crate::names::LogicalId;

/// The only version of the file so far.
const VERSION: u32 = 1;

/// A whole `promise.toml`.
#[derive(Clone, Debug, PartialEq)]
pub enum Promise {
    /// One upload is handled by every worker, all at the same time.
    FanOut(FanOut),
    /// An HTTP API does what its contract says, also under load.
    Api(Api),
    /// A queue protects what is behind it: nothing is lost, done twice or done by too many at once.
    Buffer(Buffer),
    /// A state machine retries, compensates and resumes.
    Workflow(Workflow),
    /// What is asked is the fold of what happened.
    ReadModel(ReadModel),
}

/// Kinds of promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// See [`Promise::FanOut`].
    FanOut,
    /// See [`Promise::Api`].
    Api,
    /// See [`Promise::Buffer`].
    Buffer,
    /// See [`Promise::Workflow`].
    Workflow,
    /// See [`Promise::ReadModel`].
    ReadModel,
}

impl Kind {
    /// Its name in files and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FanOut => "fan-out",
            Self::Api => "api",
            Self::Buffer => "buffer",
            Self::Workflow => "workflow",
            Self::ReadModel => "read-model",
        }
    }
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
        /// Where, in bytes.
        span: Option<Range<usize>>,
    },
    /// A value that cannot be meant.
    #[error("{message}")]
    Value {
        /// Which value and what is wrong with it.
        message: String,
        /// Where, in bytes.
        span: Option<Range<usize>>,
    },
}

impl PromiseError {
    /// Where in the file, in bytes.
    #[must_use]
    pub fn span(&self) -> Option<Range<usize>> {
        match self {
            Self::Form { span, .. } | Self::Version { span, .. } | Self::Value { span, .. } => span.clone(),
        }
    }
}

/// What every promise begins with; the rest depends on it.
#[derive(Deserialize)]
struct Head {
    version: Spanned<u32>,
    kind: Kind,
}

impl Promise {
    /// Reads and checks the text of a `promise.toml`.
    pub fn parse(text: &str) -> Result<Self, PromiseError> {
        let head: Head = read(text)?;
        if *head.version.get_ref() != VERSION {
            let span = Some(head.version.span());
            return Err(PromiseError::Version { found: head.version.into_inner(), span });
        }
        let (promise, checked) = match head.kind {
            Kind::FanOut => of(text, FanOut::check, Self::FanOut)?,
            Kind::Api => of(text, Api::check, Self::Api)?,
            Kind::Buffer => of(text, Buffer::check, Self::Buffer)?,
            Kind::Workflow => of(text, Workflow::check, Self::Workflow)?,
            Kind::ReadModel => of(text, ReadModel::check, Self::ReadModel)?,
        };
        match checked {
            Ok(()) => Ok(promise),
            Err(broken) => {
                let span = place(text, &broken.path);
                Err(PromiseError::Value { message: broken.to_string(), span })
            }
        }
    }

    /// Functions that must report executions. The workers of fan-outs and buffers are judged by nothing else, so they
    /// need not be named.
    #[must_use]
    pub fn reports(&self) -> &[LogicalId] {
        match self {
            Self::FanOut(_) | Self::Buffer(_) => &[],
            Self::Api(promise) => &promise.reports,
            Self::Workflow(promise) => &promise.reports,
            Self::ReadModel(promise) => &promise.reports,
        }
    }

    /// What kind of promise it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::FanOut(_) => Kind::FanOut,
            Self::Api(_) => Kind::Api,
            Self::Buffer(_) => Kind::Buffer,
            Self::Workflow(_) => Kind::Workflow,
            Self::ReadModel(_) => Kind::ReadModel,
        }
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, PromiseError> {
    toml::from_str(text)
        .map_err(|error| PromiseError::Form { message: error.message().to_owned(), span: error.span() })
}

fn of<T: DeserializeOwned>(
    text: &str,
    check: fn(&T) -> Result<(), Broken>,
    wrap: fn(T) -> Promise,
) -> Result<(Promise, Result<(), Broken>), PromiseError> {
    let promise: T = read(text)?;
    let checked = check(&promise);
    Ok((wrap(promise), checked))
}

/// Where a value stands, or else the nearest thing around it that is there: `step.2.status`, counted from 0.
fn place(text: &str, path: &str) -> Option<Range<usize>> {
    let table = DeTable::parse(text).ok()?;
    let mut parts = path.split('.');
    let mut found: &Spanned<DeValue<'_>> = table.get_ref().get(parts.next()?)?;
    for part in parts {
        let inner = match part.parse::<usize>() {
            Ok(index) => found.get_ref().get(index),
            Err(_) => found.get_ref().get(part),
        };
        match inner {
            Some(inner) => found = inner,
            None => break,
        }
    }
    Some(found.span())
}

#[cfg(test)]
mod tests;
