//! DynamoDB as we need it: reading items as DynamoDB writes them.

use serde_json::{Map, Value};

use super::RemoteError;

/// An item: attribute names and values in DynamoDB's own JSON, such as `{"N": "5"}`.
pub type Item = Map<String, Value>;

/// A table's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableKeys {
    /// ARN of the table's stream, if it has one.
    pub stream_arn: Option<String>,
    /// Attribute that is the partition key.
    pub partition: String,
    /// Attribute that is the sort key, if there is one.
    pub sort: Option<String>,
}

/// DynamoDB tables; every read is consistent.
#[expect(async_fn_in_trait, reason = "current-thread runtime, generics only: Send is not needed")]
pub trait Tables {
    /// The table's keys.
    async fn keys(&self, table: &str) -> Result<TableKeys, RemoteError>;
    /// These attributes of every item whose key attribute begins with a text, page by page.
    async fn scan(
        &self,
        table: &str,
        attributes: &[&str],
        prefix: Option<(&str, &str)>,
        page: &mut dyn FnMut(Vec<Item>),
    ) -> Result<(), RemoteError>;
    /// Every item of one partition in the order of the sort key, all pages. The partition is a value in DynamoDB's
    /// own JSON.
    async fn partition(&self, table: &str, key: &str, value: &Value) -> Result<Vec<Item>, RemoteError>;
}
