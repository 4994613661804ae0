//! A stand-in for DynamoDB behind the SDK's own HTTP.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::{Client, Config};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use functions::table::Table;
use serde_json::{Value, json};

/// Answers in the order in which they were given, and keeps what was asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct DynamoDb {
    answers: Arc<Mutex<VecDeque<(u16, Value)>>>,
    requests: Arc<Mutex<Vec<(String, Value)>>>,
}

impl DynamoDb {
    /// With these answers; one request too many is a failure of the test.
    pub(crate) fn with(answers: &[(u16, Value)]) -> Self {
        Self { answers: Arc::new(Mutex::new(answers.iter().cloned().collect())), requests: Arc::default() }
    }

    /// The table of the tests.
    pub(crate) fn table(&self) -> Table {
        let connector = SharedHttpConnector::new(self.clone());
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::for_tests())
            .retry_config(RetryConfig::disabled())
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .build();
        Table { dynamodb: Client::from_conf(config), name: "items".into(), collection: "orders".into() }
    }

    /// The operation and the input of each request so far.
    pub(crate) fn requests(&self) -> Vec<(String, Value)> {
        self.requests.lock().unwrap().clone()
    }
}

impl HttpConnector for DynamoDb {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap();
        let operation = target.strip_prefix("DynamoDB_20120810.").unwrap().to_owned();
        let input = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        self.requests.lock().unwrap().push((operation, input));
        let (status, answer) = self.answers.lock().unwrap().pop_front().expect("one request too many");
        let answer = SdkBody::from(answer.to_string());
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status.try_into().unwrap(), answer)))
    }
}

/// DynamoDB's answer when a condition does not hold; with the item that was found, if there is one.
pub(crate) fn condition_failed(item: Option<Value>) -> (u16, Value) {
    let mut answer = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "message": "The conditional request failed",
    });
    if let Some(item) = item {
        answer["Item"] = item;
    }
    (400, answer)
}

/// DynamoDB's answer when it is asked too much.
pub(crate) fn throttled() -> (u16, Value) {
    (400, json!({"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "slow down"}))
}

/// DynamoDB's answer when a transaction is cancelled, with a reason for each action.
pub(crate) fn cancelled(reasons: Value) -> (u16, Value) {
    (
        400,
        json!({
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "Message": "Transaction cancelled",
            "CancellationReasons": reasons,
        }),
    )
}
