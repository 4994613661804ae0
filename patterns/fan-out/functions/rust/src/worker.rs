//! What every worker does with an event, whatever its work is: read the upload, do the work, keep the result, say so.

use lambda_runtime::{Diagnostic, LambdaEvent};
use serde::Serialize;
use serde_json::Value;
use tracing::{Instrument, error, error_span, info};

use crate::ports::{Objects, StoreError};
use crate::results::{Results, Written};
use crate::upload::{Upload, uploads_in};

/// Why an event was not handled. Lambda tries again, and then keeps the event in the failure queue.
#[derive(Debug, thiserror::Error)]
pub enum Failure<E: std::error::Error> {
    #[error("the event is not one that SNS or EventBridge sends: {0}")]
    Event(#[from] serde_json::Error),
    #[error(transparent)]
    Work(E),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl<E: std::error::Error> From<Failure<E>> for Diagnostic {
    fn from(failure: Failure<E>) -> Self {
        let error_type = match failure {
            Failure::Event(_) => "UnknownEvent",
            Failure::Work(_) => "WorkFailed",
            Failure::Store(_) => "StoreFailed",
        };
        Self { error_type: error_type.to_owned(), error_message: failure.to_string() }
    }
}

/// What the handler returns: the key of each result.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub results: Vec<String>,
}

/// A worker: where uploads are, what is done with them, and where the results go.
pub struct Worker<O, K, W> {
    pub name: String,
    pub uploads: O,
    pub results: K,
    pub work: W,
}

impl<O, K, W> Worker<O, K, W> {
    /// Handles one event; called by Lambda.
    pub async fn handle<R, E>(&self, event: LambdaEvent<Value>) -> Result<Summary, Failure<E>>
    where
        O: Objects,
        K: Results<R>,
        W: Fn(&[u8]) -> Result<R, E>,
        E: std::error::Error,
    {
        let request = error_span!("event", aws_request_id = event.context.request_id, worker = self.name);
        self.work_on_all(event.payload).instrument(request).await
    }

    async fn work_on_all<R, E>(&self, event: Value) -> Result<Summary, Failure<E>>
    where
        O: Objects,
        K: Results<R>,
        W: Fn(&[u8]) -> Result<R, E>,
        E: std::error::Error,
    {
        let uploads = uploads_in(event)?;
        if uploads.is_empty() {
            info!("no upload in this event");
        }
        let mut results = Vec::with_capacity(uploads.len());
        for upload in &uploads {
            let trace = error_span!("upload", object_key = upload.key, correlation_id = upload.correlation_id);
            let work = async {
                info!("upload received");
                let outcome = self.work_on(upload).await;
                match &outcome {
                    Ok(written) => info!(result = written.place, "result written"),
                    Err(failure) => error!(reason = %failure, "upload failed"),
                }
                outcome
            };
            results.push(work.instrument(trace).await?.key);
        }
        Ok(Summary { results })
    }

    /// Does the work for one upload. Done twice, it leaves the same result in the same place.
    async fn work_on<R, E>(&self, upload: &Upload) -> Result<Written, Failure<E>>
    where
        O: Objects,
        K: Results<R>,
        W: Fn(&[u8]) -> Result<R, E>,
        E: std::error::Error,
    {
        let content = self.uploads.get(&upload.bucket, &upload.key).await?;
        let result = (self.work)(&content).map_err(Failure::Work)?;
        Ok(self.results.keep(upload, result).await?)
    }
}
