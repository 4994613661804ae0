//! Lambda functions of a template, written for SAM or for CloudFormation, as one view. It judges nothing.

mod code;
mod role;
#[cfg(test)]
mod tests;

pub use code::Code;
pub use role::Role;

use crate::names::LogicalId;

use super::document::Document;
use super::effective::Effective;
use super::node::NodeRef;
use super::resource::Resource;

/// An `AWS::Serverless::Function` or `AWS::Lambda::Function`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionView<'d> {
    resource: Resource<'d>,
}

/// An entry of a SAM function's `Events`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventView<'d> {
    /// The node of the event's name.
    pub key: NodeRef<'d>,
    /// The node of the whole event.
    pub node: NodeRef<'d>,
}

impl<'d> EventView<'d> {
    /// The name.
    #[must_use]
    pub fn name(self) -> &'d str {
        self.key.text().unwrap_or_default()
    }

    /// The type, such as `Api` or `SQS`; empty where it is missing.
    #[must_use]
    pub fn event_type(self) -> &'d str {
        self.node.get("Type").and_then(NodeRef::as_str).unwrap_or_default()
    }

    /// The properties.
    #[must_use]
    pub fn properties(self) -> Option<NodeRef<'d>> {
        self.node.get("Properties")
    }

    /// A property.
    #[must_use]
    pub fn property(self, name: &str) -> Option<NodeRef<'d>> {
        self.properties()?.get(name)
    }
}

impl Document {
    /// The Lambda functions, in the order of the text.
    #[must_use]
    pub fn functions(&self) -> Vec<FunctionView<'_>> {
        self.resources().filter_map(FunctionView::new).collect()
    }

    /// The Lambda function with this logical id.
    #[must_use]
    pub fn function(&self, id: &str) -> Option<FunctionView<'_>> {
        FunctionView::new(self.resource(id)?)
    }
}

impl<'d> FunctionView<'d> {
    /// The view, if the resource is a Lambda function.
    #[must_use]
    pub fn new(resource: Resource<'d>) -> Option<Self> {
        matches!(resource.resource_type(), "AWS::Serverless::Function" | "AWS::Lambda::Function")
            .then_some(Self { resource })
    }

    /// The resource.
    #[must_use]
    pub const fn resource(self) -> Resource<'d> {
        self.resource
    }

    /// The logical id as it is written.
    #[must_use]
    pub fn id(self) -> &'d str {
        self.resource.id()
    }

    /// The logical id.
    #[must_use]
    pub fn logical_id(self) -> LogicalId {
        self.resource.logical_id()
    }

    /// Whether it is an `AWS::Serverless::Function`.
    #[must_use]
    pub fn is_sam(self) -> bool {
        self.resource.is_sam()
    }

    /// `Runtime`.
    #[must_use]
    pub fn runtime(self) -> Option<Effective<'d>> {
        self.resource.effective("Runtime")
    }

    /// `Handler`.
    #[must_use]
    pub fn handler(self) -> Option<Effective<'d>> {
        self.resource.effective("Handler")
    }

    /// `Timeout`, in seconds.
    #[must_use]
    pub fn timeout(self) -> Option<Effective<'d>> {
        self.resource.effective("Timeout")
    }

    /// `MemorySize`, in megabytes.
    #[must_use]
    pub fn memory_size(self) -> Option<Effective<'d>> {
        self.resource.effective("MemorySize")
    }

    /// `Architectures`.
    #[must_use]
    pub fn architectures(self) -> Option<Effective<'d>> {
        self.resource.effective("Architectures")
    }

    /// The environment variables.
    #[must_use]
    pub fn environment(self) -> Option<Effective<'d>> {
        self.resource.effective("Environment")?.get("Variables")
    }

    /// `DeadLetterQueue` of SAM or `DeadLetterConfig` of CloudFormation.
    #[must_use]
    pub fn dead_letter(self) -> Option<Effective<'d>> {
        self.resource.effective(if self.is_sam() { "DeadLetterQueue" } else { "DeadLetterConfig" })
    }

    /// The destination for failed asynchronous invocations in the function's own `EventInvokeConfig`.
    /// One declared apart from the function is in [`super::Invocations::on_failure`].
    #[must_use]
    pub fn on_failure(self) -> Option<NodeRef<'d>> {
        let config = self.resource.effective("EventInvokeConfig").filter(|_| self.is_sam())?;
        config.path(&["DestinationConfig", "OnFailure"]).map(Effective::node)
    }

    /// The items of a SAM function's `Policies`: names, policy templates and documents.
    #[must_use]
    pub fn policies(self) -> Vec<NodeRef<'d>> {
        let policies = self.resource.property("Policies").filter(|_| self.is_sam());
        policies.into_iter().flat_map(NodeRef::items_or_self).collect()
    }

    /// The entries of a SAM function's `Events`.
    #[must_use]
    pub fn events(self) -> Vec<EventView<'d>> {
        let events = self.resource.property("Events").filter(|_| self.is_sam());
        let entries = events.into_iter().flat_map(NodeRef::entries);
        entries.map(|entry| EventView { key: entry.key, node: entry.value }).collect()
    }

    /// Where the code comes from.
    #[must_use]
    pub fn code(self) -> Code<'d> {
        Code::of(self.resource)
    }

    /// The execution role.
    #[must_use]
    pub fn role(self) -> Role<'d> {
        Role::of(self.resource)
    }
}
