//! Requests and answers of the HTTP API; knows neither accounts nor where they are kept.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_runtime::LambdaEvent;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tracing::{Instrument, error, error_span, info};

use crate::aws::StoreError;

/// One HTTP request. Header names are in lower case, as the HTTP API sends them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    pub id: String,
    pub method: String,
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub query: BTreeMap<String, String>,
    pub parameters: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

/// One HTTP answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: String,
    pub headers: BTreeMap<&'static str, String>,
    pub facts: Facts,
}

/// What an answer is about, for the log alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub account: Option<String>,
    pub version: Option<u64>,
    pub items: Option<usize>,
}

/// Why a request is refused, in the terms of RFC 9457.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub status: u16,
    pub kind: &'static str,
    pub detail: String,
    pub errors: Vec<Fault>,
    pub headers: Vec<(&'static str, &'static str)>,
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    #[serde(flatten)]
    pub place: Place,
    pub detail: String,
}

/// Where something is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    Header(&'static str),
    Parameter(&'static str),
    /// A JSON pointer into the content, as the fragment of a URI.
    Pointer(String),
}

/// Why there is no answer as it was asked for: the caller's fault, or ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Problem(Problem),
    /// Something failed here; the text is for the log only.
    Failure(String),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Throttled(_) => Problem::passing(503, "overloaded", "try again in a moment").into(),
            StoreError::Failed(exception) => Self::Failure(exception),
        }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Problem {
    /// A problem without errors in detail.
    pub fn new(status: u16, kind: &'static str, detail: impl Into<String>) -> Self {
        Self { status, kind, detail: detail.into(), errors: Vec::new(), headers: Vec::new() }
    }

    /// A problem that may be gone in a moment.
    pub fn passing(status: u16, kind: &'static str, detail: &str) -> Self {
        Self { headers: vec![("retry-after", "1")], ..Self::new(status, kind, detail) }
    }

    /// A parameter or header is not as described.
    pub fn invalid_request(place: Place, detail: &str) -> Self {
        let errors = vec![Fault { place, detail: detail.to_owned() }];
        Self { errors, ..Self::new(400, "invalid-request", "a parameter or header is not as described") }
    }

    /// Nothing has this id.
    pub fn not_found() -> Self {
        Self::new(404, "not-found", "there is no such account")
    }

    /// The title is the same for every problem of a kind, so it can be made of it.
    fn title(&self) -> String {
        let mut words = self.kind.replace('-', " ");
        if let Some(first) = words.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        words
    }

    fn answer(self, request: &Request) -> Answer {
        let document = Document {
            kind: format!("urn:problem-type:{}", self.kind),
            title: self.title(),
            status: self.status,
            detail: &self.detail,
            instance: &request.path,
            request_id: &request.id,
            errors: &self.errors,
        };
        let mut headers: BTreeMap<_, _> =
            self.headers.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        headers.insert("content-type", "application/problem+json".to_owned());
        headers.insert("cache-control", "no-store".to_owned());
        Answer { status: self.status, body: json_of(&document), headers, facts: Facts::default() }
    }
}

/// A problem on the wire.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    detail: &'a str,
    instance: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Fault],
}

/// Answers the request in an event by `work`, in the form that API Gateway wants.
pub async fn answer(event: LambdaEvent<Value>, work: impl AsyncFnOnce(&Request) -> Result<Answer, Refusal>) -> Value {
    let request = request_of(event.payload);
    let trace = error_span!(
        "request",
        function_request_id = event.context.request_id,
        correlation_id = request.id,
        method = request.method,
        path = request.path
    );
    let answered = async {
        require_method(&request)?;
        work(&request).await
    };
    // On the heap: the SDK's futures are so deep that the compiler gives up on one that holds them all.
    let outcome = Box::pin(answered).instrument(trace.clone()).await;
    let _entered = trace.entered();
    let (answer, problem) = match outcome {
        Ok(answer) => (answer, None),
        Err(Refusal::Problem(problem)) => told(problem, &request),
        Err(Refusal::Failure(exception)) => {
            error!(exception, "request failed");
            let detail = "something failed here; the request id finds it in the log";
            told(Problem::new(500, "internal-error", detail), &request)
        }
    };
    let Facts { account, version, items } = answer.facts;
    info!(
        status = answer.status,
        account,
        version,
        items = items.map(|count| count as u64),
        problem,
        "request answered"
    );
    json!({"statusCode": answer.status, "headers": answer.headers, "body": answer.body})
}

fn told(problem: Problem, request: &Request) -> (Answer, Option<String>) {
    let kind = format!("urn:problem-type:{}", problem.kind);
    (problem.answer(request), Some(kind))
}

/// What is read of an event of payload format 2.0.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Event {
    raw_path: Option<String>,
    headers: Option<BTreeMap<String, String>>,
    query_string_parameters: Option<BTreeMap<String, String>>,
    path_parameters: Option<BTreeMap<String, String>>,
    request_context: Option<Context>,
    body: Option<String>,
    is_base64_encoded: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Context {
    request_id: String,
    http: Option<Http>,
}

#[derive(Default, Deserialize)]
struct Http {
    method: String,
}

/// The request in an event. An event that is none of API Gateway's is a request without a method.
pub fn request_of(event: Value) -> Request {
    let event: Event = serde_json::from_value(event).unwrap_or_default();
    let context = event.request_context.unwrap_or_default();
    let body = event.body.unwrap_or_default();
    Request {
        id: context.request_id,
        method: context.http.unwrap_or_default().method,
        path: event.raw_path.unwrap_or_default(),
        headers: event.headers.unwrap_or_default(),
        query: event.query_string_parameters.unwrap_or_default(),
        parameters: event.path_parameters.unwrap_or_default(),
        body: if event.is_base64_encoded { STANDARD.decode(body).unwrap_or_default() } else { body.into_bytes() },
    }
}

/// Refuses an event that is no request, such as the empty one of `slsx coldstart-bench`.
fn require_method(request: &Request) -> Result<(), Problem> {
    if request.method.is_empty() {
        return Err(Problem::new(400, "invalid-request", "the event is no request of an HTTP API"));
    }
    Ok(())
}

/// The value as compact JSON.
pub fn json_of(value: &impl Serialize) -> String {
    // Fails for maps with keys that are no text only, which are not made here.
    serde_json::to_string(value).unwrap_or_default()
}

/// An answer whose body is JSON. Callers may keep it, but must ask again before they use it.
pub fn json_answer(status: u16, content: &impl Serialize, facts: Facts) -> Answer {
    let headers =
        BTreeMap::from([("content-type", "application/json".to_owned()), ("cache-control", "no-cache".to_owned())]);
    Answer { status, body: json_of(content), headers, facts }
}

/// The JSON content of the request.
pub fn parsed(request: &Request) -> Result<Value, Problem> {
    let header = request.headers.get("content-type").map_or("application/json", String::as_str);
    let media_type = header.split(';').next().unwrap_or_default().trim().to_lowercase();
    let subtype = media_type.strip_prefix("application/").unwrap_or_default();
    if subtype != "json" && !subtype.ends_with("+json") {
        return Err(Problem::new(415, "unsupported-media-type", "the content must be application/json"));
    }
    let detail = "the request content is not valid JSON";
    serde_json::from_slice(&request.body).map_err(|_| Problem::new(400, "malformed-json", detail))
}
