//! Counts the requests that leave this process: what a command costs in API calls is a figure of its own. Notes too
//! what time it is at AWS.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// How many requests were sent so far, retries among them.
#[derive(Clone, Debug, Default)]
pub(super) struct Count {
    requests: Arc<AtomicU64>,
    /// The `Date` of the last answer.
    date: Arc<Mutex<Option<String>>>,
}

impl Count {
    /// The figure.
    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// The time of the last answer, in milliseconds since 1970.
    pub(super) fn time_ms(&self) -> Option<i64> {
        let date = self.date.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let time = jiff::fmt::rfc2822::parse(&date).ok()?;
        Some(time.timestamp().as_millisecond())
    }

    /// The same client, counted.
    pub(super) fn on(&self, client: SharedHttpClient) -> SharedHttpClient {
        SharedHttpClient::new(CountedClient { client, count: self.clone() })
    }
}

#[derive(Debug)]
struct CountedClient {
    client: SharedHttpClient,
    count: Count,
}

impl HttpClient for CountedClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connector = self.client.http_connector(settings, components);
        SharedHttpConnector::new(CountedConnector { connector, count: self.count.clone() })
    }
}

#[derive(Debug)]
struct CountedConnector {
    connector: SharedHttpConnector,
    count: Count,
}

impl HttpConnector for CountedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.count.requests.fetch_add(1, Ordering::Relaxed);
        let (answer, date) = (self.connector.call(request), self.count.date.clone());
        HttpConnectorFuture::new(async move {
            let answer = answer.await?;
            if let Some(told) = answer.headers().get("date") {
                *date.lock().unwrap_or_else(PoisonError::into_inner) = Some(told.to_owned());
            }
            Ok(answer)
        })
    }
}
