//! The promise of a read model: commands, where their events are kept, who projects them and what is asked.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::fold::Fold;
use crate::names::LogicalId;
use crate::promise::schema::Kind;
use crate::promise::schema::request::RequestLine;
use crate::promise::schema::rules::{Broken, count, json, known_names, pointer, require, status, within};
use crate::promise::values::Values;

/// A whole `promise.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadModel {
    /// Version of the file's form.
    pub version: u32,
    /// What kind of promise it is.
    pub kind: Kind,
    /// The stack output that holds the API's URL.
    pub url: String,
    /// What is commanded.
    pub commands: Commands,
    /// Where the events are.
    pub events: Events,
    /// Who makes the read model of them.
    pub projector: Projector,
    /// What is asked.
    pub query: Query,
    /// What must hold.
    pub checks: Limits,
    /// Logical ids of functions that must report executions in their log groups.
    #[serde(default)]
    pub reports: Vec<LogicalId>,
}

/// Commands to aggregates.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commands {
    /// What is sent; `${id}` is the aggregate.
    pub request: RequestLine,
    /// JSON contents; each aggregate gets them in turn.
    pub bodies: Vec<String>,
    /// How many commands.
    pub count: u32,
    /// To how many aggregates.
    pub aggregates: u32,
    /// Connections that send at once.
    pub connections: u32,
    /// Statuses of a command that made an event.
    #[serde(default = "successes")]
    pub accepted: Vec<u16>,
    /// Statuses of a command that was refused and made none.
    #[serde(default = "refusals")]
    pub refused: Vec<u16>,
}

/// The table of events.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// Logical id of the table.
    pub table: LogicalId,
    /// Its partition key: the aggregate.
    pub aggregate: String,
    /// Its sort key: 1, 2, 3, ...
    pub version: String,
    /// The attribute with an event's time.
    #[serde(default = "at")]
    pub at: String,
}

/// The function that makes the read model.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Projector {
    /// Its logical id.
    pub function: LogicalId,
}

/// What is asked about an aggregate.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// What is sent; `${id}` is the aggregate.
    pub request: RequestLine,
    /// JSON pointers into the answer, and what must be there.
    pub fold: BTreeMap<String, Fold>,
    /// Other queries of the read model, such as a search, which must be answered with success.
    #[serde(default)]
    pub also: Vec<RequestLine>,
}

/// What must hold.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// How long the read model may take to catch up, each time.
    pub within_seconds: u64,
    /// The slowest hundredth of the events may take so long to be seen.
    pub maximum_lag_p99_ms: Option<f64>,
    /// Whether the read model is emptied and rebuilt.
    #[serde(default = "yes")]
    pub replay: bool,
}

fn successes() -> Vec<u16> {
    vec![200, 201, 202, 204]
}

fn refusals() -> Vec<u16> {
    vec![409, 422]
}

fn at() -> String {
    "at".into()
}

const fn yes() -> bool {
    true
}

impl ReadModel {
    pub(in crate::promise) fn check(&self) -> Result<(), Broken> {
        require(!self.url.is_empty(), "url", "must name a stack output")?;
        let known = BTreeSet::from(["run".to_owned(), "id".to_owned()]);
        let commands = &self.commands;
        for (request, path) in
            [(&commands.request, "commands.request"), (&self.query.request, "query.request")]
        {
            known_names(&request.target, &known, path)?;
            require(request.target.contains("${id}"), path, "must hold ${id}, the aggregate")?;
        }
        self.query.also.iter().try_for_each(|request| known_names(&request.target, &known, "query.also"))?;
        require(!commands.bodies.is_empty(), "commands.bodies", "must hold at least one")?;
        for (index, body) in commands.bodies.iter().enumerate() {
            json(body, &known, format!("commands.bodies.{index}"))?;
        }
        count(commands.count.into(), 1, 1_000_000, "commands.count")?;
        count(commands.aggregates.into(), 1, commands.count.into(), "commands.aggregates")?;
        count(commands.connections.into(), 1, 1000, "commands.connections")?;
        require(!commands.accepted.is_empty(), "commands.accepted", "must name at least one status")?;
        for (statuses, path) in
            [(&commands.accepted, "commands.accepted"), (&commands.refused, "commands.refused")]
        {
            statuses.iter().try_for_each(|found| status(*found, path))?;
        }
        let both = commands.accepted.iter().find(|found| commands.refused.contains(found));
        require(both.is_none(), "commands.accepted", "must hold no status that means a refusal")?;
        for (text, path) in
            [(&self.events.aggregate, "events.aggregate"), (&self.events.version, "events.version")]
        {
            require(!text.is_empty(), path, "must name an attribute")?;
        }
        require(!self.query.fold.is_empty(), "query.fold", "must name at least one value")?;
        self.query.fold.keys().try_for_each(|at| pointer(at, "query.fold"))?;
        if let Some(most) = self.checks.maximum_lag_p99_ms {
            within(most, 1.0, 3_600_000.0, "checks.maximum_lag_p99_ms")?;
            let rule = "needs a fold that is \"count\": by it an answer tells which event it shows";
            require(self.version_pointer().is_some(), "checks.maximum_lag_p99_ms", rule)?;
        }
        count(self.checks.within_seconds, 1, 3600, "checks.within_seconds")
    }

    /// Where in an answer the number of events stands that it shows.
    #[must_use]
    pub fn version_pointer(&self) -> Option<&str> {
        self.query.fold.iter().find(|(_, fold)| **fold == Fold::Count).map(|(at, _)| at.as_str())
    }
}

/// Which commands one run sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    run: String,
    /// How many commands.
    pub count: usize,
    /// To how many aggregates.
    pub aggregates: usize,
    bodies: Vec<String>,
}

/// One command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command<'a> {
    /// The aggregate.
    pub aggregate: String,
    /// Its content, with `${names}`.
    pub body: &'a str,
}

impl Plan {
    /// The commands of a promise, more or fewer of them; never none. With so few that an aggregate would get only one,
    /// there are fewer aggregates: one event alone has no order and no fold.
    #[must_use]
    pub fn of(commands: &Commands, run: &str, load: f64) -> Self {
        let count = crate::promise::scaled(commands.count, load).max(1);
        let promised = usize::try_from(commands.aggregates).unwrap_or(usize::MAX);
        let aggregates = if load < 1.0 { promised.min((count / 2).max(1)) } else { promised };
        Self { run: run.to_owned(), count, aggregates, bodies: commands.bodies.clone() }
    }

    /// The id of an aggregate, from 0. All are of one length, so that none is the beginning of another.
    #[must_use]
    pub fn aggregate(&self, index: usize) -> String {
        format!("{}-{index:05}", self.run)
    }

    /// Every aggregate.
    pub fn all_aggregates(&self) -> impl Iterator<Item = String> {
        (0..self.aggregates).map(|index| self.aggregate(index))
    }

    /// What every aggregate of the run begins with.
    #[must_use]
    pub fn prefix(&self) -> String {
        format!("{}-", self.run)
    }

    /// A command, from 0: the aggregates take turns, and each of them gets the contents in turn.
    #[must_use]
    pub fn command(&self, index: usize) -> Command<'_> {
        let aggregates = self.aggregates.max(1);
        let nth = (index / aggregates).checked_rem(self.bodies.len()).unwrap_or_default();
        let body = self.bodies.get(nth).map_or("", String::as_str);
        Command { aggregate: self.aggregate(index % aggregates), body }
    }

    /// The values for an aggregate.
    #[must_use]
    pub fn values(&self, aggregate: &str) -> Values {
        Values::from([("run".to_owned(), self.run.clone()), ("id".to_owned(), aggregate.to_owned())])
    }
}
