//! Requests to the search domain, signed with the function's role. Knows nothing of what they ask for.

use std::time::{Duration, SystemTime};

use aws_config::{Region, SdkConfig};
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use serde_json::Value;

use crate::aws::StoreError;

/// Every request may be sent twice without harm: writes carry the version of what they write.
const ATTEMPTS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// Three attempts must end before the function's time is over.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const READ_TIMEOUT: Duration = Duration::from_secs(5);
const LONGEST_REASON: usize = 500;

/// An OpenSearch domain. Its access policy tells this function from others by the signature.
#[derive(Clone, Debug)]
pub struct SearchDomain {
    /// Keeps its connection from one invocation to the next: a TLS handshake costs more than the request.
    pub connector: SharedHttpConnector,
    pub credentials: Option<SharedCredentialsProvider>,
    pub region: Region,
    pub url: String,
}

impl SearchDomain {
    /// The domain at this endpoint.
    pub fn connect(config: &SdkConfig, endpoint: &str) -> Self {
        let settings =
            HttpConnectorSettings::builder().connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT).build();
        let mut connector = Connector::builder();
        connector.set_connector_settings(Some(settings));
        connector.set_sleep_impl(config.sleep_impl());
        Self {
            connector: SharedHttpConnector::new(connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).build()),
            credentials: config.credentials_provider(),
            region: config.region().cloned().unwrap_or_else(|| Region::from_static("us-east-1")),
            url: format!("https://{endpoint}"),
        }
    }

    /// What the domain answers. An answer that is no success is an error, unless its status is the one accepted.
    pub async fn request(
        &self,
        method: &str,
        path: &str,
        body: Option<String>,
        accepts: Option<u16>,
    ) -> Result<Value, StoreError> {
        let failed = |reason: String| StoreError::Failed(format!("{method} {path}: {reason}"));
        let mut attempt = 1;
        loop {
            let answer = self.send(method, path, body.clone().unwrap_or_default()).await;
            let may_pass = match &answer {
                Ok((status, _)) => matches!(status, 429 | 502 | 503 | 504),
                Err(_) => true,
            };
            if may_pass && attempt < ATTEMPTS {
                tokio::time::sleep(FIRST_PAUSE * attempt).await;
                attempt += 1;
                continue;
            }
            let (status, content) = answer.map_err(failed)?;
            if status >= 300 && Some(status) != accepts {
                let reason: String = String::from_utf8_lossy(&content).chars().take(LONGEST_REASON).collect();
                return Err(failed(format!("{status} {reason}")));
            }
            return serde_json::from_slice(&content).map_err(|error| failed(error.to_string()));
        }
    }

    /// Sends a request once: the status and content of the answer.
    async fn send(&self, method: &str, path: &str, body: String) -> Result<(u16, Vec<u8>), String> {
        let request = self.signed(method, path, body).await?;
        let request = request.try_into().map_err(|error| format!("{error}"))?;
        let answer = self.connector.call(request).await.map_err(|error| format!("{error:?}"))?;
        let status = answer.status().as_u16();
        let content = ByteStream::new(answer.into_body()).collect().await.map_err(|error| error.to_string())?;
        Ok((status, content.to_vec()))
    }

    /// The request with the signature in its headers. Credentials are asked for each time, as they expire.
    async fn signed(&self, method: &str, path: &str, body: String) -> Result<http::Request<SdkBody>, String> {
        let url = format!("{}{path}", self.url);
        let credentials = self.credentials.as_ref().ok_or("there are no credentials")?;
        let identity = credentials.provide_credentials().await.map_err(|error| error.to_string())?.into();
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(self.region.as_ref())
            .name("es")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| error.to_string())?;
        let content_type = if path.ends_with("/_bulk") { "application/x-ndjson" } else { "application/json" };
        let headers = [("content-type", content_type)];
        let headers = if body.is_empty() { &headers[..0] } else { &headers[..] };
        let signable =
            SignableRequest::new(method, &url, headers.iter().copied(), SignableBody::Bytes(body.as_bytes()))
                .map_err(|error| error.to_string())?;
        let signature = sign(signable, &parameters.into()).map_err(|error| error.to_string())?;
        let (instructions, _) = signature.into_parts();
        let mut request = http::Request::builder().method(method).uri(&url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(SdkBody::from(body)).map_err(|error| error.to_string())?;
        instructions.apply_to_request_http1x(&mut request);
        Ok(request)
    }
}
