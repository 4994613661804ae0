//! CloudFormation's stacks, change sets and events.

use super::RemoteError;
use crate::deploy::{ChangeSet, ChangeSetKind, Mode, Problem, Stack, StackEvent, StackResource};
use crate::names::{Arn, StackName};

/// Which form of a deployed template is meant (`TemplateStage`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateStage {
    /// As it was sent.
    Original,
    /// With every transform applied, as CloudFormation acts on it.
    Processed,
}

/// Where a template is handed to CloudFormation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateSource {
    /// In the request; 51,200 bytes at most.
    Body(String),
    /// In a bucket; 1 MB at most.
    Url(String),
}

/// What a change set is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSetRequest {
    /// The stack, which need not exist for a `Create`.
    pub stack: StackName,
    /// Name of the change set.
    pub name: String,
    /// For a new stack or for one that exists.
    pub kind: ChangeSetKind,
    /// The template.
    pub template: TemplateSource,
    /// Parameter keys and values; those that are left out keep their previous value or default.
    pub parameters: Vec<(String, String)>,
    /// Keys of parameters that keep the value they have in the stack.
    pub kept_parameters: Vec<String>,
    /// Tags of the stack.
    pub tags: Vec<(String, String)>,
    /// The mode its execution works in; a failed operation is rolled back in either.
    pub mode: Mode,
}

/// CloudFormation.
#[expect(async_fn_in_trait, reason = "current-thread runtime, generics only: Send is not needed")]
pub trait Stacks {
    /// `DescribeStacks`; none when there is no such stack. A deleted stack is found by its id only.
    async fn describe(&self, stack: &str) -> Result<Option<Stack>, RemoteError>;
    /// `ListStackResources`, all pages.
    async fn resources(&self, stack: &str) -> Result<Vec<StackResource>, RemoteError>;
    /// `GetTemplate`: the deployed template.
    async fn template(&self, stack: &str, stage: TemplateStage) -> Result<String, RemoteError>;
    /// `CreateChangeSet`, with every capability the template may need; the change set is shown before it runs.
    /// Returns its ARN. A request that is sent twice with one token makes one change set.
    async fn create_change_set(&self, request: &ChangeSetRequest, token: &str) -> Result<Arn, RemoteError>;
    /// `DescribeChangeSet`, all pages, by name or ARN; none when there is no such change set.
    async fn describe_change_set(
        &self,
        stack: &str,
        change_set: &str,
    ) -> Result<Option<ChangeSet>, RemoteError>;
    /// `ExecuteChangeSet`, by ARN: a name may mean another change set by now.
    async fn execute_change_set(&self, stack: &str, change_set: &Arn, token: &str)
    -> Result<(), RemoteError>;
    /// `DeleteChangeSet`, by ARN.
    async fn delete_change_set(&self, stack: &str, change_set: &Arn) -> Result<(), RemoteError>;
    /// `DescribeStackEvents`, newest first, back to and without the event `until`.
    async fn events(&self, stack: &str, until: Option<&str>) -> Result<Vec<StackEvent>, RemoteError>;
    /// The id of the newest event: one page of `DescribeStackEvents`, however long the stack's history is.
    async fn newest_event(&self, stack: &str) -> Result<Option<String>, RemoteError>;
    /// `DescribeEvents`, failures only, all pages: of a change set, or of the stack's latest operations. Empty where
    /// the endpoint does not know that call or the caller may not make it: it explains, and decides nothing.
    async fn problems(&self, stack: &str, change_set: Option<&Arn>) -> Result<Vec<Problem>, RemoteError>;
    /// `RollbackStack`: takes a paused, failed update back; returns before that is done.
    async fn roll_back(&self, stack: &str, token: &str) -> Result<(), RemoteError>;
    /// `ContinueUpdateRollback`: goes on with a failed rollback, without these resources; returns before that is done.
    async fn continue_rollback(&self, stack: &str, skip: &[String], token: &str) -> Result<(), RemoteError>;
    /// `CancelUpdateStack`: has a running update rolled back; returns before that is done.
    async fn cancel_update(&self, stack: &str, token: &str) -> Result<(), RemoteError>;
    /// `DeleteStack`; returns before it is deleted. What is retained stays in the account; CloudFormation takes that
    /// only for resources that an earlier deletion failed to delete.
    async fn delete(&self, stack: &str, retained: &[String], token: &str) -> Result<(), RemoteError>;
}
