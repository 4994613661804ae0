//! One connection to AWS: credentials, region, endpoint, retries and who we are.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder as HttpClientBuilder, Connector};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use super::counted::Count;
use super::error::translate;
use crate::journal::place::{self, Place};
use crate::ports::RemoteError;

/// Longest time for one attempt at a request that only asks or changes something; retries come on top.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(60);

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum SessionError {
    /// AWS is many regions, and none was named.
    #[error("no AWS region is set")]
    #[diagnostic(help(
        "pass --region, set AWS_REGION, or write `region = \"eu-west-1\"` into slsx.toml; without an account: --local"
    ))]
    NoRegion,
    /// AWS did not say who we are.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Remote(#[from] RemoteError),
}

/// Which AWS to talk to; every field that is `None` follows the SDK's default chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// Endpoint for every service, instead of AWS's own.
    pub endpoint_url: Option<String>,
    /// Profile of the AWS configuration files.
    pub profile: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Instance of local AWS; its fixed root credentials are used instead of the user's.
    pub local_instance: Option<String>,
}

/// The caller's identity and where it acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Twelve digits.
    pub account: String,
    /// ARN of the caller.
    pub arn: String,
    /// Region of every request.
    pub region: String,
}

/// An open connection: shared SDK configuration and the identity behind it.
#[derive(Clone)]
pub struct Session {
    config: SdkConfig,
    identity: Identity,
    local_instance: Option<String>,
    count: Count,
}

impl Session {
    /// Loads credentials and asks STS who we are, so that a later failure is never about credentials.
    ///
    /// # Errors
    /// `Credentials` when there are none or they have expired, `Unreachable` when the endpoint is down,
    /// `NoRegion` when no region is set.
    pub async fn open(target: &Target) -> Result<Self, SessionError> {
        let count = Count::default();
        let config = load(target, &count).await;
        let Some(region) = config.region().map(ToString::to_string) else {
            return Err(SessionError::NoRegion);
        };
        let caller = aws_sdk_sts::Client::new(&config)
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| translate("sts:GetCallerIdentity", error))?;
        let identity = Identity {
            account: caller.account().unwrap_or_default().to_owned(),
            arn: caller.arn().unwrap_or_default().to_owned(),
            region,
        };
        Ok(Self { config, identity, local_instance: target.local_instance.clone(), count })
    }

    /// Requests of this session so far; those for credentials and those that test traffic makes are not among them.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.count.requests()
    }

    /// The same identity in another region.
    #[must_use]
    pub fn in_region(&self, region: &str) -> Self {
        let config = self.config.to_builder().region(Region::new(region.to_owned())).build();
        let identity = Identity { region: region.to_owned(), ..self.identity.clone() };
        Self { config, identity, ..self.clone() }
    }

    /// What time it was at AWS when it answered last, in milliseconds since 1970; none when it did not say.
    #[must_use]
    pub fn time_ms(&self) -> Option<i64> {
        self.count.time_ms()
    }

    /// Who acts, and where.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The artifact bucket of this account and region.
    #[must_use]
    pub fn artifact_bucket(&self) -> String {
        format!("slsx-artifacts-{}-{}", self.identity.account, self.identity.region)
    }

    /// Local AWS that slsx itself started: nothing in it can belong to anybody else, so nothing is asked.
    ///
    /// Not the same as [`Self::is_local`]: behind an address of this machine there may be a tunnel to AWS.
    #[must_use]
    pub const fn is_own_local_aws(&self) -> bool {
        self.local_instance.is_some()
    }

    /// The endpoint is on this machine: figures are labelled local, and nobody's request quota is at stake.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.local_instance.is_some() || self.config.endpoint_url().is_some_and(is_loopback)
    }

    /// Where functions live, for journals and price tables.
    #[must_use]
    pub fn place(&self) -> Place {
        let target = match (&self.local_instance, self.config.endpoint_url()) {
            (Some(instance), _) => place::Target::Local { instance: instance.clone() },
            (None, Some(url)) => place::Target::Endpoint { url: url.to_owned() },
            (None, None) => place::Target::Aws,
        };
        Place { account: self.identity.account.clone(), region: self.identity.region.clone(), target }
    }

    /// The SDK configuration, for the adapters.
    pub(super) const fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// The endpoint that overrides AWS's own, if there is one.
    #[must_use]
    pub fn endpoint_url(&self) -> Option<&str> {
        self.config.endpoint_url()
    }
}

pub(super) async fn load(target: &Target, count: &Count) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .operation_attempt_timeout(ATTEMPT_LIMIT)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(count.on(http_client(proxy(target.endpoint_url.as_deref()))))
        .retry_config(RetryConfig::standard().with_max_attempts(5))
        .timeout_config(timeouts);
    if let Ok(name) = AppName::new(concat!("slsx-", env!("CARGO_PKG_VERSION"))) {
        loader = loader.app_name(name);
    }
    if let Some(profile) = &target.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &target.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(url) = &target.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    if target.local_instance.is_some() {
        loader = loader.credentials_provider(Credentials::new("test", "test", None, None, "local-aws"));
    }
    loader.load().await
}

/// A proxy is for the way out of this machine, not for an endpoint on it.
pub(super) fn proxy(endpoint_url: Option<&str>) -> ProxyConfig {
    if endpoint_url.is_some_and(is_loopback) { ProxyConfig::disabled() } else { ProxyConfig::from_env() }
}

/// The SDK's own client with two differences: ring instead of aws-lc, which is the same TLS without a C build of
/// more than a minute, and `HTTPS_PROXY` and its kin, which the SDK's builder does not look at.
fn http_client(proxy: ProxyConfig) -> SharedHttpClient {
    HttpClientBuilder::new().build_with_connector_fn(move |settings, components| {
        let mut builder = Connector::builder().proxy_config(proxy.clone());
        builder.set_connector_settings(settings.cloned());
        builder.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).build()
    })
}

fn is_loopback(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split(['/', '?']).next().unwrap_or(host);
    let host = host.strip_prefix('[').map_or_else(
        || host.rsplit_once(':').map_or(host, |(name, _)| name),
        |inner| inner.split(']').next().unwrap_or(inner),
    );
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_this_machine_is_local() {
        for url in
            ["http://127.0.0.1:4566", "http://localhost:4566/", "https://[::1]:9297", "http://x.localhost"]
        {
            assert!(is_loopback(url), "{url}");
        }
        for url in
            ["https://lambda.eu-west-1.amazonaws.com", "http://10.0.0.1:4566", "http://localhost.example"]
        {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
