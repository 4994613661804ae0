//! Finds the first real cause of a failed operation among its events, and what to do about it.

use super::events::{Progress, Scope, fold, in_order};
use super::problem::{Finder, Problem};
use super::{Action, ResourceStatus, STACK_TYPE, StackEvent, Stage};
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
    /// The names of the nested stacks that lead to it, outermost first.
    pub within: Vec<LogicalId>,
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
    /// Where in the template, such as `/Resources/Uploads/Properties/BucketName`, when CloudFormation says so.
    pub path: Option<String>,
    /// What to do about it.
    pub remedy: Remedy,
}

impl Cause {
    /// Its name with those of the nested stacks it is in, such as `Storage/Uploads`.
    #[must_use]
    pub fn full_name(&self) -> String {
        let names: Vec<&str> = self.within.iter().chain([&self.logical_id]).map(LogicalId::as_str).collect();
        names.join("/")
    }
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
    let progress = fold_of(&events, scope);
    let cause_of = |event: &StackEvent| cause_of(event, &progress);
    let causes: Vec<Cause> = first.into_iter().map(&cause_of).collect();
    let told: Vec<Arn> = causes.iter().map(|cause| cause.stack_id.clone()).collect();
    let mut causes = causes.into_iter().filter(|cause| !is_told_by_its_child(cause, &told));
    let cause = causes.next().or_else(|| stack_reason(&events, scope, &progress))?;
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
fn is_told_by_its_child(cause: &Cause, told: &[Arn]) -> bool {
    cause.resource_type == STACK_TYPE
        && told.iter().any(|stack| cause.physical_id.as_deref() == Some(stack.as_str()))
}

/// What the stack says about itself, when the failed resource's own event is not among the events.
fn stack_reason(events: &[&StackEvent], scope: &Scope, progress: &Progress) -> Option<Cause> {
    events
        .iter()
        .filter(|event| event.is_about_the_stack() && event.stack_id == scope.stack_id)
        .find(|event| {
            let is_bad = event.status.stage() == Stage::Failed || event.status.action() == Action::Rollback;
            is_bad && event.reason.as_deref().is_some_and(|reason| !reason.is_empty())
        })
        .map(|event| cause_of(event, progress))
}

fn fold_of(events: &[&StackEvent], scope: &Scope) -> Progress {
    let events: Vec<StackEvent> = events.iter().map(|event| (*event).clone()).collect();
    fold(&events, scope)
}

fn cause_of(event: &StackEvent, progress: &Progress) -> Cause {
    let reason = event.reason.clone().unwrap_or_else(|| "CloudFormation gave no reason".to_owned());
    let remedy = remedy_for(&reason, event.physical_id.as_deref());
    Cause {
        stack_id: event.stack_id.clone(),
        within: progress.way_to(&event.stack_id),
        logical_id: event.logical_id.clone(),
        physical_id: event.physical_id.clone(),
        resource_type: event.resource_type.clone(),
        status: event.status.clone(),
        at_ms: event.timestamp_ms,
        reason,
        path: None,
        remedy,
    }
}

impl Diagnosis {
    /// Adds what CloudFormation says beside the events: the path of a failure that is known, and validations, which no
    /// stack event tells of and which come before anything is made. `stack` is the one that was asked about.
    #[must_use]
    pub fn with(found: Option<Self>, problems: &[Problem], scope: &Scope) -> Option<Self> {
        let mut found = found;
        let mut new = Vec::new();
        for problem in problems.iter().filter(|problem| !problem.is_warning && problem.at_ms >= scope.from_ms)
        {
            match found.as_mut().and_then(|diagnosis| diagnosis.cause_about(problem)) {
                Some(cause) => {
                    if cause.path.is_none() {
                        cause.path.clone_from(&problem.path);
                    }
                }
                None => new.extend(problem.as_cause(scope)),
            }
        }
        new.sort_by_key(|cause: &Cause| cause.at_ms);
        new.dedup_by(|next, previous| {
            (&next.logical_id, &next.reason) == (&previous.logical_id, &previous.reason)
        });
        let mut new = new.into_iter();
        match (new.next(), found) {
            (Some(first), Some(old)) => {
                // What stopped the operation before it began explains what the stack says of itself.
                let others = new.chain([old.cause].into_iter().filter(|cause| !cause.is_about_the_stack()));
                Some(Self {
                    cause: first,
                    others: others.chain(old.others).collect(),
                    rollback: old.rollback,
                })
            }
            (Some(first), None) => Some(Self { cause: first, others: new.collect(), rollback: None }),
            (None, found) => found,
        }
    }

    fn cause_about(&mut self, problem: &Problem) -> Option<&mut Cause> {
        let is_same = |cause: &&mut Cause| {
            problem.logical_id.as_ref() == Some(&cause.logical_id)
                && problem.stack_id.as_ref().is_none_or(|stack| *stack == cause.stack_id)
        };
        std::iter::once(&mut self.cause).chain(&mut self.others).chain(&mut self.rollback).find(is_same)
    }
}

impl Cause {
    fn is_about_the_stack(&self) -> bool {
        self.physical_id.as_deref() == Some(self.stack_id.as_str())
    }
}

impl Problem {
    /// A validation as a cause. What provisioning and hooks found is in the stack's events, with its consequences told
    /// apart.
    fn as_cause(&self, scope: &Scope) -> Option<Cause> {
        match &self.finder {
            Finder::Validation(_) => {}
            Finder::Provisioning | Finder::Hook(_) => return None,
        }
        Some(Cause {
            stack_id: self.stack_id.clone().unwrap_or_else(|| scope.stack_id.clone()),
            within: Vec::new(),
            logical_id: self.logical_id.clone()?,
            physical_id: None,
            resource_type: self.resource_type.clone().unwrap_or_default(),
            status: ResourceStatus::parse("VALIDATION_FAILED"),
            at_ms: self.at_ms,
            reason: self.reason.clone(),
            path: self.path.clone(),
            remedy: remedy_for(&self.reason, None),
        })
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
