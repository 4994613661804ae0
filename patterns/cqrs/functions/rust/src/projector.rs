//! Brings the read model up to date with the events that come through the stream. Never writes an event.

use std::collections::{BTreeMap, BTreeSet};

use aws_lambda_events::dynamodb::{Event as StreamEvent, EventRecord};
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use futures_util::stream::{StreamExt, iter};
use lambda_runtime::{Diagnostic, LambdaEvent};
use serde_dynamo::AttributeValue;
use serde_json::{Value, json};
use tracing::{Instrument, error, error_span, info};

use crate::accounts::fold;
use crate::aws::StoreError;
use crate::documents::{Document, Outcome, ReadModel};
use crate::event_store::{Events, HistoryError};

/// Accounts that are read at once: the time of a batch is spent waiting for the table.
const READERS: usize = 8;

/// Why a batch failed as a whole. Lambda halves it and tries again.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    #[error("the event is not one that a stream sends: {0}")]
    Event(#[from] serde_json::Error),
    #[error("a record has no key of an event")]
    Record,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<BatchError> for Diagnostic {
    fn from(error: BatchError) -> Self {
        let error_type = match error {
            BatchError::Event(_) | BatchError::Record => "UnknownEvent",
            BatchError::Store(_) => "StoreFailed",
        };
        Self { error_type: error_type.to_owned(), error_message: error.to_string() }
    }
}

/// What the projector needs of a stream record: whose event it is, and how to name the record when it fails.
struct Record {
    sequence_number: String,
    account: String,
    version: u64,
    correlation_id: String,
}

/// Lambda calls this for each batch of the stream; `slsx replay` calls it with `{"replay": "clear"}` first.
///
/// An error makes Lambda halve the batch and try again; named failures make it try again from the first of them.
pub async fn handle(
    events: &impl Events,
    read_model: &impl ReadModel,
    event: LambdaEvent<Value>,
) -> Result<Value, BatchError> {
    let trace = error_span!("batch", function_request_id = event.context.request_id);
    let work = async {
        if event.payload.get("replay").and_then(Value::as_str) == Some("clear") {
            read_model.clear().await?;
            info!("read model cleared");
            return Ok(json!({"replay": "cleared"}));
        }
        if event.payload.get("Records").is_none() {
            // Such as slsx coldstart-bench sends: it asks for nothing.
            return Ok(json!({"batchItemFailures": []}));
        }
        let event: StreamEvent = serde_json::from_value(event.payload)?;
        let records: Vec<_> = event.records.into_iter().map(record_of).collect::<Result<_, _>>()?;
        Ok(serde_json::to_value(project(records, events, read_model).await?)?)
    };
    work.instrument(trace).await
}

/// Folds every account of the batch from all its events, and writes the result if it is newer than what is there.
///
/// The stream only says *which* accounts have changed. Adding each record's amount to the document would be cheaper for
/// accounts with thousands of events, but right only if every record came once and in order; and streams, retries and
/// replays promise neither. This way a record that comes twice, late or out of order leads to the same document, and
/// one that was given up on is made good by the next event of its account.
async fn project(
    records: Vec<Record>,
    events: &impl Events,
    read_model: &impl ReadModel,
) -> Result<DynamoDbEventResponse, StoreError> {
    let accounts: BTreeSet<&str> = records.iter().map(|record| record.account.as_str()).collect();
    let (documents, mut failures) = folded(accounts, events).await?;
    let mut outcomes = BTreeMap::new();
    for (account, outcome) in read_model.write(&documents).await? {
        match outcome {
            Ok(outcome) => drop(outcomes.insert(account, outcome)),
            Err(reason) => drop(failures.insert(account, reason)),
        }
    }
    let versions: BTreeMap<_, _> = documents.iter().map(|document| (&document.id, document.version)).collect();
    let mut answer = DynamoDbEventResponse::default();
    for record in &records {
        let Record { correlation_id, account, version, .. } = record;
        if let Some(reason) = failures.get(account) {
            error!(correlation_id, account, version, reason, "event not projected");
            let mut failure = DynamoDbBatchItemFailure::default();
            failure.item_identifier = Some(record.sequence_number.clone());
            answer.batch_item_failures.push(failure);
        } else {
            let outcome = outcomes.get(account).copied().map_or("nothing", Outcome::word);
            let document_version = versions.get(account).copied().unwrap_or(0);
            info!(correlation_id, account, version, document_version, outcome, "event projected");
        }
    }
    Ok(answer)
}

/// The accounts as they are now, and why some cannot be told: a broken account must not hold up the others.
async fn folded(
    accounts: BTreeSet<&str>,
    events: &impl Events,
) -> Result<(Vec<Document>, BTreeMap<String, String>), StoreError> {
    let histories = iter(accounts).map(async |account| (account, events.of(account).await)).buffered(READERS);
    let (mut documents, mut failures) = (Vec::new(), BTreeMap::new());
    for (account, history) in histories.collect::<Vec<_>>().await {
        let state = match history {
            Ok(history) => fold(account, &history),
            Err(HistoryError::Broken(broken)) => Err(broken),
            Err(HistoryError::Store(error)) => return Err(error),
        };
        match state {
            Ok(state) if state.version > 0 => documents.push(state.into()),
            // Nothing has happened: nothing to keep.
            Ok(_) => {}
            Err(broken) => drop(failures.insert(account.to_owned(), broken.to_string())),
        }
    }
    Ok((documents, failures))
}

fn record_of(record: EventRecord) -> Result<Record, BatchError> {
    let change = record.change;
    let text = |value: Option<&AttributeValue>| match value {
        Some(AttributeValue::S(text) | AttributeValue::N(text)) => Some(text.clone()),
        _ => None,
    };
    let (keys, image) = (change.keys.into_inner(), change.new_image.into_inner());
    let account = text(keys.get("aggregate_id")).ok_or(BatchError::Record)?;
    let version = text(keys.get("version")).and_then(|version| version.parse().ok()).ok_or(BatchError::Record)?;
    let sequence_number = change.sequence_number.ok_or(BatchError::Record)?;
    let correlation_id = text(image.get("correlation_id")).unwrap_or_default();
    Ok(Record { sequence_number, account, version, correlation_id })
}
