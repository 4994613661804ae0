//! Counts the requests that leave this process: what a command costs in API calls is a figure of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// How many requests were sent so far, retries among them.
#[derive(Clone, Debug, Default)]
pub(super) struct Count(Arc<AtomicU64>);

impl Count {
    /// The figure.
    pub(super) fn requests(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
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
        self.count.0.fetch_add(1, Ordering::Relaxed);
        self.connector.call(request)
    }
}
