//! The workers' way to AWS. Decides nothing.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_s3::error::DisplayErrorContext;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use crate::ports::{Items, Objects, StoreError};
use crate::work::{Artifact, Fact, Facts};

/// Region, credentials and endpoint, as Lambda gives them in the environment.
pub async fn config() -> SdkConfig {
    let tls = Provider::Rustls(CryptoMode::Ring);
    let http = aws_smithy_http_client::Builder::new().tls_provider(tls).build_https();
    aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await
}

impl Objects for aws_sdk_s3::Client {
    async fn get(&self, bucket: &str, key: &str) -> Result<Vec<u8>, StoreError> {
        let object = self.get_object().bucket(bucket).key(key).send().await.map_err(failed("s3:GetObject"))?;
        let content = object.body.collect().await.map_err(failed("s3:GetObject"))?;
        Ok(content.to_vec())
    }

    async fn put(&self, bucket: &str, key: &str, artifact: Artifact) -> Result<(), StoreError> {
        let request = self.put_object().bucket(bucket).key(key);
        let request = request.body(artifact.body.into()).content_type(artifact.content_type);
        request.send().await.map(drop).map_err(failed("s3:PutObject"))
    }
}

impl Items for aws_sdk_dynamodb::Client {
    async fn put(&self, table: &str, item: Facts) -> Result<(), StoreError> {
        let item = item.into_iter().map(|(name, fact)| (name.to_owned(), attribute(fact))).collect();
        let request = self.put_item().table_name(table).set_item(Some(item));
        request.send().await.map(drop).map_err(failed("dynamodb:PutItem"))
    }
}

/// A value as DynamoDB wants it: numbers travel as text.
fn attribute(fact: Fact) -> AttributeValue {
    match fact {
        Fact::Text(text) => AttributeValue::S(text),
        Fact::Number(number) => AttributeValue::N(number.to_string()),
    }
}

/// The whole chain of causes: the SDK's errors say by themselves only "service error".
fn failed<E: std::error::Error>(operation: &'static str) -> impl FnOnce(E) -> StoreError {
    move |error| StoreError { operation, reason: DisplayErrorContext(&error).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_typed() {
        assert_eq!(attribute(Fact::Text("a".into())), AttributeValue::S("a".into()));
        assert_eq!(attribute(Fact::Number(7)), AttributeValue::N("7".into()));
    }
}
