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

/// Objects, and for the table: what it was asked, and whether the condition of the next write holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Aws {
    pub(crate) objects: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    pub(crate) writes: Arc<Mutex<Vec<Value>>>,
    pub(crate) belongs_to_another: Arc<Mutex<bool>>,
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

    /// The table's only write so far.
    pub(crate) fn write(&self) -> Value {
        let writes = self.writes.lock().unwrap();
        assert_eq!(writes.len(), 1);
        writes[0].clone()
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
            "DELETE" => {
                objects.remove(&path);
                (204, Vec::new())
            }
            other => panic!("{other} is not expected"),
        }
    }

    fn item(&self, request: &HttpRequest) -> (u16, Vec<u8>) {
        self.writes.lock().unwrap().push(serde_json::from_slice(request.body().bytes().unwrap()).unwrap());
        let kind = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
        let (status, answer) =
            if *self.belongs_to_another.lock().unwrap() { (400, json!({"__type": kind})) } else { (200, json!({})) };
        (status, answer.to_string().into_bytes())
    }
}

impl HttpConnector for Aws {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let is_table = request.headers().get("x-amz-target").is_some();
        let (status, body) = if is_table { self.item(&request) } else { self.object(&request) };
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body))))
    }
}
