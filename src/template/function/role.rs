//! Which role a function runs with. It does not look inside the role.

use crate::names::LogicalId;
use crate::template::node::NodeRef;
use crate::template::resource::Resource;

/// A function's execution role, with the node that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role<'d> {
    /// SAM makes one for this function alone, from its `Policies` and `Events`.
    Generated,
    /// A resource of this template.
    Resource {
        /// The logical id of the role.
        id: LogicalId,
        /// The value of `Role`.
        node: NodeRef<'d>,
    },
    /// A role that exists already.
    Literal {
        /// Its ARN.
        arn: String,
        /// The value of `Role`.
        node: NodeRef<'d>,
    },
    /// A value that the template alone does not tell.
    Unknown {
        /// The value of `Role`.
        node: NodeRef<'d>,
    },
    /// A CloudFormation function without the role it needs.
    Missing,
}

impl<'d> Role<'d> {
    pub(super) fn of(resource: Resource<'d>) -> Self {
        let Some(node) = resource.effective("Role").map(super::Effective::node) else {
            return if resource.is_sam() { Self::Generated } else { Self::Missing };
        };
        let resolved = node.document().resolve(node);
        if let Some(arn) = resolved.known() {
            return Self::Literal { arn: arn.to_owned(), node };
        }
        match resolved.reference().and_then(|reference| reference.resource()) {
            Some(id) => Self::Resource { id: id.clone(), node },
            None => Self::Unknown { node },
        }
    }
}
