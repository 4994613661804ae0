//! The promise of an API: steps in order, each with the answer it must get, and a load.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::names::LogicalId;
use crate::promise::schema::Kind;
use crate::promise::schema::request::RequestLine;
use crate::promise::schema::rules::{
    Broken, count, different, json, known_names, pointer, require, status, within,
};

/// A whole `promise.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    /// Version of the file's form.
    pub version: u32,
    /// What kind of promise it is.
    pub kind: Kind,
    /// The stack output that holds the API's URL.
    pub url: String,
    /// What is asked, in order.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// What is asked many times.
    pub load: Option<Load>,
    /// What must hold under load.
    pub checks: Option<Limits>,
    /// Logical ids of functions that must report executions in their log groups.
    #[serde(default)]
    pub reports: Vec<LogicalId>,
}

/// One request and the answer it must get.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What people call it.
    pub name: String,
    /// What is asked.
    pub request: RequestLine,
    /// Headers of the request.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// JSON content of the request.
    pub body: Option<String>,
    /// The statuses of which one must be answered.
    #[serde(deserialize_with = "one_or_more")]
    pub status: Vec<u16>,
    /// What the answer's content type must begin with.
    pub content_type: Option<String>,
    /// JSON pointers into the answer, and the values that must be there.
    #[serde(default)]
    pub expect: BTreeMap<String, Value>,
    /// Headers of the answer, and what they must contain.
    #[serde(default)]
    pub expect_headers: BTreeMap<String, String>,
    /// Names for later steps, and JSON pointers to their values in the answer.
    #[serde(default)]
    pub save: BTreeMap<String, String>,
    /// It is taken after the load instead of before.
    #[serde(default)]
    pub after_load: bool,
}

/// Requests at a steady rate.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// What is asked, in turn.
    pub requests: Vec<RequestLine>,
    /// Requests for each second, whether earlier ones are answered or not.
    pub rate: f64,
    /// For how long.
    pub seconds: u32,
}

/// What must hold under load.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// How many requests must be answered well in each second.
    pub minimum_rate: f64,
    /// The slowest hundredth of the answers may take so long.
    pub maximum_p99_ms: f64,
}

impl Api {
    pub(in crate::promise) fn check(&self) -> Result<(), Broken> {
        require(!self.url.is_empty(), "url", "must name a stack output")?;
        require(!self.steps.is_empty(), "step", "must be there at least once")?;
        different(self.steps.iter().map(|step| step.name.as_str()), "step", "step")?;
        let mut known = BTreeSet::from(["run".to_owned()]);
        // Steps after the load come last, wherever they stand.
        for is_after in [false, true] {
            let steps = self.steps.iter().enumerate().filter(|(_, step)| step.after_load == is_after);
            for (index, step) in steps {
                step.check(&known, &format!("step.{index}"))?;
                known.extend(step.save.keys().cloned());
            }
            if let Some(load) = self.load.as_ref().filter(|_| !is_after) {
                load.check(&known)?;
            }
        }
        match (&self.load, &self.checks) {
            (Some(load), Some(limits)) => limits.check(load),
            (None, None) => Ok(()),
            (Some(_), None) => require(false, "load", "needs [checks] with minimum_rate and maximum_p99_ms"),
            (None, Some(_)) => require(false, "checks", "needs a [load] to hold it against"),
        }
    }
}

impl Step {
    fn check(&self, known: &BTreeSet<String>, path: &str) -> Result<(), Broken> {
        require(!self.name.is_empty(), format!("{path}.name"), "must not be empty")?;
        known_names(&self.request.target, known, format!("{path}.request"))?;
        for (name, value) in &self.headers {
            known_names(value, known, format!("{path}.headers.{name}"))?;
        }
        if let Some(body) = &self.body {
            json(body, known, format!("{path}.body"))?;
        }
        require(!self.status.is_empty(), format!("{path}.status"), "must name at least one status")?;
        for found in &self.status {
            status(*found, format!("{path}.status"))?;
        }
        // What is expected may be what this very answer has saved.
        let mut known = known.clone();
        known.extend(self.save.keys().cloned());
        for (at, value) in &self.expect {
            pointer(at, format!("{path}.expect"))?;
            known_names(value.as_str().unwrap_or_default(), &known, format!("{path}.expect"))?;
        }
        for value in self.expect_headers.values() {
            known_names(value, &known, format!("{path}.expect_headers"))?;
        }
        for (name, at) in &self.save {
            let is_name = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
            require(is_name && name != "run", format!("{path}.save"), format!("cannot save as {name:?}"))?;
            pointer(at, format!("{path}.save"))?;
        }
        Ok(())
    }
}

impl Load {
    fn check(&self, known: &BTreeSet<String>) -> Result<(), Broken> {
        require(!self.requests.is_empty(), "load.requests", "must name at least one request")?;
        for (index, request) in self.requests.iter().enumerate() {
            known_names(&request.target, known, format!("load.requests.{index}"))?;
        }
        within(self.rate, 0.1, 10_000.0, "load.rate")?;
        count(self.seconds.into(), 1, 3600, "load.seconds")
    }
}

impl Limits {
    fn check(&self, load: &Load) -> Result<(), Broken> {
        within(self.maximum_p99_ms, 1.0, 900_000.0, "checks.maximum_p99_ms")?;
        let is_possible = self.minimum_rate > 0.0 && self.minimum_rate <= load.rate;
        require(is_possible, "checks.minimum_rate", "must be more than 0 and at most load.rate")
    }
}

/// A status, or a list of them.
fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u16>, D::Error> {
    struct OneOrMore;

    impl<'de> Visitor<'de> for OneOrMore {
        type Value = Vec<u16>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an HTTP status or a list of them")
        }

        fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Vec<u16>, E> {
            // What is no status is told with the others.
            Ok(vec![u16::try_from(value).unwrap_or_default()])
        }

        fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Vec<u16>, E> {
            Ok(vec![u16::try_from(value).unwrap_or_default()])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<u16>, A::Error> {
            let mut statuses = Vec::new();
            while let Some(status) = list.next_element()? {
                statuses.push(status);
            }
            Ok(statuses)
        }
    }

    deserializer.deserialize_any(OneOrMore)
}
