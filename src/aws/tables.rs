//! The `Tables` port over DynamoDB.

use serde_json::{Value, json};

use super::session::Session;
use super::signed::{Service, Signed};
use crate::ports::{Item, RemoteError, TableKeys, Tables};

const DYNAMODB: Service =
    Service { name: "dynamodb", host: "dynamodb", target: "DynamoDB_20120810", version: "1.0" };

/// DynamoDB.
pub struct DynamoTables {
    caller: Signed,
}

impl DynamoTables {
    /// Uses the session's credentials, region and endpoint.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        Self { caller: Signed::new(session, DYNAMODB) }
    }

    /// Every page of an operation, one after the other.
    async fn pages(
        &self,
        operation: &str,
        mut request: Value,
        page: &mut dyn FnMut(Vec<Item>),
    ) -> Result<(), RemoteError> {
        loop {
            let mut reply = self.caller.call(operation, &request).await?;
            let items = reply.get_mut("Items").map(Value::take).unwrap_or_default();
            page(serde_json::from_value(items).unwrap_or_default());
            match reply.get_mut("LastEvaluatedKey").map(Value::take) {
                Some(key @ Value::Object(_)) => set(&mut request, "ExclusiveStartKey", key),
                Some(_) | None => return Ok(()),
            }
        }
    }
}

impl Tables for DynamoTables {
    async fn keys(&self, table: &str) -> Result<TableKeys, RemoteError> {
        let reply = self.caller.call("DescribeTable", &json!({ "TableName": table })).await?;
        let found = reply.get("Table").unwrap_or(&Value::Null);
        let key = |kind: &str| {
            let keys = found.get("KeySchema")?.as_array()?;
            let key = keys.iter().find(|key| key.get("KeyType").and_then(Value::as_str) == Some(kind))?;
            Some(key.get("AttributeName")?.as_str()?.to_owned())
        };
        Ok(TableKeys {
            stream_arn: found.get("LatestStreamArn").and_then(Value::as_str).map(ToOwned::to_owned),
            partition: key("HASH").unwrap_or_default(),
            sort: key("RANGE"),
        })
    }

    async fn scan(
        &self,
        table: &str,
        attributes: &[&str],
        prefix: Option<(&str, &str)>,
        page: &mut dyn FnMut(Vec<Item>),
    ) -> Result<(), RemoteError> {
        let mut request = json!({ "TableName": table, "ConsistentRead": true });
        let mut names = serde_json::Map::new();
        // Attributes go by other names, because many words are reserved.
        for (index, attribute) in attributes.iter().enumerate() {
            names.insert(format!("#a{index}"), (*attribute).into());
        }
        if !attributes.is_empty() {
            let projection: Vec<&str> = names.keys().map(String::as_str).collect();
            set(&mut request, "ProjectionExpression", projection.join(", ").into());
        }
        if let Some((attribute, text)) = prefix {
            names.insert("#key".into(), attribute.into());
            set(&mut request, "FilterExpression", "begins_with(#key, :text)".into());
            set(&mut request, "ExpressionAttributeValues", json!({ ":text": { "S": text } }));
        }
        if !names.is_empty() {
            set(&mut request, "ExpressionAttributeNames", names.into());
        }
        self.pages("Scan", request, page).await
    }

    async fn partition(&self, table: &str, key: &str, value: &Value) -> Result<Vec<Item>, RemoteError> {
        let request = json!({
            "TableName": table,
            "ConsistentRead": true,
            "KeyConditionExpression": "#key = :value",
            "ExpressionAttributeNames": { "#key": key },
            "ExpressionAttributeValues": { ":value": value },
        });
        let mut items = Vec::new();
        self.pages("Query", request, &mut |page| items.extend(page)).await?;
        Ok(items)
    }
}

fn set(request: &mut Value, key: &str, value: Value) {
    if let Value::Object(members) = request {
        members.insert(key.to_owned(), value);
    }
}
