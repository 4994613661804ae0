//! Single calls of AWS's JSON protocol, signed here: for services that are asked too seldom to be worth the crate,
//! whose build would take longer than everything they are asked.

use std::cell::RefCell;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use serde_json::Value;

use super::error::{by_code, chain};
use super::session::Session;
use super::web::WebClient;
use crate::ports::{RemoteError, Web};
use crate::promise::web::Request;

/// How often a call is tried that may be repeated.
const ATTEMPTS: u32 = 5;

/// Longest time for one attempt at a call that only asks.
pub(super) const ATTEMPT_LIMIT: Duration = Duration::from_secs(60);

/// A service that speaks the protocol.
#[derive(Clone, Copy, Debug)]
pub(super) struct Service {
    /// What requests are signed for, and what IAM calls it.
    pub(super) name: &'static str,
    /// The first part of its host name.
    pub(super) host: &'static str,
    /// What the operation's name is put behind in `X-Amz-Target`.
    pub(super) target: &'static str,
    /// Version of the protocol.
    pub(super) version: &'static str,
}

/// A caller for one service.
pub(super) struct Signed {
    service: Service,
    url: String,
    region: String,
    config: SdkConfig,
    web: WebClient,
    /// Those of the last call: to ask for them may start a program or call another service.
    known: RefCell<Option<Credentials>>,
}

/// Credentials are used until so long before they expire.
const EXPIRY_MARGIN: Duration = Duration::from_secs(60);

impl Signed {
    pub(super) fn new(session: &Session, service: Service) -> Self {
        let region = session.identity().region.clone();
        let url = session.endpoint_url().map_or_else(
            || format!("https://{}.{region}.{}/", service.host, suffix(&region)),
            |endpoint| format!("{}/", endpoint.trim_end_matches('/')),
        );
        let (web, config) = (WebClient::new(&url), session.config().clone());
        Self { service, web, url, region, config, known: RefCell::default() }
    }

    /// Calls an operation that may be called twice without harm; trouble that passes is sat out.
    pub(super) async fn call(&self, operation: &str, body: &Value) -> Result<Value, RemoteError> {
        let mut wait = Duration::from_millis(100);
        for _ in 1..ATTEMPTS {
            match self.call_once(operation, body, ATTEMPT_LIMIT).await {
                Err(error) if error.is_passing() => {
                    tokio::time::sleep(wait.mul_f64(0.5 + fastrand::f64())).await;
                    wait *= 2;
                }
                other => return other,
            }
        }
        self.call_once(operation, body, ATTEMPT_LIMIT).await
    }

    /// Calls an operation once.
    pub(super) async fn call_once(
        &self,
        operation: &str,
        body: &Value,
        patience: Duration,
    ) -> Result<Value, RemoteError> {
        let name = format!("{}:{operation}", self.service.name);
        let request = self.request(operation, body.to_string()).await?;
        let reply = self.web.send(&request, patience).await.map_err(|error| renamed(error, &name))?;
        let answer: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        if (200..300).contains(&reply.status) {
            return Ok(answer);
        }
        let text = |key: &str| answer.get(key).and_then(Value::as_str);
        // Sometimes with the namespace of its shape in front, sometimes in a header.
        let header = reply.headers.iter().find(|(name, _)| name == "x-amzn-errortype");
        let code = text("__type").or(header.map(|(_, value)| value.as_str())).unwrap_or_default();
        let code = code.rsplit('#').next().unwrap_or(code).split(':').next().unwrap_or(code);
        let message = text("message").or_else(|| text("Message"));
        let message = message.map_or_else(|| format!("HTTP {}", reply.status), ToOwned::to_owned);
        Err(by_code(name, reply.status, code, message))
    }

    async fn request(&self, operation: &str, body: String) -> Result<Request, RemoteError> {
        let credentials = self.credentials().await?;
        let mut headers = vec![
            ("content-type".to_owned(), format!("application/x-amz-json-{}", self.service.version)),
            ("x-amz-target".to_owned(), format!("{}.{operation}", self.service.target)),
        ];
        let invalid = |error: &dyn std::error::Error| RemoteError::Rejected {
            operation: format!("{}:{operation}", self.service.name),
            code: "CannotSign".into(),
            message: error.to_string(),
        };
        let identity = credentials.into();
        let time = self.config.time_source().unwrap_or_default().now();
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(self.service.name)
            .time(time)
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| invalid(&error))?
            .into();
        let given = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let signable =
            SignableRequest::new("POST", self.url.as_str(), given, SignableBody::Bytes(body.as_bytes()))
                .map_err(|error| invalid(&error))?;
        let (instructions, _) = sign(signable, &parameters).map_err(|error| invalid(&error))?.into_parts();
        let (signed, _) = instructions.into_parts();
        headers
            .extend(signed.into_iter().map(|header| (header.name().to_owned(), header.value().to_owned())));
        Ok(Request { method: "POST".into(), url: self.url.clone(), headers, body: Some(body) })
    }

    async fn credentials(&self) -> Result<Credentials, RemoteError> {
        let missing = |message: String| RemoteError::Credentials { message };
        let now = self.config.time_source().unwrap_or_default().now();
        let is_fresh = |known: &Credentials| known.expiry().is_none_or(|expiry| expiry > now + EXPIRY_MARGIN);
        if let Some(known) = self.known.borrow().clone().filter(is_fresh) {
            return Ok(known);
        }
        let provider = self.config.credentials_provider().ok_or_else(|| missing("there are none".into()))?;
        let found = tokio::time::timeout(ATTEMPT_LIMIT, provider.provide_credentials()).await;
        let found = found.map_err(|_| missing("asking for them took too long".into()))?;
        let found = found.map_err(|error| missing(chain(&error)))?;
        *self.known.borrow_mut() = Some(found.clone());
        Ok(found)
    }
}

/// The domain of AWS's endpoints in a region.
fn suffix(region: &str) -> &'static str {
    if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" }
}

/// The same trouble, told of the operation instead of the HTTP method.
fn renamed(error: RemoteError, name: &str) -> RemoteError {
    let operation = name.to_owned();
    match error {
        RemoteError::Unreachable { message, .. } => RemoteError::Unreachable { operation, message },
        RemoteError::Unknown { message, .. } => RemoteError::Unknown { operation, message },
        RemoteError::Rejected { code, message, .. } => RemoteError::Rejected { operation, code, message },
        other @ (RemoteError::Credentials { .. }
        | RemoteError::Denied { .. }
        | RemoteError::NotFound { .. }
        | RemoteError::Stale { .. }
        | RemoteError::Busy { .. }
        | RemoteError::Throttled { .. }) => other,
    }
}

#[cfg(test)]
mod tests;
