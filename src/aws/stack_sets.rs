//! The `StackSets` port over CloudFormation.

use std::collections::BTreeSet;

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types as cfn;

use super::error::translate;
use super::session::Session;
use crate::deploy::reach::{Content, ReachStatus, Site, SiteResult, SiteStatus};
use crate::ports::{ReachOperation, RemoteError, StackSets};

/// StackSets, reached through the SDK.
#[derive(Clone)]
pub struct CloudFormationStackSets {
    client: Client,
}

impl CloudFormationStackSets {
    /// Uses the session's credentials, region and endpoint.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        Self { client: Client::new(session.config()) }
    }
}

/// What a template may need, as for change sets.
const CAPABILITIES: [cfn::Capability; 3] = [
    cfn::Capability::CapabilityIam,
    cfn::Capability::CapabilityNamedIam,
    cfn::Capability::CapabilityAutoExpand,
];

impl StackSets for CloudFormationStackSets {
    async fn describe(&self, name: &str) -> Result<Option<Content>, RemoteError> {
        let reply = self.client.describe_stack_set().stack_set_name(name).send().await;
        let reply = match reply.map_err(|error| translate("cloudformation:DescribeStackSet", error)) {
            Ok(reply) => reply,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let Some(set) = reply.stack_set() else { return Ok(None) };
        let pair = |key: Option<&str>, value: Option<&str>| {
            (key.unwrap_or_default().to_owned(), value.unwrap_or_default().to_owned())
        };
        Ok(Some(Content {
            template: set.template_body().unwrap_or_default().to_owned(),
            parameters: set
                .parameters()
                .iter()
                .map(|one| pair(one.parameter_key(), one.parameter_value()))
                .collect(),
            tags: set.tags().iter().map(|one| pair(one.key(), one.value())).collect(),
        }))
    }

    async fn sites(&self, name: &str) -> Result<BTreeSet<Site>, RemoteError> {
        let mut pages =
            self.client.list_stack_instances().stack_set_name(name).into_paginator().items().send();
        let mut sites = BTreeSet::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| translate("cloudformation:ListStackInstances", error))?;
            sites.insert(site(item.account(), item.region()));
        }
        Ok(sites)
    }

    async fn create(
        &self,
        name: &str,
        content: &Content,
        url: Option<&str>,
        token: &str,
    ) -> Result<(), RemoteError> {
        self.client
            .create_stack_set()
            .stack_set_name(name)
            .set_template_body(url.is_none().then(|| content.template.clone()))
            .set_template_url(url.map(ToOwned::to_owned))
            .set_parameters(Some(parameters(content)))
            .set_tags(Some(tags(content)))
            .set_capabilities(Some(CAPABILITIES.to_vec()))
            .permission_model(cfn::PermissionModels::SelfManaged)
            .client_request_token(token)
            .send()
            .await
            .map(drop)
            .map_err(|error| translate("cloudformation:CreateStackSet", error))
    }

    async fn update(
        &self,
        name: &str,
        content: &Content,
        url: Option<&str>,
        id: &str,
    ) -> Result<(), RemoteError> {
        self.client
            .update_stack_set()
            .stack_set_name(name)
            .set_template_body(url.is_none().then(|| content.template.clone()))
            .set_template_url(url.map(ToOwned::to_owned))
            .set_parameters(Some(parameters(content)))
            .set_tags(Some(tags(content)))
            .set_capabilities(Some(CAPABILITIES.to_vec()))
            .operation_preferences(preferences())
            .operation_id(id)
            .send()
            .await
            .map(drop)
            .map_err(|error| translate("cloudformation:UpdateStackSet", error))
    }

    async fn add(
        &self,
        name: &str,
        accounts: &[String],
        regions: &[String],
        id: &str,
    ) -> Result<(), RemoteError> {
        self.client
            .create_stack_instances()
            .stack_set_name(name)
            .set_accounts(Some(accounts.to_vec()))
            .set_regions(Some(regions.to_vec()))
            .operation_preferences(preferences())
            .operation_id(id)
            .send()
            .await
            .map(drop)
            .map_err(|error| translate("cloudformation:CreateStackInstances", error))
    }

    async fn remove(
        &self,
        name: &str,
        accounts: &[String],
        regions: &[String],
        id: &str,
    ) -> Result<(), RemoteError> {
        self.client
            .delete_stack_instances()
            .stack_set_name(name)
            .set_accounts(Some(accounts.to_vec()))
            .set_regions(Some(regions.to_vec()))
            .operation_preferences(preferences())
            .retain_stacks(false)
            .operation_id(id)
            .send()
            .await
            .map(drop)
            .map_err(|error| translate("cloudformation:DeleteStackInstances", error))
    }

    async fn delete(&self, name: &str) -> Result<(), RemoteError> {
        self.client
            .delete_stack_set()
            .stack_set_name(name)
            .send()
            .await
            .map(drop)
            .map_err(|error| translate("cloudformation:DeleteStackSet", error))
    }

    async fn operations(&self, name: &str) -> Result<Vec<ReachOperation>, RemoteError> {
        let reply = self
            .client
            .list_stack_set_operations()
            .stack_set_name(name)
            .send()
            .await
            .map_err(|error| translate("cloudformation:ListStackSetOperations", error))?;
        let operation = |found: &cfn::StackSetOperationSummary| ReachOperation {
            id: found.operation_id().unwrap_or_default().to_owned(),
            status: ReachStatus::parse(found.status().map_or("", cfn::StackSetOperationStatus::as_str)),
        };
        Ok(reply.summaries().iter().map(operation).collect())
    }

    async fn results(&self, name: &str, id: &str) -> Result<Vec<SiteResult>, RemoteError> {
        let mut pages = self
            .client
            .list_stack_set_operation_results()
            .stack_set_name(name)
            .operation_id(id)
            .into_paginator()
            .items()
            .send();
        let mut results = Vec::new();
        while let Some(item) = pages.next().await {
            let item =
                item.map_err(|error| translate("cloudformation:ListStackSetOperationResults", error))?;
            let status = item.status().map_or("", cfn::StackSetOperationResultStatus::as_str);
            results.push(SiteResult {
                site: site(item.account(), item.region()),
                status: SiteStatus::parse(status),
                reason: item.status_reason().filter(|reason| !reason.is_empty()).map(ToOwned::to_owned),
            });
        }
        Ok(results)
    }
}

/// The code of an error about a stack set that does not exist; the SDK writes it in two ways.
fn is_missing(error: &RemoteError) -> bool {
    match error {
        RemoteError::NotFound { .. } => true,
        RemoteError::Rejected { code, .. } => code.starts_with("StackSetNotFound"),
        RemoteError::Credentials { .. }
        | RemoteError::Denied { .. }
        | RemoteError::Stale { .. }
        | RemoteError::Busy { .. }
        | RemoteError::Throttled { .. }
        | RemoteError::Unreachable { .. }
        | RemoteError::Unknown { .. } => false,
    }
}

/// One region after the other and all accounts of it at once; the first failure keeps the regions after it as they are.
fn preferences() -> cfn::StackSetOperationPreferences {
    cfn::StackSetOperationPreferences::builder()
        .region_concurrency_type(cfn::RegionConcurrencyType::Sequential)
        .failure_tolerance_count(0)
        .max_concurrent_percentage(100)
        .concurrency_mode(cfn::ConcurrencyMode::SoftFailureTolerance)
        .build()
}

fn parameters(content: &Content) -> Vec<cfn::Parameter> {
    let parameter = |(key, value): (&String, &String)| {
        cfn::Parameter::builder().parameter_key(key).parameter_value(value).build()
    };
    content.parameters.iter().map(parameter).collect()
}

fn tags(content: &Content) -> Vec<cfn::Tag> {
    content.tags.iter().map(|(key, value)| cfn::Tag::builder().key(key).value(value).build()).collect()
}

fn site(account: Option<&str>, region: Option<&str>) -> Site {
    Site { account: account.unwrap_or_default().to_owned(), region: region.unwrap_or_default().to_owned() }
}
