//! Stacks, resources and events as CloudFormation describes them, in our words; holds values, decides nothing.
//!
//! Values of parameters and outputs may be secrets, so they never appear in `Debug` output.

use std::fmt;

use super::status::{ResourceStatus, StackStatus};
use crate::names::{Arn, LogicalId, StackName};

/// What an operation on a stack sets out to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Creates the stack.
    Create,
    /// Updates it.
    Update,
    /// Deletes it.
    Delete,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Self; 3] = [Self::Create, Self::Update, Self::Delete];
}

/// One stack, as `DescribeStacks` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// Its name.
    pub name: StackName,
    /// Its ARN; another stack of the same name has another one.
    pub id: Arn,
    /// Its status.
    pub status: StackStatus,
    /// Why the status is what it is, in AWS's words.
    pub reason: Option<String>,
    /// Its outputs, in AWS's order.
    pub outputs: Vec<Output>,
    /// Its parameters; CloudFormation masks `NoEcho` values itself.
    pub parameters: Vec<Parameter>,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// When it was created, milliseconds since the Unix epoch.
    pub created_ms: u64,
    /// When it was last updated, if ever.
    pub updated_ms: Option<u64>,
    /// `DeleteStack` is refused while this is on.
    pub has_termination_protection: bool,
}

/// One output of a stack.
#[derive(Clone, PartialEq, Eq)]
pub struct Output {
    /// `OutputKey`.
    pub key: String,
    /// `OutputValue`.
    pub value: String,
    /// `Description` from the template.
    pub description: Option<String>,
    /// `ExportName`, when other stacks may import it.
    pub export: Option<String>,
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").field("key", &self.key).finish_non_exhaustive()
    }
}

/// One parameter of a stack.
#[derive(Clone, PartialEq, Eq)]
pub struct Parameter {
    /// `ParameterKey`.
    pub key: String,
    /// `ParameterValue`.
    pub value: String,
}

impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parameter").field("key", &self.key).finish_non_exhaustive()
    }
}

/// One tag of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// One resource of a stack, as `ListStackResources` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackResource {
    /// Its name in the template.
    pub logical_id: LogicalId,
    /// Its name in the account, once it has one.
    pub physical_id: Option<String>,
    /// Its type, such as `AWS::Lambda::Function`.
    pub resource_type: String,
    /// Its status.
    pub status: ResourceStatus,
    /// Why the status is what it is, in AWS's words.
    pub reason: Option<String>,
}

/// One stack event, as `DescribeStackEvents` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackEvent {
    /// `EventId`: unique, the same each time the event is read.
    pub id: String,
    /// When it happened, milliseconds since the Unix epoch.
    pub timestamp_ms: u64,
    /// The stack it belongs to.
    pub stack_id: Arn,
    /// The resource, or the stack's own name for the stack's own events.
    pub logical_id: LogicalId,
    /// The resource's name in the account, once it has one.
    pub physical_id: Option<String>,
    /// Its type, such as `AWS::Lambda::Function`.
    pub resource_type: String,
    /// What happened.
    pub status: ResourceStatus,
    /// Why, in AWS's words.
    pub reason: Option<String>,
    /// `ClientRequestToken` of the call that started the operation, if it carried one.
    pub token: Option<String>,
}

impl StackEvent {
    /// Whether this is about the stack itself, not about a resource in it.
    ///
    /// A nested stack has the same resource type; only the stack's own events name its own id.
    #[must_use]
    pub fn is_about_the_stack(&self) -> bool {
        self.physical_id.as_deref() == Some(self.stack_id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_may_be_secret_stay_out_of_debug() {
        let output = Output { key: "Url".into(), value: "canary".into(), description: None, export: None };
        let parameter = Parameter { key: "Password".into(), value: "canary".into() };
        assert!(!format!("{output:?}{parameter:?}").contains("canary"));
    }
}
