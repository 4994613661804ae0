//! The promise of a buffer: what is sent, what works on it, and where its effect can be read.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::names::LogicalId;
use crate::promise::schema::Kind;
use crate::promise::schema::request::RequestLine;
use crate::promise::schema::rules::{Broken, count, json, known_names, require};
use crate::promise::values::Values;

/// A whole `promise.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Buffer {
    /// Version of the file's form.
    pub version: u32,
    /// What kind of promise it is.
    pub kind: Kind,
    /// The stack output that holds the API's URL.
    pub url: String,
    /// What is sent.
    pub webhooks: Webhooks,
    /// What works on it.
    pub worker: Worker,
    /// Where its effect can be read.
    pub effect: Effect,
    /// What must hold.
    pub checks: Limits,
}

/// A burst of webhooks.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    /// What is sent to.
    pub request: RequestLine,
    /// Content of a good webhook; `${id}` is its own.
    pub body: String,
    /// Content that the worker cannot process.
    pub poison: String,
    /// How many good ones.
    pub count: u32,
    /// How many of those are sent twice.
    #[serde(default)]
    pub duplicates: u32,
    /// How many that cannot be processed.
    #[serde(default)]
    pub poison_count: u32,
    /// Connections that send at once.
    pub connections: u32,
}

/// What works on the queue.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worker {
    /// Logical id of its function.
    pub function: LogicalId,
    /// Logical id of the queue.
    pub queue: LogicalId,
    /// Logical id of the queue that takes what cannot be processed.
    pub dead_letters: LogicalId,
    /// How many executions there may be at once.
    pub maximum_concurrency: u32,
}

/// A table with an item for each webhook that took effect.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// Logical id of the table.
    pub table: LogicalId,
    /// Its partition key, which holds the webhook's id.
    pub key: String,
    /// The attribute that counts how often the effect took place.
    pub times: String,
}

/// What must hold.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// How long everything may take from the first webhook on.
    pub within_seconds: u64,
}

impl Buffer {
    pub(in crate::promise) fn check(&self) -> Result<(), Broken> {
        require(!self.url.is_empty(), "url", "must name a stack output")?;
        let webhooks = &self.webhooks;
        let known = BTreeSet::from(["run".to_owned(), "id".to_owned()]);
        known_names(&webhooks.request.target, &known, "webhooks.request")?;
        for (text, path) in [(&webhooks.body, "webhooks.body"), (&webhooks.poison, "webhooks.poison")] {
            json(text, &known, path)?;
            require(text.contains("${id}"), path, "must hold ${id}, by which it is found again")?;
        }
        count(webhooks.count.into(), 1, 1_000_000, "webhooks.count")?;
        count(webhooks.duplicates.into(), 0, webhooks.count.into(), "webhooks.duplicates")?;
        count(webhooks.poison_count.into(), 0, 1000, "webhooks.poison_count")?;
        count(webhooks.connections.into(), 1, 1000, "webhooks.connections")?;
        // Lambda's own bounds of MaximumConcurrency begin at 2; reserved concurrency can be 1.
        count(self.worker.maximum_concurrency.into(), 1, 1000, "worker.maximum_concurrency")?;
        let is_other = self.worker.queue != self.worker.dead_letters;
        require(is_other, "worker.dead_letters", "must be another queue than worker.queue")?;
        for (text, path) in [(&self.effect.key, "effect.key"), (&self.effect.times, "effect.times")] {
            require(!text.is_empty(), path, "must name an attribute")?;
        }
        count(self.checks.within_seconds, 1, 3600, "checks.within_seconds")
    }
}

/// Which webhooks one run sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    run: String,
    /// How many good ones.
    pub count: usize,
    /// How many of those are sent twice.
    pub duplicates: usize,
    /// How many that cannot be processed.
    pub poison: usize,
}

impl Plan {
    /// The webhooks of a promise, more or fewer of them; never none, and the poison stays.
    #[must_use]
    pub fn of(webhooks: &Webhooks, run: &str, load: f64) -> Self {
        let scaled = |count: u32| crate::promise::scaled(count, load);
        let count = scaled(webhooks.count).max(1);
        Self {
            run: run.to_owned(),
            count,
            duplicates: scaled(webhooks.duplicates).min(count),
            poison: usize::try_from(webhooks.poison_count).unwrap_or(usize::MAX),
        }
    }

    /// The id of a good webhook, from 0. All are of one length, so that none is the beginning of another.
    #[must_use]
    pub fn id(&self, index: usize) -> String {
        format!("{}-{index:07}", self.run)
    }

    /// The id of one that cannot be processed.
    #[must_use]
    pub fn poison_id(&self, index: usize) -> String {
        format!("{}-p{index:06}", self.run)
    }

    /// What every id of the run begins with.
    #[must_use]
    pub fn prefix(&self) -> String {
        format!("{}-", self.run)
    }

    /// The id in a text, if it is one of this run.
    #[must_use]
    pub fn id_in(&self, text: &str) -> Option<String> {
        let prefix = self.prefix();
        let rest = text.get(text.find(&prefix)? + prefix.len()..)?;
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(rest.len());
        Some(format!("{prefix}{}", rest.get(..end)?))
    }

    /// Everything that is sent.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.count + self.duplicates + self.poison
    }

    /// The values of one webhook.
    #[must_use]
    pub fn values(&self, id: String) -> Values {
        Values::from([("run".to_owned(), self.run.clone()), ("id".to_owned(), id)])
    }
}
