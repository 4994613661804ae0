//! The `Drift` port over CloudFormation.

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types as cfn;

use super::error::translate;
use super::session::Session;
use crate::deploy::drift::{Detection, Deviation, DriftStatus, ResourceDrift};
use crate::names::LogicalId;
use crate::ports::{Drift, RemoteError};

/// CloudFormation, reached through the SDK.
#[derive(Clone)]
pub struct CloudFormationDrift {
    client: Client,
}

impl CloudFormationDrift {
    /// Uses the session's credentials, region and endpoint.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        Self { client: Client::new(session.config()) }
    }
}

impl Drift for CloudFormationDrift {
    async fn detect(&self, stack: &str) -> Result<String, RemoteError> {
        let reply = self.client.detect_stack_drift().stack_name(stack).send().await;
        let reply = reply.map_err(|error| translate("cloudformation:DetectStackDrift", error))?;
        Ok(reply.stack_drift_detection_id().unwrap_or_default().to_owned())
    }

    async fn detection(&self, id: &str) -> Result<Detection, RemoteError> {
        let reply = self
            .client
            .describe_stack_drift_detection_status()
            .stack_drift_detection_id(id)
            .send()
            .await
            .map_err(|error| translate("cloudformation:DescribeStackDriftDetectionStatus", error))?;
        let status = reply.detection_status().map(cfn::StackDriftDetectionStatus::as_str);
        Ok(match status.unwrap_or_default() {
            "DETECTION_COMPLETE" => Detection::Complete,
            "DETECTION_FAILED" => Detection::Failed {
                reason: reply.detection_status_reason().unwrap_or("it did not say why").to_owned(),
            },
            _ => Detection::Running,
        })
    }

    async fn resources(&self, stack: &str) -> Result<Vec<ResourceDrift>, RemoteError> {
        let (mut found, mut token) = (Vec::new(), None);
        loop {
            let page = self
                .client
                .describe_stack_resource_drifts()
                .stack_name(stack)
                .set_next_token(token)
                .send()
                .await
                .map_err(|error| translate("cloudformation:DescribeStackResourceDrifts", error))?;
            found.extend(page.stack_resource_drifts().iter().map(resource));
            token = page.next_token().map(ToOwned::to_owned);
            if token.is_none() {
                return Ok(found);
            }
        }
    }
}

fn resource(found: &cfn::StackResourceDrift) -> ResourceDrift {
    let status = found.stack_resource_drift_status().map(cfn::StackResourceDriftStatus::as_str);
    ResourceDrift {
        logical_id: LogicalId::new(found.logical_resource_id().unwrap_or_default()),
        physical_id: found.physical_resource_id().map(ToOwned::to_owned),
        resource_type: found.resource_type().unwrap_or_default().to_owned(),
        status: DriftStatus::parse(status.unwrap_or_default()),
        deviations: found.property_differences().iter().map(deviation).collect(),
    }
}

fn deviation(found: &cfn::PropertyDifference) -> Deviation {
    // What is missing on one side comes as the text "null".
    let value = |text: Option<&str>| text.filter(|text| *text != "null").map(ToOwned::to_owned);
    Deviation {
        path: found.property_path().unwrap_or_default().to_owned(),
        expected: value(found.expected_value()),
        actual: value(found.actual_value()),
    }
}
