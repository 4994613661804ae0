//! A stand-in for S3 and DynamoDB behind the SDK's own HTTP: it sees the requests as they are sent.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use functions::aws::Jobs;
use serde_json::{Value, json};

/// Objects, and for the table: what it was asked, and the item in the way, for which no condition holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Aws {
    pub(crate) objects: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    pub(crate) writes: Arc<Mutex<Vec<Value>>>,
    pub(crate) in_the_way: Arc<Mutex<Option<Value>>>,
    /// Deletions fail.
    pub(crate) keeps_all: Arc<Mutex<bool>>,
}

impl Aws {
    /// With one object in the bucket.
    pub(crate) fn with(key: &str, content: &[u8]) -> Self {
        let aws = Self::default();
        aws.objects.lock().unwrap().insert(key.to_owned(), content.to_vec());
        aws
    }

    /// The keys in the bucket.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.objects.lock().unwrap().keys().cloned().collect()
    }

    /// The table's last write.
    pub(crate) fn write(&self) -> Value {
        self.writes.lock().unwrap().last().unwrap().clone()
    }

    /// The statuses that were written by updates, in their order.
    pub(crate) fn statuses(&self) -> Vec<String> {
        let status = |write: &Value| write["ExpressionAttributeValues"][":status"]["S"].as_str().map(str::to_owned);
        self.writes.lock().unwrap().iter().filter_map(status).collect()
    }

    /// Jobs that are kept here.
    pub(crate) fn jobs(&self) -> Jobs {
        let (region, credentials) = (Region::new("us-east-1"), Credentials::for_tests());
        let s3 = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(region.clone())
            .credentials_provider(credentials.clone())
            .endpoint_url("http://127.0.0.1:9")
            .force_path_style(true)
            .http_client(self.http_client());
        let dynamodb = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(region)
            .credentials_provider(credentials)
            .http_client(self.http_client());
        Jobs {
            s3: aws_sdk_s3::Client::from_conf(s3.build()),
            dynamodb: aws_sdk_dynamodb::Client::from_conf(dynamodb.build()),
            bucket: "media".to_owned(),
            table: "jobs".to_owned(),
        }
    }

    fn http_client(&self) -> SharedHttpClient {
        let connector = SharedHttpConnector::new(self.clone());
        http_client_fn(move |_, _| connector.clone())
    }

    fn object(&self, request: &HttpRequest) -> (u16, Vec<u8>) {
        let path = request.uri().split("/media/").nth(1).unwrap().split('?').next().unwrap().to_owned();
        let mut objects = self.objects.lock().unwrap();
        match request.method() {
            "GET" => match objects.get(&path) {
                Some(content) => (200, content.clone()),
                None => (404, b"<Error><Code>NoSuchKey</Code><Message>no</Message></Error>".to_vec()),
            },
            "PUT" => {
                assert_eq!(request.headers().get("content-type"), Some("application/gzip"));
                objects.insert(path, request.body().bytes().unwrap().to_vec());
                (200, Vec::new())
            }
            "DELETE" if *self.keeps_all.lock().unwrap() => {
                (403, b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>".to_vec())
            }
            "DELETE" => {
                // Marked until then, so that nobody else makes a result that is deleted here.
                assert_eq!(self.statuses().last().unwrap(), "compensating");
                objects.remove(&path);
                (204, Vec::new())
            }
            other => panic!("{other} is not expected"),
        }
    }

    fn item(&self, request: &HttpRequest) -> (u16, Vec<u8>) {
        let write: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let wants_item = write["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD";
        self.writes.lock().unwrap().push(write);
        let Some(item) = self.in_the_way.lock().unwrap().clone() else { return (200, b"{}".to_vec()) };
        let kind = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
        let answer = if wants_item { json!({"__type": kind, "Item": item}) } else { json!({"__type": kind}) };
        (400, answer.to_string().into_bytes())
    }
}

impl HttpConnector for Aws {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let is_table = request.headers().get("x-amz-target").is_some();
        let (status, body) = if is_table { self.item(&request) } else { self.object(&request) };
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body))))
    }
}
