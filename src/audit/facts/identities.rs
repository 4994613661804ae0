//! Identities with everything that the file grants them, wherever it is written.

use super::{Policy, permissions::POLICY_TYPES, reader::Reader};
use crate::{iam::policy::Statement, names::LogicalId, template::Resource};

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
    let attached: Vec<(String, &Policy)> = policies
        .iter()
        .flat_map(|policy| holders(reader, policy).into_iter().map(move |holder| (holder, policy)))
        .collect();
    let mut ids: Vec<&String> = attached.iter().map(|(holder, _)| holder).collect();
    ids.sort_unstable();
    ids.dedup();
    let statements = |id: &String| {
        let own = attached.iter().filter(move |(holder, _)| holder == id);
        own.flat_map(|(_, policy)| policy.statements.clone()).collect()
    };
    ids.iter()
        .map(|id| Identity { id: Some(LogicalId::new(id.as_str())), statements: statements(id) })
        .collect()
}

/// Who has a policy: its own resource, those that it names, and those that name it. One that nobody has here stands for
/// itself.
fn holders<'d>(reader: &Reader<'d>, policy: &Policy) -> Vec<String> {
    let Some(owner) = policy.owner.as_ref() else { return Vec::new() };
    let Some(resource) = reader.document.resource(owner.as_str()) else { return Vec::new() };
    if !POLICY_TYPES.contains(&resource.resource_type()) {
        return vec![owner.to_string()];
    }
    let named = ["Roles", "Users", "Groups", "RoleName", "UserName", "GroupName"];
    let named = named.iter().filter_map(|key| resource.property(key));
    let mut holders: Vec<String> = named.flat_map(|node| reader.resources_in(node)).collect();
    let naming = reader.document.resources().filter(|other| attaches(reader, *other, owner));
    holders.extend(naming.map(|other| other.id().to_owned()));
    if holders.is_empty() { vec![owner.to_string()] } else { holders }
}

fn attaches<'d>(reader: &Reader<'d>, resource: Resource<'d>, policy: &LogicalId) -> bool {
    let lists = [resource.property("ManagedPolicyArns"), resource.property("Policies")];
    // Inline documents are mappings; only what is written as a reference can name another resource as a whole.
    let names = lists.into_iter().flatten().flat_map(|list| reader.unrolled(list));
    let mut names = names.filter(|name| name.intrinsic().is_some());
    names.any(|name| reader.resources_in(name).iter().any(|id| id == policy.as_str()))
}
