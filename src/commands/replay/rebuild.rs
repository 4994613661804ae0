//! Hands events of a table to a projector as its stream would: in order within an aggregate, several aggregates at
//! once. What was projected before does no harm, so it can be begun again at any time.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::names::{FunctionName, Qualifier};
use crate::ports::{Clock, Functions, Item, RemoteError, TableKeys, Tables};
use crate::promise::read_model::event::first_failure;
use crate::promise::read_model::{Record, record};

/// Records of one invocation.
const BATCH: usize = 100;

/// Bytes of one invocation; Lambda takes 6 MB
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// Invocations at once.
const LANES: usize = 8;

/// How often the projector may want the same record again, and how often trouble that passes is sat out.
const ATTEMPTS: u32 = 5;

/// Before something is tried again for the first time; each further time it is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// Why events could not be given to the projector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum ProjectionError {
    /// It did not take them.
    #[error("the projector {0}")]
    #[diagnostic(help("the read model may not be whole: correct the projector and run `slsx replay` again"))]
    Refused(String),
    /// AWS did not do what it was asked.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Remote(#[from] RemoteError),
}

/// How much was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Aggregates that are done.
    pub aggregates: usize,
    /// Aggregates in all.
    pub of_aggregates: usize,
    /// Events that were given.
    pub events: usize,
    /// Invocations of the projector.
    pub invocations: usize,
}

/// An event table and its projector.
pub struct Projection<'a, T, F, C> {
    tables: &'a T,
    functions: &'a F,
    clock: &'a C,
    table: &'a str,
    projector: &'a FunctionName,
    region: &'a str,
    keys: TableKeys,
}

impl<'a, T: Tables, F: Functions, C: Clock> Projection<'a, T, F, C> {
    /// Looks at the table.
    ///
    /// # Errors
    /// When AWS does not tell.
    pub async fn open(
        tables: &'a T,
        functions: &'a F,
        clock: &'a C,
        table: &'a str,
        projector: &'a FunctionName,
        region: &'a str,
    ) -> Result<Self, RemoteError> {
        let keys = tables.keys(table).await?;
        Ok(Self { tables, functions, clock, table, projector, region, keys })
    }

    /// Asks the projector to empty the read model.
    ///
    /// # Errors
    /// When it does not say that it did.
    pub async fn clear(&self) -> Result<(), ProjectionError> {
        let answer = self.invoke(&json!({ "replay": "clear" })).await?;
        let answer: Value = serde_json::from_slice(&answer).unwrap_or_default();
        if answer.get("replay").and_then(Value::as_str) == Some("cleared") {
            return Ok(());
        }
        Err(ProjectionError::Refused(format!(
            "was invoked with {{\"replay\": \"clear\"}} and did not answer {{\"replay\": \"cleared\"}}, but {answer}"
        )))
    }

    /// Gives it these items, in this order.
    ///
    /// # Errors
    /// When it does not take them.
    pub async fn give(&self, items: &[Item]) -> Result<(), ProjectionError> {
        for batch in batches(items.to_vec()) {
            self.give_batch(batch).await?;
        }
        Ok(())
    }

    /// Gives it every event of the table.
    ///
    /// # Errors
    /// The first failure; what was given stays given.
    pub async fn replay(&self, progress: &mut dyn FnMut(Counts)) -> Result<Counts, ProjectionError> {
        let aggregates = self.aggregates().await?;
        let mut counts = Counts { of_aggregates: aggregates.len(), ..Counts::default() };
        // Small aggregates share an invocation, so each lane takes a handful of them at a time.
        let handful = (aggregates.len() / (LANES * 4)).clamp(1, BATCH);
        let handfuls: Vec<Vec<Value>> = aggregates.chunks(handful).map(<[Value]>::to_vec).collect();
        let lanes = futures_util::stream::iter(handfuls).map(|handful| self.replay_some(handful));
        let mut lanes = lanes.buffer_unordered(LANES);
        while let Some(done) = lanes.next().await {
            let done = done?;
            counts.aggregates += done.aggregates;
            counts.events += done.events;
            counts.invocations += done.invocations;
            progress(counts);
        }
        Ok(counts)
    }

    /// The partition keys of the table, each once.
    async fn aggregates(&self) -> Result<Vec<Value>, RemoteError> {
        let mut seen = BTreeSet::new();
        let mut aggregates = Vec::new();
        let key = self.keys.partition.as_str();
        let mut page = |items: Vec<Item>| {
            for value in items.into_iter().filter_map(|mut item| item.remove(key)) {
                if seen.insert(value.to_string()) {
                    aggregates.push(value);
                }
            }
        };
        self.tables.scan(self.table, &[key], None, &mut page).await?;
        Ok(aggregates)
    }

    async fn replay_some(&self, aggregates: Vec<Value>) -> Result<Counts, ProjectionError> {
        let mut counts = Counts { aggregates: aggregates.len(), ..Counts::default() };
        let mut items = Vec::new();
        for aggregate in aggregates {
            items.extend(self.tables.partition(self.table, &self.keys.partition, &aggregate).await?);
        }
        for batch in batches(items) {
            counts.events += batch.len();
            counts.invocations += self.give_batch(batch).await?;
        }
        Ok(counts)
    }

    /// Gives it one batch, and again from the first record on that it did not take, as the stream would. Returns how
    /// many invocations that took.
    async fn give_batch(&self, items: Vec<Item>) -> Result<usize, ProjectionError> {
        let key_names: Vec<&str> =
            std::iter::once(self.keys.partition.as_str()).chain(self.keys.sort.as_deref()).collect();
        let from = Record {
            region: self.region,
            stream_arn: self.keys.stream_arn.as_deref().unwrap_or(self.table),
            keys: &key_names,
        };
        let now_ms = self.clock.now_ms();
        let records: Vec<Value> =
            items.iter().enumerate().map(|(index, item)| record(item, index, now_ms, from)).collect();
        let (mut begin, mut invocations, mut attempts) = (0, 0, 0);
        let mut wait = FIRST_WAIT;
        loop {
            let rest = records.get(begin..).unwrap_or_default();
            let answer = self.invoke(&json!({ "Records": rest })).await?;
            invocations += 1;
            let first = first_failure(&answer, records.len()).map_err(ProjectionError::Refused)?;
            let Some(first) = first else { return Ok(invocations) };
            if first > begin {
                (attempts, wait) = (0, FIRST_WAIT);
            }
            attempts += 1;
            if attempts >= ATTEMPTS {
                let what = format!(
                    "wants the same event again and again: {}",
                    described(items.get(first), &key_names)
                );
                return Err(ProjectionError::Refused(what));
            }
            begin = first.max(begin);
            self.clock.sleep(wait).await;
            wait *= 2;
        }
    }

    /// Invokes the projector; twice does no harm, so trouble that passes is sat out.
    async fn invoke(&self, event: &Value) -> Result<Vec<u8>, ProjectionError> {
        let payload = event.to_string();
        let mut wait = FIRST_WAIT;
        let mut attempt = 1;
        loop {
            let latest = Qualifier::new("$LATEST");
            match self.functions.invoke(self.projector, &latest, None, payload.as_bytes()).await {
                Ok(reply) if reply.function_error.is_some() => {
                    let text = String::from_utf8_lossy(&reply.payload).into_owned();
                    return Err(ProjectionError::Refused(format!("failed: {text}")));
                }
                Ok(reply) => return Ok(reply.payload),
                Err(error) if error.is_passing() && attempt < ATTEMPTS => {
                    attempt += 1;
                    self.clock.sleep(wait).await;
                    wait *= 2;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Items in parts that an invocation takes, in their order.
fn batches(items: Vec<Item>) -> Vec<Vec<Item>> {
    let mut batches: Vec<Vec<Item>> = Vec::new();
    let mut bytes = 0;
    for item in items {
        let size = serde_json::to_string(&item).map_or(0, |text| text.len());
        match batches.last_mut().filter(|batch| batch.len() < BATCH && bytes + size <= BATCH_BYTES) {
            Some(batch) => batch.push(item),
            None => {
                bytes = 0;
                batches.push(vec![item]);
            }
        }
        bytes += size;
    }
    batches
}

/// An event by its keys.
fn described(item: Option<&Item>, keys: &[&str]) -> String {
    let parts = keys.iter().filter_map(|key| Some(format!("{key} {}", item?.get(*key)?)));
    parts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
