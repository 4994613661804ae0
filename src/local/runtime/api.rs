//! The Lambda Runtime API for one process (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>).
//!
//! Each process gets an address of its own: the last request of one that was ended must not reach the next.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

use crate::host::clock::now_ms;

const ROOT: &str = "/2018-06-01/runtime/";
const REQUEST_ID: &str = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";

/// What a runtime did.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// It asks for its first event.
    Ready(Instant),
    /// It cannot start the code.
    InitError(String),
    /// It answered an event; true for an error.
    Answered(Instant, bool),
}

/// The API of one process.
pub(super) struct Api {
    address: String,
    signals: UnboundedReceiver<Signal>,
    events: UnboundedSender<Event>,
    server: JoinHandle<()>,
}

#[derive(Debug)]
struct Event {
    payload: Vec<u8>,
    deadline_ms: u128,
}

struct State {
    signals: UnboundedSender<Signal>,
    events: Mutex<mpsc::UnboundedReceiver<Event>>,
}

impl Api {
    pub(super) async fn listen() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let (signals_in, signals) = unbounded_channel();
        let (events, events_out) = unbounded_channel();
        let state = Arc::new(State { signals: signals_in, events: Mutex::new(events_out) });
        let server = tokio::spawn(serve(listener, state));
        Ok(Self { address, signals, events, server })
    }

    /// The value of `AWS_LAMBDA_RUNTIME_API`.
    pub(super) fn address(&self) -> String {
        self.address.clone()
    }

    /// The next thing the runtime does; waits for ever if it does nothing.
    pub(super) async fn signal(&mut self) -> Signal {
        match self.signals.recv().await {
            Some(signal) => signal,
            None => std::future::pending().await,
        }
    }

    /// Gives the runtime an event as soon as it asks for one.
    pub(super) fn hand_over(&self, payload: Vec<u8>, timeout: Duration) {
        let now = Duration::from_millis(now_ms());
        // Nobody takes it when the server has ended, and then nobody waits for the answer either.
        let _ = self.events.send(Event { payload, deadline_ms: (now + timeout).as_millis() });
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, state: Arc<State>) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        connections.spawn(async move {
            let service = service_fn(move |request| answer(request, Arc::clone(&state)));
            // A runtime that is ended in the middle of a request is no error.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(request: Request<Incoming>, state: Arc<State>) -> Result<Response<Full<Bytes>>, Infallible> {
    let arrived = Instant::now();
    let path = request.uri().path().strip_prefix(ROOT).unwrap_or_default().to_owned();
    if request.method() == Method::GET && path == "invocation/next" {
        return Ok(next(&state, arrived).await);
    }
    let kind = path.rsplit('/').next().unwrap_or_default().to_owned();
    let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let signal = match (path.as_str(), kind.as_str()) {
        ("init/error", _) => Signal::InitError(described(&body)),
        (_, "response") => Signal::Answered(arrived, false),
        (_, "error") => Signal::Answered(arrived, true),
        _ => return Ok(plain(StatusCode::NOT_FOUND)),
    };
    // Nobody listens any more once the measurement is over.
    let _ = state.signals.send(signal);
    Ok(plain(StatusCode::ACCEPTED))
}

async fn next(state: &State, arrived: Instant) -> Response<Full<Bytes>> {
    let _ = state.signals.send(Signal::Ready(arrived));
    let Some(event) = state.events.lock().await.recv().await else { return plain(StatusCode::GONE) };
    let response = Response::builder()
        .header("Lambda-Runtime-Aws-Request-Id", REQUEST_ID)
        .header("Lambda-Runtime-Deadline-Ms", event.deadline_ms.to_string())
        .header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:local")
        .header("Content-Type", "application/json")
        .body(Full::new(Bytes::from(event.payload)));
    response.unwrap_or_else(|_| plain(StatusCode::INTERNAL_SERVER_ERROR))
}

fn plain(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(b"{}")));
    *response.status_mut() = status;
    response
}

/// `Type: message` of an error as runtimes report it.
fn described(body: &[u8]) -> String {
    let value: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let field = |name: &str| value.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    match (field("errorType"), field("errorMessage")) {
        ("", "") => String::from_utf8_lossy(body).chars().take(300).collect(),
        (kind, message) => format!("{kind}: {message}"),
    }
}
