//! The events in DynamoDB: read whole, in order and consistently; only ever appended. Decides nothing.

use std::collections::HashMap;
use std::future::Future;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::AttributeValue::{self, N, S};

use crate::accounts::{Broken, Event};
use crate::aws::{StoreError, failed};

/// Why the events of an account are not to be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Broken(#[from] Broken),
}

/// What the functions need of the events.
pub trait Events {
    /// All events of an account, in order.
    fn of(&self, account: &str) -> impl Future<Output = Result<Vec<Event>, HistoryError>>;

    /// Adds an event, unless its version is taken: then nothing is changed, and the answer is false.
    fn append(&self, event: &Event) -> impl Future<Output = Result<bool, StoreError>>;
}

/// Events as items: the account is the partition key, the version the sort key.
#[derive(Clone, Debug)]
pub struct EventTable {
    pub dynamodb: Client,
    pub table: String,
}

impl Events for EventTable {
    async fn of(&self, account: &str) -> Result<Vec<Event>, HistoryError> {
        let query = self
            .dynamodb
            .query()
            .table_name(&self.table)
            .key_condition_expression("aggregate_id = :account")
            .expression_attribute_values(":account", S(account.to_owned()))
            // Without this the newest events may be missing: a projector woken by the stream would miss its own event.
            .consistent_read(true);
        let items: Result<Vec<_>, _> = query.into_paginator().items().send().collect().await;
        Ok(items.map_err(failed)?.iter().map(event_of).collect::<Result<_, _>>()?)
    }

    async fn append(&self, event: &Event) -> Result<bool, StoreError> {
        let put = self
            .dynamodb
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item_of(event)))
            // Of two commands that saw the same events, only one can append the next version.
            .condition_expression("attribute_not_exists(version)");
        match put.send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(PutItemError::is_conditional_check_failed_exception) => {
                Ok(false)
            }
            Err(error) => Err(failed(error)),
        }
    }
}

/// An event as DynamoDB wants it: numbers travel as text.
fn item_of(event: &Event) -> HashMap<String, AttributeValue> {
    let event = event.clone();
    let values = [
        ("aggregate_id", S(event.account)),
        ("version", N(event.version.to_string())),
        ("type", S(event.kind)),
        ("amount", N(event.amount.to_string())),
        ("at", S(event.at)),
        ("command_id", S(event.command_id)),
        ("correlation_id", S(event.correlation_id)),
    ];
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The event in an item; an item that is none is no reason to guess.
fn event_of(item: &HashMap<String, AttributeValue>) -> Result<Event, Broken> {
    let version = item.get("version").and_then(|value| value.as_n().ok()).cloned().unwrap_or_else(|| "?".to_owned());
    let broken =
        |name: &str| Broken::NoEvent { version: version.clone(), reason: format!("{name} is not as expected") };
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned().ok_or_else(|| broken(name));
    let amount = item.get("amount").and_then(|value| value.as_n().ok()?.parse().ok());
    Ok(Event {
        account: text("aggregate_id")?,
        version: version.parse().map_err(|_| broken("version"))?,
        kind: text("type")?,
        amount: amount.ok_or_else(|| broken("amount"))?,
        at: text("at")?,
        command_id: text("command_id")?,
        correlation_id: text("correlation_id")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        Event {
            account: "a".into(),
            version: 3,
            kind: "withdrawn".into(),
            amount: -2,
            at: "2026-01-01T00:00:00.000Z".into(),
            command_id: "c".into(),
            correlation_id: "r".into(),
        }
    }

    #[test]
    fn an_event_survives_the_table() {
        assert_eq!(event_of(&item_of(&event())), Ok(event()));
    }

    #[test]
    fn what_is_no_event_is_told_and_not_guessed() {
        for name in item_of(&event()).keys() {
            let mut item = item_of(&event());
            item.insert(name.clone(), AttributeValue::Bool(true));
            let reason = event_of(&item).unwrap_err().to_string();
            assert!(reason.ends_with(&format!("is not an event: {name} is not as expected")), "{reason}");
        }
    }
}
