//! The read model in OpenSearch. Its answers are scripted; its requests are signed ones, as they are sent.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "clippy lets tests do this, but not what helps them")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use aws_config::Region;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use functions::documents::{Document, Outcome, ReadModel, Search};
use functions::read_model::Index;
use functions::read_model::search_domain::SearchDomain;
use serde_json::{Value, json};

#[derive(Clone, Debug)]
struct OpenSearch {
    answers: Arc<Mutex<VecDeque<(u16, Value)>>>,
    requests: Arc<Mutex<Vec<(String, String)>>>,
}

impl OpenSearch {
    fn with(answers: &[(u16, Value)]) -> Self {
        Self { answers: Arc::new(Mutex::new(answers.iter().cloned().collect())), requests: Arc::default() }
    }

    fn index(&self) -> Index {
        let domain = SearchDomain {
            connector: SharedHttpConnector::new(self.clone()),
            credentials: Some(SharedCredentialsProvider::new(Credentials::new("key", "secret", None, None, "tests"))),
            region: Region::new("eu-west-1"),
            url: "https://search.example".to_owned(),
        };
        Index::new(domain, 1)
    }

    /// Method and path, with the content, of each request so far.
    fn requests(&self) -> Vec<(String, String)> {
        self.requests.lock().unwrap().clone()
    }
}

impl HttpConnector for OpenSearch {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let authorization = request.headers().get("authorization").unwrap();
        assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=key/"), "{authorization}");
        assert!(authorization.contains("/eu-west-1/es/aws4_request"), "{authorization}");
        let path = request.uri().strip_prefix("https://search.example").unwrap();
        let content = String::from_utf8(request.body().bytes().unwrap_or_default().to_vec()).unwrap();
        let content_type = match (content.is_empty(), path.ends_with("/_bulk")) {
            (true, _) => None,
            (false, true) => Some("application/x-ndjson"),
            (false, false) => Some("application/json"),
        };
        assert_eq!(request.headers().get("content-type"), content_type);
        self.requests.lock().unwrap().push((format!("{} {path}", request.method()), content));
        let (status, answer) = self.answers.lock().unwrap().pop_front().expect("one request too many");
        let answer = SdkBody::from(answer.to_string());
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status.try_into().unwrap(), answer)))
    }
}

fn document() -> Document {
    let at = "2026-01-01T00:00:00.000Z".to_owned();
    Document { id: "a".into(), balance: -3, version: 2, opened_at: at.clone(), updated_at: at }
}

fn exists() -> (u16, Value) {
    (400, json!({"error": {"type": "resource_already_exists_exception"}}))
}

#[tokio::test]
async fn a_document_is_found_by_its_id() {
    let domain = OpenSearch::with(&[
        (200, json!({"found": true, "_source": document()})),
        (404, json!({"found": false})),
        (404, json!({"error": {"type": "index_not_found_exception"}})),
    ]);
    let index = domain.index();
    assert_eq!(index.get("a").await, Ok(Some(document())));
    assert_eq!((index.get("b").await, index.get("c").await), (Ok(None), Ok(None)));
    assert_eq!(domain.requests()[0], ("GET /accounts/_doc/a".to_owned(), String::new()));
}

#[tokio::test]
async fn the_index_is_made_once_and_documents_carry_their_version() {
    let item =
        |id: &str, status: u16| json!({"index": {"_id": id, "status": status, "error": {"type": "t", "reason": "r"}}});
    let domain = OpenSearch::with(&[
        (200, json!({"acknowledged": true})),
        (200, json!({"items": [item("a", 201), item("b", 409), item("c", 400)]})),
        (200, json!({"items": [item("a", 200)]})),
    ]);
    let index = domain.index();
    let written = index.write(&[document()]).await.unwrap();
    assert_eq!(written["a"], Ok(Outcome::Written));
    assert_eq!(written["b"], Ok(Outcome::Known));
    assert_eq!(written["c"], Err("400 t: r".to_owned()));
    index.write(&[document()]).await.unwrap();
    assert_eq!(index.write(&[]).await, Ok([].into()));
    let requests = domain.requests();
    let places: Vec<_> = requests.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["PUT /accounts", "POST /accounts/_bulk", "POST /accounts/_bulk"]);
    let definition: Value = serde_json::from_str(&requests[0].1).unwrap();
    assert_eq!(definition["mappings"]["dynamic"], "strict");
    assert_eq!(definition["settings"]["index"]["number_of_replicas"], 1);
    let lines: Vec<Value> = requests[1].1.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let action = json!({"index": {"_id": "a", "version": 2, "version_type": "external"}});
    assert_eq!(lines, [action, json!(document())]);
    assert!(requests[1].1.ends_with('\n'));
}

#[tokio::test]
async fn a_search_asks_for_a_range_in_order() {
    let hits = json!({"hits": {"hits": [{"_source": document()}]}});
    let domain = OpenSearch::with(&[(200, hits.clone()), (200, hits), (404, json!({"error": {}}))]);
    let index = domain.index();
    let all = Search { minimum: None, maximum: None, is_descending: true, limit: 3, after: None };
    let some = Search { minimum: Some(1), is_descending: false, after: Some((5, "b".into())), ..all.clone() };
    assert_eq!(index.search(&all).await, Ok(vec![document()]));
    assert_eq!(index.search(&some).await, Ok(vec![document()]));
    assert_eq!(index.search(&all).await, Ok(vec![]));
    let bodies: Vec<Value> =
        domain.requests().iter().map(|(_, content)| serde_json::from_str(content).unwrap()).collect();
    let sort = json!([{"balance": "desc"}, {"id": "desc"}]);
    assert_eq!(bodies[0], json!({"size": 3, "query": {"match_all": {}}, "sort": sort}));
    assert_eq!(
        bodies[1],
        json!({
            "size": 3, "query": {"range": {"balance": {"gte": 1}}},
            "sort": [{"balance": "asc"}, {"id": "asc"}], "search_after": [5, "b"],
        })
    );
}

#[tokio::test]
async fn clearing_makes_sure_that_the_index_is_the_one_that_was_defined() {
    let domain =
        OpenSearch::with(&[(404, json!({})), exists(), (200, json!({})), (200, json!({"acknowledged": true}))]);
    domain.index().clear().await.unwrap();
    let places: Vec<_> = domain.requests().into_iter().map(|(place, _)| place).collect();
    assert_eq!(places, ["DELETE /accounts", "PUT /accounts", "DELETE /accounts", "PUT /accounts"]);
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_what_will_not_is_told() {
    let domain = OpenSearch::with(&[(503, json!({})), (429, json!({})), (200, json!({"found": false}))]);
    assert_eq!(domain.index().get("a").await, Ok(None));
    assert_eq!(domain.requests().len(), 3);
    let domain = OpenSearch::with(&[(403, json!({"Message": "not authorized"}))]);
    let error = domain.index().get("a").await.unwrap_err().to_string();
    assert_eq!(error, "GET /accounts/_doc/a: 403 {\"Message\":\"not authorized\"}");
}
