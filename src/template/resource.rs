//! Resources and parameters of a template, as they are written. What they mean is for others to say.

use crate::names::LogicalId;

use super::effective::Effective;
use super::node::NodeRef;

/// An entry of `Resources`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resource<'d> {
    key: NodeRef<'d>,
    node: NodeRef<'d>,
}

impl<'d> Resource<'d> {
    /// The resource, if the entry is a mapping under a readable key.
    pub(super) fn new(key: NodeRef<'d>, node: NodeRef<'d>) -> Option<Self> {
        (key.is_scalar() && node.is_mapping()).then_some(Self { key, node })
    }

    /// The logical id as it is written.
    #[must_use]
    pub fn id(self) -> &'d str {
        self.key.text().unwrap_or_default()
    }

    /// The logical id.
    #[must_use]
    pub fn logical_id(self) -> LogicalId {
        LogicalId::new(self.id())
    }

    /// The type, such as `AWS::SQS::Queue`; empty where it is missing.
    #[must_use]
    pub fn resource_type(self) -> &'d str {
        self.node.get("Type").and_then(NodeRef::as_str).unwrap_or_default()
    }

    /// Whether the type is one of SAM's.
    #[must_use]
    pub fn is_sam(self) -> bool {
        self.resource_type().starts_with(SAM_PREFIX)
    }

    /// The node of the logical id.
    #[must_use]
    pub const fn key(self) -> NodeRef<'d> {
        self.key
    }

    /// The node of the whole resource.
    #[must_use]
    pub const fn node(self) -> NodeRef<'d> {
        self.node
    }

    /// The properties as they are written.
    #[must_use]
    pub fn properties(self) -> Option<NodeRef<'d>> {
        self.node.get("Properties")
    }

    /// A property that the resource itself has.
    #[must_use]
    pub fn property(self, name: &str) -> Option<NodeRef<'d>> {
        self.properties()?.get(name)
    }

    /// A resource attribute such as `Condition`, `DependsOn`, `DeletionPolicy` or `Metadata`.
    #[must_use]
    pub fn attribute(self, name: &str) -> Option<NodeRef<'d>> {
        self.node.get(name)
    }

    /// A property with what `Globals` adds to it.
    #[must_use]
    pub fn effective(self, name: &str) -> Option<Effective<'d>> {
        Effective::merge(self.property(name), self.global(name))
    }

    /// What `Globals` says about a property, unless the resource's `IgnoreGlobals` refuses it.
    fn global(self, name: &str) -> Option<NodeRef<'d>> {
        let section = self.resource_type().strip_prefix(SAM_PREFIX)?;
        let global = self.node.document().globals(section)?.get(name)?;
        let is_ignored = self.node.get("IgnoreGlobals").is_some_and(|ignored| {
            ignored.as_str() == Some("*") || ignored.items().any(|item| item.as_str() == Some(name))
        });
        (!is_ignored).then_some(global)
    }
}

const SAM_PREFIX: &str = "AWS::Serverless::";

/// An entry of `Parameters`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter<'d> {
    key: NodeRef<'d>,
    node: NodeRef<'d>,
}

impl<'d> Parameter<'d> {
    /// The parameter, if the entry is a mapping under a readable key.
    pub(super) fn new(key: NodeRef<'d>, node: NodeRef<'d>) -> Option<Self> {
        (key.is_scalar() && node.is_mapping()).then_some(Self { key, node })
    }

    /// The name.
    #[must_use]
    pub fn name(self) -> &'d str {
        self.key.text().unwrap_or_default()
    }

    /// Whether nobody should see its value (`NoEcho`).
    #[must_use]
    pub fn is_hidden(self) -> bool {
        let mark = self.node.get("NoEcho");
        mark.is_some_and(|mark| mark.as_bool() == Some(true) || mark.as_str() == Some("true"))
    }

    /// The node of the name.
    #[must_use]
    pub const fn key(self) -> NodeRef<'d> {
        self.key
    }

    /// The node of the whole parameter.
    #[must_use]
    pub const fn node(self) -> NodeRef<'d> {
        self.node
    }

    /// The type, such as `String` or `CommaDelimitedList`; empty where it is missing.
    #[must_use]
    pub fn parameter_type(self) -> &'d str {
        self.node.get("Type").and_then(NodeRef::as_str).unwrap_or_default()
    }

    /// The default as it is written.
    #[must_use]
    pub fn default(self) -> Option<NodeRef<'d>> {
        self.node.get("Default")
    }

    /// Whether CloudFormation masks its value (`NoEcho`).
    #[must_use]
    pub fn is_secret(self) -> bool {
        self.node.get("NoEcho").and_then(NodeRef::as_bool).unwrap_or(false)
    }

    /// Whether its value is a list.
    #[must_use]
    pub fn is_list(self) -> bool {
        self.parameter_type() == "CommaDelimitedList" || self.parameter_type().starts_with("List<")
    }

    /// The text its value has when nobody sets it. The default of a parameter that AWS looks up in
    /// Systems Manager is a name there and not the value.
    pub(super) fn default_text(self) -> Option<&'d str> {
        if self.is_secret() || self.parameter_type().starts_with("AWS::SSM::") {
            return None;
        }
        // A default of "" is a value; an empty node is none.
        self.default().filter(|node| !node.is_null()).and_then(NodeRef::text)
    }
}
