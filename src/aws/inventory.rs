//! The `Inventory` port over CloudFormation, Lambda and S3.

use aws_sdk_cloudformation::types::{
    ChangeSetStatus, ExecutionStatus, StackSetStatus, StackStatus as Status, TemplateStage,
};
use aws_sdk_lambda::types::FunctionVersion;
use aws_sdk_s3::types::ObjectIdentifier;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::buckets::{DELETE_BATCH, S3Buckets};
use super::error::translate;
use super::session::Session;
use crate::deploy::StackStatus;
use crate::deploy::garbage::StoredVersion;
use crate::ports::{Inventory, ListedStack, RemoteError};

/// An account, reached through the SDK.
#[derive(Clone)]
pub struct Account {
    cloudformation: aws_sdk_cloudformation::Client,
    lambda: aws_sdk_lambda::Client,
    buckets: S3Buckets,
}

impl Account {
    /// Uses the session's credentials, region and endpoint.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        Self {
            cloudformation: aws_sdk_cloudformation::Client::new(session.config()),
            lambda: aws_sdk_lambda::Client::new(session.config()),
            buckets: S3Buckets::new(session),
        }
    }
}

impl Inventory for Account {
    async fn versions(&self, bucket: &str) -> Result<Option<Vec<StoredVersion>>, RemoteError> {
        let entries = match self.buckets.entries(bucket).await {
            Ok(entries) => entries,
            Err(RemoteError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let stored = entries.into_iter().map(|entry| StoredVersion {
            key: entry.identifier.key().to_owned(),
            version: entry.identifier.version_id().map(ToOwned::to_owned),
            bytes: entry.bytes,
        });
        Ok(Some(stored.collect()))
    }

    async fn remove(&self, bucket: &str, versions: &[StoredVersion]) -> Result<(), RemoteError> {
        for batch in versions.chunks(DELETE_BATCH) {
            let identifiers = batch.iter().filter_map(|stored| {
                ObjectIdentifier::builder()
                    .key(&stored.key)
                    .set_version_id(stored.version.clone())
                    .build()
                    .ok()
            });
            self.buckets.delete(bucket, identifiers.collect()).await?;
        }
        Ok(())
    }

    async fn stacks(&self) -> Result<Vec<ListedStack>, RemoteError> {
        let mut pages = self.cloudformation.list_stacks().into_paginator().items().send();
        let mut stacks = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| translate("cloudformation:ListStacks", error))?;
            let status = item.stack_status().map_or("", Status::as_str);
            if item.stack_status() != Some(&Status::DeleteComplete) {
                stacks.push(ListedStack {
                    name: item.stack_name().unwrap_or_default().to_owned(),
                    status: StackStatus::parse(status),
                });
            }
        }
        Ok(stacks)
    }

    async fn template(&self, stack: &str) -> Result<Option<String>, RemoteError> {
        let reply = self
            .cloudformation
            .get_template()
            .stack_name(stack)
            .template_stage(TemplateStage::Original)
            .send()
            .await
            .map_err(|error| translate("cloudformation:GetTemplate", error));
        match reply {
            Ok(reply) => Ok(reply.template_body().map(ToOwned::to_owned)),
            // Deleted meanwhile, or only made for a change set.
            Err(RemoteError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn change_set_templates(&self, stack: &str) -> Result<Vec<String>, RemoteError> {
        let mut pages =
            self.cloudformation.list_change_sets().stack_name(stack).into_paginator().items().send();
        let mut templates = Vec::new();
        while let Some(item) = pages.next().await {
            let item = match item.map_err(|error| translate("cloudformation:ListChangeSets", error)) {
                Ok(item) => item,
                Err(RemoteError::NotFound { .. }) => break,
                Err(error) => return Err(error),
            };
            let is_dead = item.status() == Some(&ChangeSetStatus::Failed)
                || item.execution_status() == Some(&ExecutionStatus::Obsolete);
            let Some(id) = item.change_set_id().filter(|_| !is_dead) else { continue };
            let reply = self.cloudformation.get_template().change_set_name(id).send().await;
            match reply.map_err(|error| translate("cloudformation:GetTemplate", error)) {
                Ok(reply) => templates.extend(reply.template_body().map(ToOwned::to_owned)),
                Err(RemoteError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(templates)
    }

    async fn stack_set_templates(&self) -> Result<Vec<String>, RemoteError> {
        let mut pages = self
            .cloudformation
            .list_stack_sets()
            .status(StackSetStatus::Active)
            .into_paginator()
            .items()
            .send();
        let mut templates = Vec::new();
        while let Some(item) = pages.next().await {
            let item = match item.map_err(|error| translate("cloudformation:ListStackSets", error)) {
                Ok(item) => item,
                // Emulators without StackSets say so.
                Err(RemoteError::Rejected { code, .. }) if code == "InvalidAction" => break,
                Err(error) => return Err(error),
            };
            let name = item.stack_set_name().unwrap_or_default();
            let reply = self.cloudformation.describe_stack_set().stack_set_name(name).send().await;
            let reply = reply.map_err(|error| translate("cloudformation:DescribeStackSet", error))?;
            templates.extend(reply.stack_set().and_then(|set| set.template_body()).map(ToOwned::to_owned));
        }
        Ok(templates)
    }

    async fn code_digests(&self) -> Result<Vec<String>, RemoteError> {
        let mut pages = self
            .lambda
            .list_functions()
            .function_version(FunctionVersion::All)
            .into_paginator()
            .items()
            .send();
        let mut digests = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| translate("lambda:ListFunctions", error))?;
            let bytes = item.code_sha256().and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default();
            digests.push(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
        }
        Ok(digests)
    }
}
