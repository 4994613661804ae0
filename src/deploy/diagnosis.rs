//! Finds the first real cause of a failed operation among its events, and what to do about it.

use super::events::{Scope, in_order};
use super::{Action, ResourceStatus, StackEvent, Stage};
use crate::names::{Arn, LogicalId};

/// Why an operation failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// The failure that came first and was not itself the consequence of another.
    pub cause: Cause,
    /// Other failures that came by themselves.
    pub others: Vec<Cause>,
    /// What made the rollback fail too, if it did.
    pub rollback: Option<Cause>,
}

/// One failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The stack it happened in: a nested one has another id.
    pub stack_id: Arn,
    /// The resource, to be looked up in the template.
    pub logical_id: LogicalId,
    /// Its name in the account, if it has one.
    pub physical_id: Option<String>,
    /// Its type.
    pub resource_type: String,
    /// What failed.
    pub status: ResourceStatus,
    /// When.
    pub at_ms: u64,
    /// Why, in AWS's words.
    pub reason: String,
    /// What to do about it.
    pub remedy: Remedy,
}

/// What to do about a failure, as far as its reason tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// The caller, or the role that CloudFormation uses, lacks a permission.
    Grant {
        /// The action, such as `iam:CreateRole`.
        action: Option<String>,
    },
    /// The reason is encoded; only somebody with the right to decode it can read it.
    Decode,
    /// Something of that name exists outside of this stack.
    ChooseAnotherName,
    /// Something the resource refers to does not exist.
    CreateWhatIsMissing,
    /// AWS limited the rate of calls.
    DeployAgain,
    /// A service may not assume the role.
    FixTrustPolicy,
    /// A bucket must be empty before it is deleted.
    EmptyBucket,
    /// The cause is in the events of a nested stack.
    LookInside(Option<Arn>),
    /// The reason must speak for itself.
    ReadReason,
}

impl Remedy {
    /// One sentence for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Grant { action: Some(action) } => {
                format!("allow the deploying identity `{action}` on this resource, then deploy again")
            }
            Self::Grant { action: None } => {
                "allow the deploying identity what the reason names, then deploy again".to_owned()
            }
            Self::Decode => {
                "read the encoded message with `aws sts decode-authorization-message --encoded-message …`".to_owned()
            }
            Self::ChooseAnotherName => {
                "leave the name out of the template, so that CloudFormation makes one, or remove what has it now"
                    .to_owned()
            }
            Self::CreateWhatIsMissing => {
                "check the name the resource refers to; what it names must exist first, in this account and region"
                    .to_owned()
            }
            Self::DeployAgain => "nothing is wrong with the template: deploy again in a minute".to_owned(),
            Self::FixTrustPolicy => {
                "allow the service in the role's AssumeRolePolicyDocument, such as `lambda.amazonaws.com`".to_owned()
            }
            Self::EmptyBucket => "`slsx destroy` shows what is in the bucket and empties it".to_owned(),
            Self::LookInside(Some(stack)) => format!("the cause is in the events of the nested stack {stack}"),
            Self::LookInside(None) => "the cause is in the events of the nested stack".to_owned(),
            Self::ReadReason => "change the template as the reason says, then deploy again".to_owned(),
        }
    }
}

/// Finds the first real cause, if anything failed.
#[must_use]
pub fn diagnose(events: &[StackEvent], scope: &Scope) -> Option<Diagnosis> {
    let events = in_order(events, scope);
    let rollback_at =
        events.iter().find(|event| is_rollback_of(event, scope)).map(|event| event.timestamp_ms);
    let (first, later): (Vec<_>, Vec<_>) = events
        .iter()
        .filter(|event| is_real_failure(event))
        .partition(|event| rollback_at.is_none_or(|at| event.timestamp_ms <= at));
    let mut causes = first.into_iter().map(cause_of).collect::<Vec<_>>();
    causes.dedup_by(|next, previous| is_told_by_its_child(next, previous));
    let mut causes = causes.into_iter();
    let cause = causes.next().or_else(|| stack_reason(&events, scope))?;
    // A sibling may still fail by itself while the rollback runs; that alone does not fail the rollback.
    let has_failed_rollback = events.iter().any(|event| is_failed_rollback_of(event, scope));
    let rollback = later.first().filter(|_| has_failed_rollback).map(|event| cause_of(event));
    Some(Diagnosis { cause, others: causes.collect(), rollback })
}

fn is_rollback_of(event: &StackEvent, scope: &Scope) -> bool {
    let is_own = event.is_about_the_stack() && event.stack_id == scope.stack_id;
    is_own && event.status.action() == Action::Rollback && event.status.stage() == Stage::Running
}

fn is_failed_rollback_of(event: &StackEvent, scope: &Scope) -> bool {
    let is_own = event.is_about_the_stack() && event.stack_id == scope.stack_id;
    is_own && event.status.action() == Action::Rollback && event.status.stage() == Stage::Failed
}

/// A failure of a resource that no other failure brought about.
fn is_real_failure(event: &StackEvent) -> bool {
    let reason = event.reason.as_deref().unwrap_or_default();
    event.status.stage() == Stage::Failed && !event.is_about_the_stack() && !is_consequence(reason)
}

/// CloudFormation stops the siblings of a failed resource and reports each of them as failed.
fn is_consequence(reason: &str) -> bool {
    const CANCELLED: [&str; 3] =
        ["Resource creation cancelled", "Resource update cancelled", "Resource deletion cancelled"];
    CANCELLED.iter().any(|start| reason.starts_with(start))
        || reason.starts_with("The following resource(s) failed to")
}

/// A nested stack fails because something in it did; if that was told, the nested stack adds nothing.
fn is_told_by_its_child(next: &Cause, previous: &Cause) -> bool {
    next.resource_type == "AWS::CloudFormation::Stack"
        && next.physical_id.as_deref() == Some(previous.stack_id.as_str())
}

/// What the stack says about itself, when the failed resource's own event is not among the events.
fn stack_reason(events: &[&StackEvent], scope: &Scope) -> Option<Cause> {
    events
        .iter()
        .filter(|event| event.is_about_the_stack() && event.stack_id == scope.stack_id)
        .find(|event| {
            let is_bad = event.status.stage() == Stage::Failed || event.status.action() == Action::Rollback;
            is_bad && event.reason.as_deref().is_some_and(|reason| !reason.is_empty())
        })
        .map(|event| cause_of(event))
}

fn cause_of(event: &StackEvent) -> Cause {
    let reason = event.reason.clone().unwrap_or_else(|| "CloudFormation gave no reason".to_owned());
    let remedy = remedy_for(&reason, event.physical_id.as_deref());
    Cause {
        stack_id: event.stack_id.clone(),
        logical_id: event.logical_id.clone(),
        physical_id: event.physical_id.clone(),
        resource_type: event.resource_type.clone(),
        status: event.status.clone(),
        at_ms: event.timestamp_ms,
        reason,
        remedy,
    }
}

/// Reads a reason. There are no codes for these, only sentences of each service; the narrowest come first.
fn remedy_for(reason: &str, physical_id: Option<&str>) -> Remedy {
    let lower = reason.to_lowercase();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| lower.contains(phrase));
    if lower.starts_with("embedded stack") {
        Remedy::LookInside(physical_id.map(Arn::from))
    } else if says(&["encoded authorization failure message"]) {
        Remedy::Decode
    } else if says(&["cannot be assumed"]) {
        Remedy::FixTrustPolicy
    } else if says(&["not authorized to perform", "accessdenied", "access denied"]) {
        Remedy::Grant { action: denied_action(reason) }
    } else if says(&["bucket you tried to delete is not empty"]) {
        Remedy::EmptyBucket
    } else if says(&["rate exceeded", "throttling", "toomanyrequests", "too many requests"]) {
        Remedy::DeployAgain
    } else if says(&["already exist", "alreadyexists"]) {
        Remedy::ChooseAnotherName
    } else if says(&["not found", "notfound", "does not exist", "no such", "nosuch"]) {
        Remedy::CreateWhatIsMissing
    } else {
        Remedy::ReadReason
    }
}

/// The action in "… is not authorized to perform: iam:CreateRole on resource: …".
fn denied_action(reason: &str) -> Option<String> {
    let (_, after) = reason.split_once("not authorized to perform: ")?;
    let action = after.split(|character: char| character.is_whitespace() || character == ',').next()?;
    let action = action.trim_end_matches(['.', ')']);
    action.contains(':').then(|| action.to_owned())
}

#[cfg(test)]
mod tests;
