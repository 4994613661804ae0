//! The `Stacks` port over CloudFormation.

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::operation::describe_change_set::DescribeChangeSetOutput;
use aws_sdk_cloudformation::primitives::DateTime;
use aws_sdk_cloudformation::types as cfn;

use super::error::translate;
use super::problems;
use super::session::Session;
use crate::deploy::{
    Change, ChangeAction, ChangeScope, ChangeSet, ChangeSetKind, ChangeSetStatus, ExecutionStatus, Mode,
    Output, Parameter, PolicyAction, Problem, Replacement, ResourceStatus, Stack, StackEvent, StackResource,
    StackStatus, Tag,
};
use crate::names::{Arn, LogicalId, StackName};
use crate::ports::{ChangeSetRequest, RemoteError, Stacks, TemplateSource, TemplateStage};

/// CloudFormation, reached through the SDK.
#[derive(Clone)]
pub struct CloudFormationStacks {
    client: Client,
}

impl CloudFormationStacks {
    /// Uses the session's credentials, region and endpoint.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        Self { client: Client::new(session.config()) }
    }
}

impl Stacks for CloudFormationStacks {
    async fn describe(&self, stack: &str) -> Result<Option<Stack>, RemoteError> {
        let reply = self
            .client
            .describe_stacks()
            .stack_name(stack)
            .send()
            .await
            .map_err(|error| translate("cloudformation:DescribeStacks", error));
        match reply {
            Ok(reply) => Ok(reply.stacks().first().map(self::stack)),
            Err(RemoteError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn resources(&self, stack: &str) -> Result<Vec<StackResource>, RemoteError> {
        let mut pages = self.client.list_stack_resources().stack_name(stack).into_paginator().items().send();
        let mut resources = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| translate("cloudformation:ListStackResources", error))?;
            resources.push(StackResource {
                logical_id: LogicalId::new(text(item.logical_resource_id())),
                physical_id: owned(item.physical_resource_id()),
                resource_type: text(item.resource_type()),
                status: word(item.resource_status().map(cfn::ResourceStatus::as_str), ResourceStatus::parse),
                reason: owned(item.resource_status_reason()),
            });
        }
        Ok(resources)
    }

    async fn template(&self, stack: &str, stage: TemplateStage) -> Result<String, RemoteError> {
        let stage = match stage {
            TemplateStage::Original => cfn::TemplateStage::Original,
            TemplateStage::Processed => cfn::TemplateStage::Processed,
        };
        let reply = self
            .client
            .get_template()
            .stack_name(stack)
            .template_stage(stage)
            .send()
            .await
            .map_err(|error| translate("cloudformation:GetTemplate", error))?;
        Ok(text(reply.template_body()))
    }

    async fn create_change_set(&self, request: &ChangeSetRequest, token: &str) -> Result<Arn, RemoteError> {
        let kind = match request.kind {
            ChangeSetKind::Create => cfn::ChangeSetType::Create,
            ChangeSetKind::Update => cfn::ChangeSetType::Update,
        };
        let (body, url) = match &request.template {
            TemplateSource::Body(body) => (Some(body.clone()), None),
            TemplateSource::Url(url) => (None, Some(url.clone())),
        };
        self.client
            .create_change_set()
            .stack_name(request.stack.as_str())
            .change_set_name(&request.name)
            .change_set_type(kind)
            .client_token(token)
            .set_template_body(body)
            .set_template_url(url)
            .set_parameters(Some(parameters(request)))
            .set_tags(Some(tags(request)))
            .set_deployment_config(deployment_config(&request.mode))
            .capabilities(cfn::Capability::CapabilityIam)
            .capabilities(cfn::Capability::CapabilityNamedIam)
            .capabilities(cfn::Capability::CapabilityAutoExpand)
            .send()
            .await
            .map(|reply| Arn::new(text(reply.id())))
            .map_err(|error| translate("cloudformation:CreateChangeSet", error))
    }

    async fn describe_change_set(
        &self,
        stack: &str,
        change_set: &str,
    ) -> Result<Option<ChangeSet>, RemoteError> {
        let mut found: Option<ChangeSet> = None;
        let mut token = None;
        loop {
            let reply = self
                .client
                .describe_change_set()
                .stack_name(stack)
                .change_set_name(change_set)
                .set_next_token(token)
                .send()
                .await
                .map_err(|error| translate("cloudformation:DescribeChangeSet", error));
            let page = match reply {
                Ok(page) => page,
                Err(RemoteError::NotFound { .. }) => return Ok(None),
                Err(error) => return Err(error),
            };
            let changes: Vec<Change> =
                page.changes().iter().filter_map(cfn::Change::resource_change).map(change).collect();
            found.get_or_insert_with(|| self::change_set(&page)).changes.extend(changes);
            token = page.next_token().map(ToOwned::to_owned);
            if token.is_none() {
                return Ok(found);
            }
        }
    }

    async fn execute_change_set(
        &self,
        stack: &str,
        change_set: &Arn,
        token: &str,
    ) -> Result<(), RemoteError> {
        self.client
            .execute_change_set()
            .stack_name(stack)
            .change_set_name(change_set.as_str())
            .client_request_token(token)
            .send()
            .await
            .map(drop)
            .map_err(|error| translate("cloudformation:ExecuteChangeSet", error))
    }

    async fn delete_change_set(&self, stack: &str, change_set: &Arn) -> Result<(), RemoteError> {
        self.client
            .delete_change_set()
            .stack_name(stack)
            .change_set_name(change_set.as_str())
            .send()
            .await
            .map(drop)
            .map_err(|error| translate("cloudformation:DeleteChangeSet", error))
    }

    async fn events(&self, stack: &str, until: Option<&str>) -> Result<Vec<StackEvent>, RemoteError> {
        let mut pages = self.client.describe_stack_events().stack_name(stack).into_paginator().send();
        let mut events = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| translate("cloudformation:DescribeStackEvents", error))?;
            for found in page.stack_events() {
                if until.is_some() && found.event_id() == until {
                    return Ok(events);
                }
                events.push(event(found));
            }
        }
        Ok(events)
    }

    async fn newest_event(&self, stack: &str) -> Result<Option<String>, RemoteError> {
        let page = self
            .client
            .describe_stack_events()
            .stack_name(stack)
            .send()
            .await
            .map_err(|error| translate("cloudformation:DescribeStackEvents", error))?;
        Ok(page.stack_events().first().and_then(|event| owned(event.event_id())))
    }

    async fn problems(&self, stack: &str, change_set: Option<&Arn>) -> Result<Vec<Problem>, RemoteError> {
        problems::read(&self.client, stack, change_set).await
    }

    async fn roll_back(&self, stack: &str, token: &str) -> Result<(), RemoteError> {
        self.client
            .rollback_stack()
            .stack_name(stack)
            .client_request_token(token)
            .send()
            .await
            .map(drop)
            .map_err(|error| translate("cloudformation:RollbackStack", error))
    }

    async fn continue_rollback(&self, stack: &str, skip: &[String], token: &str) -> Result<(), RemoteError> {
        self.client
            .continue_update_rollback()
            .stack_name(stack)
            .set_resources_to_skip((!skip.is_empty()).then(|| skip.to_vec()))
            .client_request_token(token)
            .send()
            .await
            .map(drop)
            .map_err(|error| translate("cloudformation:ContinueUpdateRollback", error))
    }

    async fn cancel_update(&self, stack: &str, token: &str) -> Result<(), RemoteError> {
        self.client
            .cancel_update_stack()
            .stack_name(stack)
            .client_request_token(token)
            .send()
            .await
            .map(drop)
            .map_err(|error| translate("cloudformation:CancelUpdateStack", error))
    }

    async fn delete(&self, stack: &str, retained: &[String], token: &str) -> Result<(), RemoteError> {
        self.client
            .delete_stack()
            .stack_name(stack)
            .set_retain_resources((!retained.is_empty()).then(|| retained.to_vec()))
            .client_request_token(token)
            .send()
            .await
            .map(drop)
            .map_err(|error| translate("cloudformation:DeleteStack", error))
    }
}

/// Standard mode is what CloudFormation does unasked. Express mode does not roll back unless it is asked to
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-express-mode.html>).
fn deployment_config(mode: &Mode) -> Option<cfn::DeploymentConfig> {
    match mode {
        Mode::Express => Some(
            cfn::DeploymentConfig::builder()
                .mode(cfn::DeploymentConfigMode::Express)
                .disable_rollback(false)
                .build(),
        ),
        Mode::Standard | Mode::Other(_) => None,
    }
}

fn parameters(request: &ChangeSetRequest) -> Vec<cfn::Parameter> {
    let set = request
        .parameters
        .iter()
        .map(|(key, value)| cfn::Parameter::builder().parameter_key(key).parameter_value(value).build());
    let kept = request
        .kept_parameters
        .iter()
        .map(|key| cfn::Parameter::builder().parameter_key(key).use_previous_value(true).build());
    set.chain(kept).collect()
}

fn tags(request: &ChangeSetRequest) -> Vec<cfn::Tag> {
    request.tags.iter().map(|(key, value)| cfn::Tag::builder().key(key).value(value).build()).collect()
}

fn stack(found: &cfn::Stack) -> Stack {
    Stack {
        name: StackName::new(text(found.stack_name())),
        id: Arn::new(text(found.stack_id())),
        status: word(found.stack_status().map(cfn::StackStatus::as_str), StackStatus::parse),
        reason: owned(found.stack_status_reason()),
        outputs: found
            .outputs()
            .iter()
            .map(|output| Output {
                key: text(output.output_key()),
                value: text(output.output_value()),
                description: owned(output.description()),
                export: owned(output.export_name()),
            })
            .collect(),
        parameters: found
            .parameters()
            .iter()
            .map(|parameter| Parameter {
                key: text(parameter.parameter_key()),
                value: text(parameter.parameter_value()),
            })
            .collect(),
        tags: found.tags().iter().map(|tag| Tag { key: text(tag.key()), value: text(tag.value()) }).collect(),
        created_ms: milliseconds(found.creation_time()).unwrap_or_default(),
        updated_ms: milliseconds(found.last_updated_time()),
        has_termination_protection: found.enable_termination_protection().unwrap_or_default(),
    }
}

fn event(found: &cfn::StackEvent) -> StackEvent {
    StackEvent {
        id: text(found.event_id()),
        timestamp_ms: milliseconds(found.timestamp()).unwrap_or_default(),
        stack_id: Arn::new(text(found.stack_id())),
        logical_id: LogicalId::new(text(found.logical_resource_id())),
        physical_id: owned(found.physical_resource_id()),
        resource_type: text(found.resource_type()),
        status: word(found.resource_status().map(cfn::ResourceStatus::as_str), ResourceStatus::parse),
        reason: owned(found.resource_status_reason()),
        token: owned(found.client_request_token()),
    }
}

fn change_set(page: &DescribeChangeSetOutput) -> ChangeSet {
    ChangeSet {
        name: text(page.change_set_name()),
        id: Arn::new(text(page.change_set_id())),
        status: word(page.status().map(cfn::ChangeSetStatus::as_str), ChangeSetStatus::parse),
        reason: owned(page.status_reason()),
        execution: word(page.execution_status().map(cfn::ExecutionStatus::as_str), ExecutionStatus::parse),
        mode: page
            .deployment_config()
            .and_then(|config| config.mode())
            .map(|mode| Mode::parse(mode.as_str())),
        changes: Vec::new(),
    }
}

fn change(found: &cfn::ResourceChange) -> Change {
    let mut properties: Vec<String> = found
        .details()
        .iter()
        .filter_map(cfn::ResourceChangeDetail::target)
        .filter(|target| target.attribute() == Some(&cfn::ResourceAttribute::Properties))
        .filter_map(|target| {
            target.path().map(|path| path.trim_start_matches("/Properties/")).or(target.name())
        })
        .map(ToOwned::to_owned)
        .collect();
    properties.sort_unstable();
    properties.dedup();
    Change {
        action: word(found.action().map(cfn::ChangeAction::as_str), ChangeAction::parse),
        replacement: found.replacement().map(|replacement| Replacement::parse(replacement.as_str())),
        logical_id: LogicalId::new(text(found.logical_resource_id())),
        physical_id: owned(found.physical_resource_id()),
        resource_type: text(found.resource_type()),
        scope: found.scope().iter().map(|scope| ChangeScope::parse(scope.as_str())).collect(),
        policy_action: found.policy_action().map(|action| PolicyAction::parse(action.as_str())),
        properties,
    }
}

fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}

/// Some endpoints tell an empty text where AWS tells none.
fn owned(value: Option<&str>) -> Option<String> {
    value.filter(|text| !text.is_empty()).map(ToOwned::to_owned)
}

/// A missing word is an unknown one.
fn word<T>(value: Option<&str>, parse: impl FnOnce(&str) -> T) -> T {
    parse(value.unwrap_or_default())
}

fn milliseconds(time: Option<&DateTime>) -> Option<u64> {
    time.and_then(|time| time.to_millis().ok()).map(i64::unsigned_abs)
}
