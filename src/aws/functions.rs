//! The `Functions` port over Lambda.

use std::time::{Duration, Instant};

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::operation::RequestId;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{
    LastUpdateStatus, LogType, PackageType, SnapStartApplyOn, State, SystemLogLevel,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::buckets::S3Buckets;
use super::error::translate;
use super::session::Session;
use crate::names::{Arn, FunctionName, Qualifier, Revision};
use crate::ports::{
    Concurrency, FunctionCode, FunctionKind, FunctionState, Functions, Invocation, Lifecycle, RemoteError,
    UpdateStatus,
};

/// What runs a function, from any SDK type that has a function configuration's getters.
macro_rules! kind {
    ($configuration:expr) => {
        match $configuration {
            found if found.capacity_provider_config().is_some() => FunctionKind::ManagedInstances,
            found if found.durable_config().is_some() => FunctionKind::Durable,
            found if found.tenancy_config().is_some() => FunctionKind::PerTenant,
            _ => FunctionKind::Shared,
        }
    };
}

/// A `FunctionState` from any SDK type that has a function configuration's getters: the same fields come as
/// `FunctionConfiguration` and, repeated, as the output of each updating call. Taking them from the reply
/// itself matters: a second read could already show somebody else's revision.
macro_rules! state {
    ($configuration:expr) => {{
        let configuration = $configuration;
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        FunctionState {
            name: FunctionName::new(text(configuration.function_name())),
            arn: Arn::new(text(configuration.function_arn())),
            version: Qualifier::new(text(configuration.version())),
            description: text(configuration.description()),
            revision: Revision::new(text(configuration.revision_id())),
            lifecycle: lifecycle(configuration.state()),
            update: update(configuration.last_update_status()),
            reason: configuration
                .last_update_status_reason()
                .or_else(|| configuration.state_reason())
                .map(ToOwned::to_owned),
            runtime: configuration.runtime().map(|runtime| runtime.as_str().to_owned()),
            kind: kind!(configuration),
            is_image: configuration.package_type() == Some(&PackageType::Image),
            architecture: configuration
                .architectures()
                .first()
                .map_or_else(|| "x86_64".to_owned(), |architecture| architecture.as_str().to_owned()),
            memory_mb: configuration.memory_size().unwrap_or(128).unsigned_abs(),
            timeout: Duration::from_secs(configuration.timeout().unwrap_or(3).unsigned_abs().into()),
            has_snap_start: configuration
                .snap_start()
                .is_some_and(|snap| snap.apply_on() == Some(&SnapStartApplyOn::PublishedVersions)),
            in_vpc: configuration.vpc_config().is_some_and(|vpc| !vpc.subnet_ids().is_empty()),
            code_sha256: text(configuration.code_sha256()),
            hides_reports: configuration
                .logging_config()
                .is_some_and(|logging| logging.system_log_level() == Some(&SystemLogLevel::Warn)),
            log_group: configuration.logging_config().and_then(|logging| logging.log_group()).map_or_else(
                || format!("/aws/lambda/{}", configuration.function_name().unwrap_or_default()),
                ToOwned::to_owned,
            ),
        }
    }};
}

mod copies;

/// Longest synchronous invoke: the function timeout's maximum of 15 minutes and a margin.
const INVOKE_LIMIT: Duration = Duration::from_secs(15 * 60 + 30);

/// Lambda, reached through the SDK.
#[derive(Clone)]
pub struct LambdaFunctions {
    client: Client,
    /// For packages that are too large for Lambda itself.
    buckets: S3Buckets,
    artifact_bucket: String,
}

impl LambdaFunctions {
    /// Uses the session's credentials, region and endpoint.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        Self {
            client: Client::new(session.config()),
            buckets: S3Buckets::new(session),
            artifact_bucket: session.artifact_bucket(),
        }
    }
}

impl FunctionCode for LambdaFunctions {
    async fn set(&self, function: &FunctionName, bucket: &str, key: &str) -> Result<(), RemoteError> {
        self.client
            .update_function_code()
            .function_name(function.as_str())
            .s3_bucket(bucket)
            .s3_key(key)
            .send()
            .await
            .map_err(|error| translate("lambda:UpdateFunctionCode", error))?;
        Ok(())
    }

    async fn state(&self, function: &FunctionName) -> Result<FunctionState, RemoteError> {
        self.describe(function, None).await
    }
}

impl Functions for LambdaFunctions {
    async fn describe(
        &self,
        function: &FunctionName,
        qualifier: Option<&Qualifier>,
    ) -> Result<FunctionState, RemoteError> {
        let reply = self
            .client
            .get_function()
            .function_name(function.as_str())
            .set_qualifier(qualifier.map(ToString::to_string))
            .send()
            .await
            .map_err(|error| translate("lambda:GetFunction", error))?;
        reply.configuration().map(|found| state!(found)).ok_or_else(|| RemoteError::Unknown {
            operation: "lambda:GetFunction".into(),
            message: "the reply holds no configuration".into(),
        })
    }

    async fn set_description(
        &self,
        function: &FunctionName,
        description: &str,
        revision: &Revision,
    ) -> Result<FunctionState, RemoteError> {
        let request = self
            .client
            .update_function_configuration()
            .function_name(function.as_str())
            .description(description)
            .revision_id(revision.as_str());
        let reply =
            request.send().await.map_err(|error| translate("lambda:UpdateFunctionConfiguration", error))?;
        Ok(state!(&reply))
    }

    async fn publish(
        &self,
        function: &FunctionName,
        revision: &Revision,
    ) -> Result<FunctionState, RemoteError> {
        let reply = self
            .client
            .publish_version()
            .function_name(function.as_str())
            .revision_id(revision.as_str())
            .send()
            .await
            .map_err(|error| translate("lambda:PublishVersion", error))?;
        Ok(state!(&reply))
    }

    async fn invoke(
        &self,
        function: &FunctionName,
        qualifier: &Qualifier,
        tenant: Option<&str>,
        payload: &[u8],
    ) -> Result<Invocation, RemoteError> {
        // Unset timeouts are those of the session, whose limit for one attempt is too short for a function.
        let patience = TimeoutConfig::builder()
            .operation_timeout(INVOKE_LIMIT)
            .disable_operation_attempt_timeout()
            .build();
        let once = aws_sdk_lambda::config::Builder::new()
            .retry_config(RetryConfig::disabled())
            .timeout_config(patience);
        let started = Instant::now();
        let reply = self
            .client
            .invoke()
            .function_name(function.as_str())
            .qualifier(qualifier.as_str())
            .log_type(LogType::Tail)
            .set_tenant_id(tenant.map(ToOwned::to_owned))
            .payload(Blob::new(payload))
            .customize()
            .config_override(once)
            .send()
            .await
            .map_err(|error| translate("lambda:Invoke", error))?;
        let client_time = started.elapsed();
        let tail = STANDARD.decode(reply.log_result().unwrap_or_default()).unwrap_or_default();
        Ok(Invocation {
            request_id: reply.request_id().unwrap_or_default().to_owned(),
            function_error: reply.function_error().map(ToOwned::to_owned),
            log_tail: String::from_utf8_lossy(&tail).into_owned(),
            payload: reply.payload.map(Blob::into_inner).unwrap_or_default(),
            client_time,
        })
    }

    async fn versions(&self, function: &FunctionName) -> Result<Vec<FunctionState>, RemoteError> {
        let mut pages = self
            .client
            .list_versions_by_function()
            .function_name(function.as_str())
            .into_paginator()
            .items()
            .send();
        let mut versions = Vec::new();
        while let Some(version) = pages.next().await {
            let version = version.map_err(|error| translate("lambda:ListVersionsByFunction", error))?;
            if version.version().is_some_and(|number| number != "$LATEST") {
                versions.push(state!(&version));
            }
        }
        Ok(versions)
    }

    async fn delete_version(&self, function: &FunctionName, version: &Qualifier) -> Result<(), RemoteError> {
        if !is_version_number(version) {
            // Without a qualifier, the same call deletes the whole function.
            return Err(RemoteError::Rejected {
                operation: "lambda:DeleteFunction".into(),
                code: "NotAVersion".into(),
                message: format!("`{version}` is not the number of a version"),
            });
        }
        self.client
            .delete_function()
            .function_name(function.as_str())
            .qualifier(version.as_str())
            .send()
            .await
            .map(drop)
            .map_err(|error| translate("lambda:DeleteFunction", error))
    }

    async fn concurrency(&self, function: &FunctionName) -> Result<Concurrency, RemoteError> {
        let reserved = self
            .client
            .get_function_concurrency()
            .function_name(function.as_str())
            .send()
            .await
            .map_err(|error| translate("lambda:GetFunctionConcurrency", error))?;
        let account = self
            .client
            .get_account_settings()
            .send()
            .await
            .map_err(|error| translate("lambda:GetAccountSettings", error))?;
        let unreserved = account
            .account_limit()
            .and_then(|limit| limit.unreserved_concurrent_executions())
            .unwrap_or_default();
        Ok(Concurrency {
            reserved: reserved.reserved_concurrent_executions().map(i32::unsigned_abs),
            unreserved: unreserved.unsigned_abs(),
        })
    }
}

fn is_version_number(version: &Qualifier) -> bool {
    let number = version.as_str();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Functions made before states existed report none: they are usable.
const fn lifecycle(state: Option<&State>) -> Lifecycle {
    match state {
        None | Some(State::Active) => Lifecycle::Active,
        Some(State::Pending) => Lifecycle::Pending,
        Some(State::Inactive) => Lifecycle::Inactive,
        Some(State::Failed) => Lifecycle::Failed,
        Some(_) => Lifecycle::Other,
    }
}

const fn update(status: Option<&LastUpdateStatus>) -> UpdateStatus {
    match status {
        None | Some(LastUpdateStatus::Successful) => UpdateStatus::Successful,
        Some(LastUpdateStatus::Failed) => UpdateStatus::Failed,
        // A status this version does not know is not yet a success.
        Some(_) => UpdateStatus::InProgress,
    }
}

#[cfg(test)]
mod tests {
    use super::is_version_number;

    #[test]
    fn only_a_number_can_be_deleted() {
        assert!(is_version_number(&"17".into()));
        for other in ["", "$LATEST", "live", "1a", " 1"] {
            assert!(!is_version_number(&other.into()), "{other:?}");
        }
    }
}
