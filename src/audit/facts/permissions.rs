//! Who holds which permissions: roles, users, groups, functions and state machines of a template.

use std::collections::BTreeSet;

use super::{ManagedPolicy, Policy, PolicyTemplate, Role, range, reader::Reader, statements};
use crate::{
    iam::{managed, policy::Text},
    names::LogicalId,
    template::{NodeRef, Resource},
};

/// Resource types that are one policy.
pub(super) static POLICY_TYPES: [&str; 5] = [
    "AWS::IAM::GroupPolicy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::UserPolicy",
];

/// Resource types with inline and attached policies.
static IDENTITY_TYPES: [&str; 3] = ["AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::User"];

/// Everything a template says about permissions.
#[derive(Debug, Default)]
pub(super) struct Permissions {
    pub(super) roles: Vec<Role>,
    pub(super) policies: Vec<Policy>,
    pub(super) managed_policies: Vec<ManagedPolicy>,
    pub(super) policy_templates: Vec<PolicyTemplate>,
}

/// Reads them.
pub(super) fn of<'d>(reader: &Reader<'d>) -> Permissions {
    let mut permissions = Permissions::default();
    let boundaries = boundaries(reader);
    for resource in reader.document.resources() {
        let kind = resource.resource_type();
        if POLICY_TYPES.contains(&kind) && !boundaries.contains(resource.id()) {
            let policy = resource.property("PolicyDocument");
            permissions.add_policy(reader, resource.logical_id(), policy);
        } else if IDENTITY_TYPES.contains(&kind) {
            permissions.add_identity(reader, resource);
        } else if is_sam_with_policies(resource) {
            permissions.add_sam(reader, resource);
        }
    }
    permissions.roles = roles(reader);
    permissions
}

impl Permissions {
    fn add_policy<'d>(&mut self, reader: &Reader<'d>, owner: LogicalId, policy: Option<NodeRef<'d>>) {
        let statements = policy.map(|policy| statements::of(reader, policy)).unwrap_or_default();
        if !statements.is_empty() {
            self.policies.push(Policy { owner: Some(owner), statements });
        }
    }

    fn add_identity<'d>(&mut self, reader: &Reader<'d>, identity: Resource<'d>) {
        let inline = identity.property("Policies").map(|node| reader.unrolled(node)).unwrap_or_default();
        for policy in inline {
            self.add_policy(reader, identity.logical_id(), policy.get("PolicyDocument"));
        }
        if let Some(attached) = identity.property("ManagedPolicyArns") {
            self.add_managed(reader, identity.logical_id(), attached);
        }
    }

    fn add_managed<'d>(&mut self, reader: &Reader<'d>, owner: LogicalId, attached: NodeRef<'d>) {
        for text in reader.texts(attached) {
            if let Some(name) = managed::aws_name(&text.value) {
                let (owner, name) = (owner.clone(), name.to_owned());
                self.managed_policies.push(ManagedPolicy { owner, name, span: text.span });
            }
        }
    }

    /// `Policies` of SAM: names and ARNs, documents, and policy templates.
    fn add_sam<'d>(&mut self, reader: &Reader<'d>, resource: Resource<'d>) {
        let Some(policies) = resource.effective("Policies") else { return };
        let items = policies.items();
        let items = if items.is_empty() { vec![policies.node()] } else { items };
        for policy in items.into_iter().flat_map(|node| reader.unrolled(node)) {
            if policy.get("Statement").is_some() {
                self.add_policy(reader, resource.logical_id(), Some(policy));
            } else if policy.is_mapping() && policy.intrinsic().is_none() {
                self.policy_templates.extend(policy_template(reader, resource, policy));
            } else {
                self.add_managed(reader, resource.logical_id(), policy);
            }
        }
    }
}

/// SAM ignores `Policies` beside a `Role`.
fn is_sam_with_policies(resource: Resource<'_>) -> bool {
    let kind = resource.resource_type();
    let is_kind = matches!(kind, "AWS::Serverless::Function" | "AWS::Serverless::StateMachine");
    is_kind && resource.effective("Role").is_none()
}

fn policy_template<'d>(
    reader: &Reader<'d>,
    resource: Resource<'d>,
    node: NodeRef<'d>,
) -> Option<PolicyTemplate> {
    let entry = node.entries().next()?;
    let name = Text { value: entry.name().to_owned(), span: range(entry.key.span()) };
    let parameters = entry.value.entries().filter_map(|parameter| {
        let value = reader.texts(parameter.value).into_iter().next()?;
        Some((parameter.name().to_owned(), value))
    });
    Some(PolicyTemplate { owner: resource.logical_id(), name, parameters: parameters.collect() })
}

fn roles<'d>(reader: &Reader<'d>) -> Vec<Role> {
    let attached_to = roles_with_separate_policies(reader);
    reader
        .document
        .resources_of_type("AWS::IAM::Role")
        .map(|role| Role {
            id: role.logical_id(),
            span: range(role.key().span()),
            is_basic: !attached_to.contains(role.id()) && is_basic(reader, role),
        })
        .collect()
}

fn is_basic<'d>(reader: &Reader<'d>, role: Resource<'d>) -> bool {
    let has_inline =
        role.property("Policies").is_some_and(|policies| policies.items_or_self().next().is_some());
    let attached = role.property("ManagedPolicyArns").map(|arns| reader.texts(arns));
    let are_basic = attached
        .unwrap_or_default()
        .iter()
        .all(|text| managed::aws_name(&text.value).is_some_and(managed::is_basic_execution));
    !has_inline && are_basic
}

/// Roles that `AWS::IAM::Policy` and the like name.
fn roles_with_separate_policies<'d>(reader: &Reader<'d>) -> BTreeSet<String> {
    let policies =
        reader.document.resources().filter(|resource| POLICY_TYPES.contains(&resource.resource_type()));
    let nodes = policies.flat_map(|policy| [policy.property("Roles"), policy.property("RoleName")]);
    nodes.flatten().flat_map(|node| reader.resources_in(node)).collect()
}

/// Managed policies that only bound what others grant; `Allow *` is their usual first statement.
fn boundaries<'d>(reader: &Reader<'d>) -> BTreeSet<String> {
    let nodes = reader.document.resources().filter_map(|resource| resource.property("PermissionsBoundary"));
    nodes.flat_map(|node| reader.resources_in(node)).collect()
}
