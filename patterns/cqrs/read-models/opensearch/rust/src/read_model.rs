//! The read model in OpenSearch: one index, one document for each account. Trusts the version that comes with each.

pub mod search_domain;

use std::sync::atomic::{AtomicBool, Ordering};

use aws_config::SdkConfig;
use serde_json::{Map, Value, json};

use crate::aws::{MissingSetting, StoreError, setting};
use crate::documents::{Document, Outcome, ReadModel, Search, Written};
use search_domain::SearchDomain;

const INDEX: &str = "accounts";
const CLEAR_ATTEMPTS: u8 = 5;

/// The index of the accounts.
#[derive(Debug)]
pub struct Index {
    domain: SearchDomain,
    replicas: u8,
    is_there: AtomicBool,
}

/// The read model of this project.
pub fn connect(config: &SdkConfig) -> Result<Index, MissingSetting> {
    let replicas = setting("REPLICAS").ok().and_then(|replicas| replicas.parse().ok()).unwrap_or(0);
    Ok(Index::new(SearchDomain::connect(config, &setting("SEARCH_ENDPOINT")?), replicas))
}

impl Index {
    /// The index in this domain; made before the first write.
    pub const fn new(domain: SearchDomain, replicas: u8) -> Self {
        Self { domain, replicas, is_there: AtomicBool::new(false) }
    }

    /// Makes the index; whether it was not there before.
    async fn create(&self) -> Result<bool, StoreError> {
        let definition = definition(self.replicas).to_string();
        let answer = self.domain.request("PUT", &format!("/{INDEX}"), Some(definition), Some(400)).await?;
        let reason = answer.pointer("/error/type").and_then(Value::as_str);
        if reason.is_some_and(|reason| reason != "resource_already_exists_exception") {
            return Err(StoreError::Failed(format!("the index {INDEX} cannot be made: {answer}")));
        }
        self.is_there.store(true, Ordering::Relaxed);
        Ok(reason.is_none())
    }
}

impl ReadModel for Index {
    async fn get(&self, account: &str) -> Result<Option<Document>, StoreError> {
        // By its id a document is found as soon as it is written; a search finds it up to a second later.
        let found = self.domain.request("GET", &format!("/{INDEX}/_doc/{account}"), None, Some(404)).await?;
        let is_found = found.get("found").and_then(Value::as_bool).unwrap_or(false);
        found.get("_source").filter(|_| is_found).map(document_in).transpose()
    }

    async fn search(&self, search: &Search) -> Result<Vec<Document>, StoreError> {
        let query = query_of(search).to_string();
        // 404: there is no index before the first event.
        let found = self.domain.request("POST", &format!("/{INDEX}/_search"), Some(query), Some(404)).await?;
        let hits = found.pointer("/hits/hits").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        hits.iter().map(|hit| document_in(hit.get("_source").unwrap_or(&Value::Null))).collect()
    }

    async fn write(&self, documents: &[Document]) -> Result<Written, StoreError> {
        if documents.is_empty() {
            return Ok(Written::new());
        }
        if !self.is_there.load(Ordering::Relaxed) {
            self.create().await?;
        }
        let lines: String =
            documents.iter().map(|document| format!("{}\n{}\n", action_of(document), json!(document))).collect();
        let answer = self.domain.request("POST", &format!("/{INDEX}/_bulk"), Some(lines), None).await?;
        let items = answer.get("items").and_then(Value::as_array);
        let items = items.ok_or_else(|| StoreError::Failed(format!("no items in the answer {answer}")))?;
        Ok(items.iter().filter_map(|item| outcome_of(item.get("index")?)).collect())
    }

    async fn clear(&self) -> Result<(), StoreError> {
        for _ in 0..CLEAR_ATTEMPTS {
            self.domain.request("DELETE", &format!("/{INDEX}"), None, Some(404)).await?;
            // If there is an index already, a write between the two requests has made it, and guessed its mapping.
            if self.create().await? {
                return Ok(());
            }
        }
        Err(StoreError::Failed(format!("the index {INDEX} comes back each time it is deleted")))
    }
}

fn definition(replicas: u8) -> Value {
    json!({
        "settings": {"index": {"number_of_shards": 1, "number_of_replicas": replicas}},
        "mappings": {
            // Fields that are not named here are refused, so that a typing error does not become a field of its own.
            "dynamic": "strict",
            "properties": {
                "id": {"type": "keyword"},
                "balance": {"type": "long"},
                "version": {"type": "long"},
                "opened_at": {"type": "date"},
                "updated_at": {"type": "date"},
            },
        },
    })
}

/// What says where a document belongs. OpenSearch refuses a version that is not higher than the one it has.
fn action_of(document: &Document) -> Value {
    json!({"index": {"_id": document.id, "version": document.version, "version_type": "external"}})
}

/// What the answer to a bulk request says of one document.
fn outcome_of(item: &Value) -> Option<(String, Result<Outcome, String>)> {
    let account = item.get("_id")?.as_str()?.to_owned();
    let outcome = match item.get("status")?.as_u64()? {
        200..300 => Ok(Outcome::Written),
        409 => Ok(Outcome::Known),
        status => {
            let text = |pointer| item.pointer(pointer).and_then(Value::as_str).unwrap_or("?");
            Err(format!("{status} {}: {}", text("/error/type"), text("/error/reason")))
        }
    };
    Some((account, outcome))
}

/// The search in OpenSearch's own language.
fn query_of(search: &Search) -> Value {
    let bounds = [("gte", search.minimum), ("lte", search.maximum)];
    let given: Map<_, _> =
        bounds.into_iter().filter_map(|(name, bound)| Some((name.to_owned(), bound?.into()))).collect();
    let order = if search.is_descending { "desc" } else { "asc" };
    let query = if given.is_empty() { json!({"match_all": {}}) } else { json!({"range": {"balance": given}}) };
    let mut body = json!({"size": search.limit, "query": query, "sort": [{"balance": order}, {"id": order}]});
    if let (Some((balance, account)), Some(members)) = (&search.after, body.as_object_mut()) {
        members.insert("search_after".to_owned(), json!([balance, account]));
    }
    body
}

fn document_in(source: &Value) -> Result<Document, StoreError> {
    serde_json::from_value(source.clone())
        .map_err(|error| StoreError::Failed(format!("the read model has something that is no document: {error}")))
}
