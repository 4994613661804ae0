//! What kind of file a document is. It looks at the outline only.

use super::document::Document;
use super::node::NodeRef;

/// What a document is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Classification {
    /// A CloudFormation or SAM template.
    Template,
    /// An IAM policy document.
    Policy,
    /// Something else.
    Other,
}

impl Document {
    /// Whether it is a template, a policy document or something else.
    #[must_use]
    pub fn classify(&self) -> Classification {
        let root = self.root();
        let has_transform = self.transforms().any(|name| name.starts_with("AWS::"));
        let has_resources = self.resources().any(|resource| resource.resource_type().contains("::"));
        if root.get("AWSTemplateFormatVersion").is_some() || has_transform || has_resources {
            return Classification::Template;
        }
        let statements = self.policy_documents().filter_map(|policy| policy.get("Statement"));
        let mut statements = statements.flat_map(NodeRef::items_or_self);
        match statements.find_map(|statement| statement.get("Effect")) {
            Some(_) => Classification::Policy,
            None => Classification::Other,
        }
    }

    /// The policy documents of a file that is no template: the file itself, or the list `policies` of all that one
    /// identity has.
    pub fn policy_documents(&self) -> impl Iterator<Item = NodeRef<'_>> {
        let listed = self.root().get("policies").into_iter().flat_map(NodeRef::items);
        std::iter::once(self.root()).filter(|root| root.get("Statement").is_some()).chain(listed)
    }

    /// Whether SAM's transform turns it into CloudFormation.
    #[must_use]
    pub fn is_sam(&self) -> bool {
        self.transforms().any(|name| name == "AWS::Serverless-2016-10-31")
    }

    fn transforms(&self) -> impl Iterator<Item = &str> {
        self.section("Transform").into_iter().flat_map(NodeRef::items_or_self).filter_map(NodeRef::as_str)
    }
}
