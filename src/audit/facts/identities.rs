//! Identities with everything that the file grants them, wherever it is written.

use std::collections::BTreeMap;

use super::{Policy, permissions::POLICY_TYPES, reader::Reader};
use crate::{iam::policy::Statement, names::LogicalId};

/// A role, a user, a group, a SAM function with a role of its own, or a policy that somebody will attach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its logical id; none for a bare document.
    pub id: Option<LogicalId>,
    /// The statements of all of its policies, those that take away included.
    pub statements: Vec<Statement>,
}

/// All of a template.
pub(super) fn of<'d>(reader: &Reader<'d>, policies: &[Policy]) -> Vec<Identity> {
    let attached = attached(reader);
    let mut granted: BTreeMap<String, Vec<Statement>> = BTreeMap::new();
    for policy in policies {
        for holder in holders(reader, policy, &attached) {
            // Many policies of many identities multiply.
            if !reader.afford(policy.statements.len()) {
                return Vec::new();
            }
            granted.entry(holder).or_default().extend(policy.statements.iter().cloned());
        }
    }
    let identity = |(id, statements)| Identity { id: Some(LogicalId::new(id)), statements };
    granted.into_iter().map(identity).collect()
}

/// Who has a policy: its own resource, those that it names, and those that name it. One that nobody has here stands for
/// itself.
fn holders<'d>(
    reader: &Reader<'d>,
    policy: &Policy,
    attached: &BTreeMap<String, Vec<String>>,
) -> Vec<String> {
    let Some(owner) = policy.owner.as_ref() else { return Vec::new() };
    let Some(resource) = reader.document.resource(owner.as_str()) else { return Vec::new() };
    if !POLICY_TYPES.contains(&resource.resource_type()) {
        return vec![owner.to_string()];
    }
    let named = ["Roles", "Users", "Groups", "RoleName", "UserName", "GroupName"];
    let named = named.iter().filter_map(|key| resource.property(key));
    let mut holders: Vec<String> = named.flat_map(|node| reader.resources_in(node)).collect();
    holders.extend(attached.get(owner.as_str()).into_iter().flatten().cloned());
    if holders.is_empty() { vec![owner.to_string()] } else { holders }
}

/// The resources that attach a policy of this file, by that policy.
fn attached(reader: &Reader<'_>) -> BTreeMap<String, Vec<String>> {
    let mut by_policy: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for resource in reader.document.resources() {
        let lists = [resource.property("ManagedPolicyArns"), resource.property("Policies")];
        // Inline documents are mappings; only what is written as a reference can name another resource as a whole.
        let names = lists.into_iter().flatten().flat_map(|list| reader.unrolled(list));
        for policy in
            names.filter(|name| name.intrinsic().is_some()).flat_map(|name| reader.resources_in(name))
        {
            by_policy.entry(policy).or_default().push(resource.id().to_owned());
        }
    }
    by_policy
}
