//! The worker's way to AWS. Decides nothing but how long to be patient.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

/// Region, credentials and endpoint, as Lambda gives them in the environment.
///
/// The patience is short because the batch has only the few seconds of the function's timeout: a webhook that could
/// not be written comes back by itself.
pub async fn config() -> SdkConfig {
    let tls = Provider::Rustls(CryptoMode::Ring);
    let http = aws_smithy_http_client::Builder::new().tls_provider(tls).build_https();
    let second = Duration::from_secs(1);
    let timeouts = TimeoutConfig::builder().connect_timeout(second).read_timeout(second).build();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(2))
        .load()
        .await
}
