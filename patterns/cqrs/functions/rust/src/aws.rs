//! The functions' way to AWS: settings, clients, and what a call that failed means. Decides nothing.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

const THROTTLED: [&str; 4] =
    ["LimitExceededException", "ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"];

/// A setting that the template does not give.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {0} is not set")]
pub struct MissingSetting(&'static str);

/// A store did not do what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It is asked too much, for longer than the client tries again.
    #[error("throttled: {0}")]
    Throttled(String),
    #[error("{0}")]
    Failed(String),
}

/// The value of an environment variable. Read once, when an execution environment starts.
pub fn setting(name: &'static str) -> Result<String, MissingSetting> {
    std::env::var(name).map_err(|_| MissingSetting(name))
}

/// Region, credentials and endpoint, as Lambda gives them in the environment. Clients of this configuration give up
/// well before the function's time is over.
pub async fn config() -> SdkConfig {
    let tls = Provider::Rustls(CryptoMode::Ring);
    let timeouts =
        TimeoutConfig::builder().connect_timeout(Duration::from_secs(1)).read_timeout(Duration::from_secs(3)).build();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().tls_provider(tls).build_https())
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(3))
        .load()
        .await
}

/// Why a call to DynamoDB failed, with the whole chain of causes.
pub fn failed<E, R>(error: SdkError<E, R>) -> StoreError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    let is_throttled = error.code().is_some_and(|code| THROTTLED.contains(&code));
    let text = DisplayErrorContext(&error).to_string();
    if is_throttled { StoreError::Throttled(text) } else { StoreError::Failed(text) }
}
