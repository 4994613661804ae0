//! The `Web` port over the SDK's own HTTP client: no second TLS stack, connections kept open and shared.

use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

use super::error::{by_transport, chain};
use super::session::proxy;
use crate::ports::{RemoteError, Web};
use crate::promise::web::{Answer, Request};

/// Who asks.
const AGENT: &str = concat!("slsx/", env!("CARGO_PKG_VERSION"));

/// An HTTP client. Every idle connection is used again, and there is one for each request in flight.
#[derive(Debug)]
pub struct WebClient {
    connector: Connector,
}

impl WebClient {
    /// A client for addresses like this one; a proxy is not asked for those on this machine.
    #[must_use]
    pub fn new(url: &str) -> Self {
        let connector = Connector::builder()
            .proxy_config(proxy(Some(url)))
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build();
        Self { connector }
    }

    async fn exchange(&self, request: &Request) -> Result<Answer, RemoteError> {
        let operation = request.method.clone();
        let invalid = |error: &dyn std::error::Error| RemoteError::Rejected {
            operation: request.method.clone(),
            code: "InvalidRequest".into(),
            message: format!("{}: {error}", request.url),
        };
        let body = request.body.as_deref().map_or_else(SdkBody::empty, SdkBody::from);
        let mut message = HttpRequest::new(body);
        message.set_method(&request.method).map_err(|error| invalid(&error))?;
        message.set_uri(request.url.as_str()).map_err(|error| invalid(&error))?;
        let headers = message.headers_mut();
        for (name, value) in &request.headers {
            headers.try_insert(name.clone(), value.clone()).map_err(|error| invalid(&error))?;
        }
        if !headers.contains_key("user-agent") {
            headers.insert("user-agent", AGENT);
        }
        let reply = self
            .connector
            .call(message)
            .await
            .map_err(|error| by_transport(operation.clone(), chain(&error)))?;
        let status = reply.status().as_u16();
        let headers = reply
            .headers()
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let body = ByteStream::new(reply.into_body())
            .collect()
            .await
            .map_err(|error| RemoteError::Unknown { operation, message: chain(&error) })?;
        Ok(Answer { status, headers, body: body.to_vec() })
    }
}

impl Web for WebClient {
    async fn send(&self, request: &Request, patience: Duration) -> Result<Answer, RemoteError> {
        tokio::time::timeout(patience, self.exchange(request)).await.unwrap_or_else(|_| {
            Err(RemoteError::Unknown {
                operation: request.method.clone(),
                message: format!("no reply within {} s", patience.as_secs()),
            })
        })
    }
}
