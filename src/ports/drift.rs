//! CloudFormation, as far as it looks for what was changed behind its back.

use super::RemoteError;
use crate::deploy::drift::{Detection, ResourceDrift};

/// Drift detection.
#[expect(async_fn_in_trait, reason = "current-thread runtime, generics only: Send is not needed")]
pub trait Drift {
    /// `DetectStackDrift`; returns the id of the detection before it is over.
    async fn detect(&self, stack: &str) -> Result<String, RemoteError>;
    /// `DescribeStackDriftDetectionStatus`.
    async fn detection(&self, id: &str) -> Result<Detection, RemoteError>;
    /// `DescribeStackResourceDrifts`, all pages: every resource that was looked at.
    async fn resources(&self, stack: &str) -> Result<Vec<ResourceDrift>, RemoteError>;
}
