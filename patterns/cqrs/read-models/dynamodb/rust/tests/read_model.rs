//! The read model in DynamoDB. Its answers are scripted; its requests are real ones, as the SDK sends them.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "clippy lets tests do this, but not what helps them")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::{Client, Config};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use functions::documents::{Document, Outcome, ReadModel, Search};
use functions::read_model::ReadTable;
use serde_json::{Value, json};

#[derive(Clone, Debug)]
struct DynamoDb {
    answers: Arc<Mutex<VecDeque<(u16, Value)>>>,
    requests: Arc<Mutex<Vec<(String, Value)>>>,
}

impl DynamoDb {
    fn with(answers: &[(u16, Value)]) -> Self {
        Self { answers: Arc::new(Mutex::new(answers.iter().cloned().collect())), requests: Arc::default() }
    }

    fn table(&self) -> ReadTable {
        let connector = SharedHttpConnector::new(self.clone());
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::for_tests())
            .retry_config(RetryConfig::disabled())
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .build();
        ReadTable { dynamodb: Client::from_conf(config), table: "accounts".to_owned() }
    }

    fn requests(&self) -> Vec<(String, Value)> {
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

fn document() -> Document {
    let at = "2026-01-01T00:00:00.000Z".to_owned();
    Document { id: "a".into(), balance: -3, version: 2, opened_at: at.clone(), updated_at: at }
}

fn item() -> Value {
    let at = json!({"S": "2026-01-01T00:00:00.000Z"});
    json!({
        "collection": {"S": "accounts"}, "id": {"S": "a"}, "balance": {"N": "-3"}, "version": {"N": "2"},
        "opened_at": at, "updated_at": at,
    })
}

#[tokio::test]
async fn a_document_is_read_consistently() {
    let dynamodb = DynamoDb::with(&[(200, json!({"Item": item()})), (200, json!({}))]);
    assert_eq!(dynamodb.table().get("a").await, Ok(Some(document())));
    assert_eq!(dynamodb.table().get("b").await, Ok(None));
    assert_eq!(dynamodb.requests()[0].1["ConsistentRead"], true);
}

#[tokio::test]
async fn an_older_state_changes_nothing() {
    let refused = json!({"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"});
    let dynamodb = DynamoDb::with(&[(200, json!({})), (400, refused)]);
    for outcome in [Outcome::Written, Outcome::Known] {
        let written = dynamodb.table().write(&[document()]).await.unwrap();
        assert_eq!(written.into_iter().collect::<Vec<_>>(), [("a".to_owned(), Ok(outcome))]);
    }
    let (operation, input) = &dynamodb.requests()[0];
    assert_eq!((operation.as_str(), &input["Item"]), ("PutItem", &item()));
    assert_eq!(input["ConditionExpression"], "attribute_not_exists(id) OR version < :version");
    assert_eq!(input["ExpressionAttributeValues"], json!({":version": {"N": "2"}}));
}

#[tokio::test]
async fn a_search_asks_the_index_for_a_range() {
    let cases = [
        (None, None, "#collection = :collection"),
        (Some(1), None, "#collection = :collection AND balance >= :minimum"),
        (None, Some(9), "#collection = :collection AND balance <= :maximum"),
        (Some(1), Some(9), "#collection = :collection AND balance BETWEEN :minimum AND :maximum"),
    ];
    for (minimum, maximum, condition) in cases {
        let dynamodb = DynamoDb::with(&[(200, json!({"Items": [item()]}))]);
        let after = Some((5, "b".to_owned()));
        let search = Search { minimum, maximum, is_descending: true, limit: 3, after };
        assert_eq!(dynamodb.table().search(&search).await, Ok(vec![document()]));
        let input = &dynamodb.requests()[0].1;
        assert_eq!(input["KeyConditionExpression"], condition);
        assert_eq!(
            (&input["IndexName"], &input["ScanIndexForward"], &input["Limit"]),
            (&json!("by-balance"), &json!(false), &json!(3))
        );
        let start = json!({"collection": {"S": "accounts"}, "balance": {"N": "5"}, "id": {"S": "b"}});
        assert_eq!(input["ExclusiveStartKey"], start);
        let values = input["ExpressionAttributeValues"].as_object().unwrap();
        assert_eq!(values.len(), 1 + usize::from(minimum.is_some()) + usize::from(maximum.is_some()));
    }
}

#[tokio::test]
async fn clearing_deletes_page_after_page_and_what_was_left_over() {
    let keys: Vec<_> = (0..30).map(|number| json!({"id": {"S": format!("a{number}")}})).collect();
    let rest = json!({"accounts": [{"DeleteRequest": {"Key": {"id": {"S": "a7"}}}}]});
    let dynamodb = DynamoDb::with(&[
        (200, json!({"Items": keys, "LastEvaluatedKey": {"id": {"S": "a29"}}})),
        (200, json!({"UnprocessedItems": rest})),
        (200, json!({})),
        (200, json!({"UnprocessedItems": {}})),
        (200, json!({"Items": []})),
    ]);
    dynamodb.table().clear().await.unwrap();
    let requests = dynamodb.requests();
    let operations: Vec<_> = requests.iter().map(|(operation, _)| operation.as_str()).collect();
    assert_eq!(operations, ["Scan", "BatchWriteItem", "BatchWriteItem", "BatchWriteItem", "Scan"]);
    let deleted: Vec<_> =
        requests.iter().filter_map(|(_, input)| Some(input["RequestItems"]["accounts"].as_array()?.len())).collect();
    assert_eq!(deleted, [25, 1, 5]);
}
