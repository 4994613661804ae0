//! Requests and answers of HTTP, in both payload formats of API Gateway; knows neither DynamoDB nor the resource.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_runtime::LambdaEvent;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tracing::{Instrument, error, error_span, info};

const EXPOSED_HEADERS: &str = "etag,idempotent-replayed,location,retry-after";

/// One HTTP request, whichever kind of API it came through. Header names are in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    pub id: String,
    pub method: String,
    /// The path as the caller wrote it, with the stage where there is one.
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub query: BTreeMap<String, String>,
    pub parameters: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Request {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// One HTTP answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: String,
    pub headers: BTreeMap<&'static str, String>,
    /// Id of the item it is about, for the log.
    pub about: Option<String>,
}

/// Why a request is refused, in the terms of RFC 9457.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub status: u16,
    pub kind: &'static str,
    pub title: &'static str,
    pub detail: &'static str,
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

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Problem {
    /// A problem without errors in detail.
    pub const fn new(status: u16, kind: &'static str, title: &'static str, detail: &'static str) -> Self {
        Self { status, kind, title, detail, errors: Vec::new(), headers: Vec::new() }
    }

    /// A parameter or header is not as described.
    pub fn invalid_request(place: Place, detail: &str) -> Self {
        let problem = Self::new(400, "invalid-request", "Invalid request", "a parameter or header is not as described");
        Self { errors: vec![Fault { place, detail: detail.to_owned() }], ..problem }
    }

    /// Nothing has this id.
    pub const fn not_found() -> Self {
        Self::new(404, "not-found", "Not found", "there is nothing with this id")
    }

    /// Throttling that outlasts the client's retries.
    pub fn overloaded() -> Self {
        let problem = Self::new(503, "overloaded", "Overloaded", "try again in a moment");
        Self { headers: vec![("retry-after", "1")], ..problem }
    }

    /// The caller gets a problem that can be traced, not the gateway's bare message; the alarm counts it all the same.
    const fn failure() -> Self {
        let detail = "something failed here; the request id finds it in the log";
        Self::new(500, "internal-error", "Internal error", detail)
    }

    fn answer(self, request: &Request) -> Answer {
        let document = Document {
            kind: format!("urn:problem-type:{}", self.kind),
            title: self.title,
            status: self.status,
            detail: self.detail,
            instance: &request.path,
            request_id: &request.id,
            errors: &self.errors,
        };
        let mut headers: BTreeMap<_, _> =
            self.headers.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        headers.insert("content-type", "application/problem+json".to_owned());
        headers.insert("cache-control", "no-store".to_owned());
        Answer { status: self.status, body: json_of(&document), headers, about: None }
    }
}

/// A problem on the wire.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    instance: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Fault],
}

/// Answers the request in an event by `work`, in the form that API Gateway wants.
///
/// `origin` is set for a REST API only: an HTTP API adds the CORS headers itself.
pub async fn answer(
    event: LambdaEvent<Value>,
    origin: Option<&str>,
    work: impl AsyncFnOnce(&Request) -> Result<Answer, Refusal>,
) -> Value {
    let request = request_of(event.payload);
    let trace = error_span!(
        "request",
        function_request_id = event.context.request_id,
        correlation_id = request.id,
        method = request.method,
        path = request.path
    );
    let outcome = work(&request).instrument(trace.clone()).await;
    let _entered = trace.entered();
    let (answer, problem) = match outcome {
        Ok(answer) => (answer, None),
        Err(Refusal::Problem(problem)) => told(problem, &request),
        Err(Refusal::Failure(exception)) => {
            error!(exception, "request failed");
            told(Problem::failure(), &request)
        }
    };
    info!(status = answer.status, item = answer.about, problem, "request answered");
    let mut headers = answer.headers;
    headers.extend(cors_headers(origin));
    json!({"statusCode": answer.status, "headers": headers, "body": answer.body})
}

fn told(problem: Problem, request: &Request) -> (Answer, Option<String>) {
    let kind = format!("urn:problem-type:{}", problem.kind);
    (problem.answer(request), Some(kind))
}

/// What lets a page of another origin read the answer.
fn cors_headers(origin: Option<&str>) -> Vec<(&'static str, String)> {
    let Some(origin) = origin.filter(|origin| !origin.is_empty()) else { return Vec::new() };
    let mut headers = vec![
        ("access-control-allow-origin", origin.to_owned()),
        ("access-control-expose-headers", EXPOSED_HEADERS.to_owned()),
    ];
    if origin != "*" {
        headers.push(("vary", "origin".to_owned()));
    }
    headers
}

/// What is read of an event of an HTTP API (format 2.0) or of a REST API (format 1.0).
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Event {
    http_method: Option<String>,
    raw_path: Option<String>,
    headers: Option<BTreeMap<String, Option<String>>>,
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
    path: Option<String>,
    http: Option<Http>,
}

#[derive(Default, Deserialize)]
struct Http {
    method: String,
}

/// The request in an event. An event that is none of API Gateway's is a request without a path.
pub fn request_of(event: Value) -> Request {
    let event: Event = serde_json::from_value(event).unwrap_or_default();
    let context = event.request_context.unwrap_or_default();
    let headers = event.headers.unwrap_or_default().into_iter();
    let body = event.body.unwrap_or_default();
    Request {
        id: context.request_id,
        method: event.http_method.or(context.http.map(|http| http.method)).unwrap_or_default(),
        path: event.raw_path.or(context.path).unwrap_or_default(),
        headers: headers.filter_map(|(name, value)| Some((name.to_lowercase(), value?))).collect(),
        query: event.query_string_parameters.unwrap_or_default(),
        parameters: event.path_parameters.unwrap_or_default(),
        body: if event.is_base64_encoded { STANDARD.decode(body).unwrap_or_default() } else { body.into_bytes() },
    }
}

/// The value as compact JSON.
pub fn json_of(value: &impl Serialize) -> String {
    // Fails for maps with keys that are no text only, which are not made here.
    serde_json::to_string(value).unwrap_or_default()
}

/// An answer whose body is JSON. Callers may keep it, but must ask again before they use it.
pub fn json_answer(status: u16, body: String) -> Answer {
    let headers =
        BTreeMap::from([("content-type", "application/json".to_owned()), ("cache-control", "no-cache".to_owned())]);
    Answer { status, body, headers, about: None }
}

/// Refuses content that says it is something else than JSON.
pub fn require_json(request: &Request) -> Result<(), Problem> {
    let header = request.header("content-type").unwrap_or("application/json");
    let media_type = header.split(';').next().unwrap_or_default().trim().to_lowercase();
    let subtype = media_type.strip_prefix("application/").unwrap_or_default();
    if subtype == "json" || subtype.ends_with("+json") {
        return Ok(());
    }
    let detail = "the content must be application/json";
    Err(Problem::new(415, "unsupported-media-type", "Unsupported media type", detail))
}

/// The JSON content of the request.
pub fn parsed(request: &Request) -> Result<Value, Problem> {
    let detail = "the request content is not valid JSON";
    serde_json::from_slice(&request.body).map_err(|_| Problem::new(400, "malformed-json", "Malformed JSON", detail))
}
