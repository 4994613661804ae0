//! The read model in DynamoDB: a table with one item for each account, and an index of them by balance.

use std::collections::HashMap;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::AttributeValue::{self, N, S};
use aws_sdk_dynamodb::types::{DeleteRequest, WriteRequest};

use crate::aws::{MissingSetting, StoreError, failed, setting};
use crate::documents::{Document, Outcome, ReadModel, Search, Written};

type Item = HashMap<String, AttributeValue>;

const INDEX: &str = "by-balance";
/// The index keeps all accounts under one key, to have them in one order. A key takes about a thousand writes a
/// second: who needs more spreads the accounts over several keys and merges their pages.
const COLLECTION: &str = "accounts";
const DELETES_AT_ONCE: usize = 25;
const PAUSE: Duration = Duration::from_millis(100);

/// The table of the accounts.
#[derive(Clone, Debug)]
pub struct ReadTable {
    pub dynamodb: Client,
    pub table: String,
}

/// The read model of this project.
pub fn connect(config: &SdkConfig) -> Result<ReadTable, MissingSetting> {
    Ok(ReadTable { dynamodb: Client::new(config), table: setting("READ_TABLE")? })
}

impl ReadModel for ReadTable {
    async fn get(&self, account: &str) -> Result<Option<Document>, StoreError> {
        let call = self.dynamodb.get_item().table_name(&self.table).key("id", S(account.to_owned()));
        // Consistent, so that whoever has seen a version never sees an older one afterwards.
        let found = call.consistent_read(true).send().await.map_err(failed)?;
        found.item().map(document_in).transpose()
    }

    async fn search(&self, search: &Search) -> Result<Vec<Document>, StoreError> {
        let mut call = self
            .dynamodb
            .query()
            .table_name(&self.table)
            .index_name(INDEX)
            // COLLECTION is a word of DynamoDB's own.
            .expression_attribute_names("#collection", "collection")
            .expression_attribute_values(":collection", S(COLLECTION.to_owned()))
            .key_condition_expression(condition_of(search))
            .scan_index_forward(!search.is_descending)
            .limit(search.limit.into());
        for (name, bound) in [(":minimum", search.minimum), (":maximum", search.maximum)] {
            if let Some(balance) = bound {
                call = call.expression_attribute_values(name, N(balance.to_string()));
            }
        }
        if let Some((balance, account)) = &search.after {
            call = call
                .exclusive_start_key("collection", S(COLLECTION.to_owned()))
                .exclusive_start_key("balance", N(balance.to_string()))
                .exclusive_start_key("id", S(account.clone()));
        }
        let found = call.send().await.map_err(failed)?;
        found.items().iter().map(document_in).collect()
    }

    async fn write(&self, documents: &[Document]) -> Result<Written, StoreError> {
        let mut written = Written::new();
        for document in documents {
            written.insert(document.id.clone(), Ok(self.put(document).await?));
        }
        Ok(written)
    }

    async fn clear(&self) -> Result<(), StoreError> {
        // Should the time not suffice, the next call deletes the rest.
        let mut pages =
            self.dynamodb.scan().table_name(&self.table).projection_expression("id").into_paginator().send();
        while let Some(page) = pages.next().await {
            for keys in page.map_err(failed)?.items().chunks(DELETES_AT_ONCE) {
                self.delete(keys).await?;
            }
        }
        Ok(())
    }
}

impl ReadTable {
    async fn put(&self, document: &Document) -> Result<Outcome, StoreError> {
        let call = self
            .dynamodb
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item_of(document)))
            // An older state, or the same one again, changes nothing.
            .condition_expression("attribute_not_exists(id) OR version < :version")
            .expression_attribute_values(":version", N(document.version.to_string()));
        match call.send().await {
            Ok(_) => Ok(Outcome::Written),
            Err(error) if error.as_service_error().is_some_and(PutItemError::is_conditional_check_failed_exception) => {
                Ok(Outcome::Known)
            }
            Err(error) => Err(failed(error)),
        }
    }

    async fn delete(&self, keys: &[Item]) -> Result<(), StoreError> {
        let mut requests = Vec::with_capacity(keys.len());
        for key in keys {
            let request = DeleteRequest::builder().set_key(Some(key.clone())).build();
            let request = request.map_err(|error| StoreError::Failed(error.to_string()))?;
            requests.push(WriteRequest::builder().delete_request(request).build());
        }
        while !requests.is_empty() {
            let call = self.dynamodb.batch_write_item().request_items(&self.table, requests);
            let answer = call.send().await.map_err(failed)?;
            requests = answer.unprocessed_items.and_then(|mut rest| rest.remove(&self.table)).unwrap_or_default();
            if !requests.is_empty() {
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(())
    }
}

/// The search in DynamoDB's own language.
const fn condition_of(search: &Search) -> &'static str {
    match (search.minimum, search.maximum) {
        (None, None) => "#collection = :collection",
        (Some(_), None) => "#collection = :collection AND balance >= :minimum",
        (None, Some(_)) => "#collection = :collection AND balance <= :maximum",
        (Some(_), Some(_)) => "#collection = :collection AND balance BETWEEN :minimum AND :maximum",
    }
}

/// A document as DynamoDB wants it: numbers travel as text.
fn item_of(document: &Document) -> Item {
    let Document { id, balance, version, opened_at, updated_at } = document.clone();
    let values = [
        ("collection", S(COLLECTION.to_owned())),
        ("id", S(id)),
        ("balance", N(balance.to_string())),
        ("version", N(version.to_string())),
        ("opened_at", S(opened_at)),
        ("updated_at", S(updated_at)),
    ];
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The document in an item, without what belongs to the index alone.
fn document_in(item: &Item) -> Result<Document, StoreError> {
    let text = |name| item.get(name).and_then(|value| value.as_s().ok()).cloned();
    let document = || {
        Some(Document {
            id: text("id")?,
            balance: item.get("balance")?.as_n().ok()?.parse().ok()?,
            version: item.get("version")?.as_n().ok()?.parse().ok()?,
            opened_at: text("opened_at")?,
            updated_at: text("updated_at")?,
        })
    };
    document().ok_or_else(|| StoreError::Failed("the read model has an item that is no document".to_owned()))
}
