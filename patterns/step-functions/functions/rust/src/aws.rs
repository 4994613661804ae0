//! The tasks' way to AWS: bucket and table of the jobs, and what each call that fails means to the workflow.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_s3::error::DisplayErrorContext;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use crate::job::TaskError;

/// A setting that the template does not give, or not as it must be.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {0} is not set, or not as it must be")]
pub struct BadSetting(&'static str);

/// Where jobs are kept: sources and results in a bucket, an item for each in a table.
#[derive(Clone, Debug)]
pub struct Jobs {
    pub s3: aws_sdk_s3::Client,
    pub dynamodb: aws_sdk_dynamodb::Client,
    pub bucket: String,
    pub table: String,
}

impl Jobs {
    /// With the settings of the function.
    pub async fn from_settings() -> Result<Self, BadSetting> {
        let config = config().await;
        Ok(Self {
            s3: aws_sdk_s3::Client::new(&config),
            dynamodb: aws_sdk_dynamodb::Client::new(&config),
            bucket: setting("BUCKET")?,
            table: setting("TABLE")?,
        })
    }
}

/// The value of an environment variable. Read once, when an execution environment starts.
pub fn setting<T: std::str::FromStr>(name: &'static str) -> Result<T, BadSetting> {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).ok_or(BadSetting(name))
}

/// Region, credentials and endpoint, as Lambda gives them in the environment.
async fn config() -> SdkConfig {
    let tls = Provider::Rustls(CryptoMode::Ring);
    let http = aws_smithy_http_client::Builder::new().tls_provider(tls).build_https();
    aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await
}

/// A failure that has no name in the workflow, with the whole chain of its causes.
pub fn failed<E: std::error::Error>(operation: &'static str) -> impl FnOnce(E) -> TaskError {
    move |error| TaskError::TaskFailed(format!("{operation} failed: {}", DisplayErrorContext(&error)))
}
