//! One role for several functions: each may do what any of them needs.

use std::collections::BTreeMap;

use crate::{
    audit::{
        Confidence, Facts, Meta, Observation, Remark, Rule, Severity,
        facts::{Function, Role, RoleName, RoleUse},
    },
    names::LogicalId,
};

static META: Meta = Meta {
    id: "iam-shared-role",
    summary: "Two or more functions share a role",
    severity: Severity::Medium,
    confidence: Confidence::High,
    page: include_str!("iam-shared-role.md"),
};

/// `iam-shared-role`.
pub(super) struct IamSharedRole;

impl Rule for IamSharedRole {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        let mut users: BTreeMap<&RoleName, Vec<(&Function<'_>, &RoleUse)>> = BTreeMap::new();
        for function in &facts.functions {
            if let Some(used) = &function.role {
                users.entry(&used.role).or_default().push((function, used));
            }
        }
        users
            .into_iter()
            .filter(|(_, users)| can_coexist(users))
            .filter_map(|(role, users)| observation(role, &users, &facts.roles))
            .collect()
    }
}

/// True if two of the functions can exist in the same stack. Different conditions often choose between
/// variants of one function.
fn can_coexist(users: &[(&Function<'_>, &RoleUse)]) -> bool {
    let Some(((first, _), others)) = users.split_first() else { return false };
    let pair =
        |left: &Option<String>, right: &Option<String>| left.is_none() || right.is_none() || left == right;
    others.iter().any(|(other, _)| pair(&first.condition, &other.condition))
        || (others.len() > 1 && can_coexist(others))
}

fn observation(role: &RoleName, users: &[(&Function<'_>, &RoleUse)], roles: &[Role]) -> Option<Observation> {
    let (_, first_use) = users.first()?;
    let (id, name) = match role {
        RoleName::Resource(id) => (Some(id), id.to_string()),
        RoleName::Parameter(name) => (None, format!("the role of parameter {name}")),
        RoleName::Other(_) => (None, "one role".to_owned()),
    };
    let created = id.and_then(|id| roles.iter().find(|role| role.id == *id));
    let ids: Vec<&LogicalId> = users.iter().map(|(function, _)| &function.id).collect();
    let remarks = users.iter().map(|(function, used)| Remark {
        file: None,
        span: used.span.clone(),
        message: format!("used by {}", function.id),
    });
    Some(Observation {
        severity: if created.is_some_and(|role| role.is_basic) { Severity::Low } else { META.severity },
        confidence: META.confidence,
        span: created.map_or_else(|| first_use.span.clone(), |role| role.span.clone()),
        resource: id.cloned(),
        subject: name.clone(),
        message: format!("{} functions share {name}: {}", users.len(), listed(&ids)),
        help: "give each function a role of its own with what it needs".to_owned(),
        // Without a place of its own the finding stands at the first use.
        related: remarks.skip(usize::from(created.is_none())).collect(),
    })
}

/// The first few names.
fn listed(ids: &[&LogicalId]) -> String {
    const SHOWN: usize = 4;
    let shown: Vec<&str> = ids.iter().take(SHOWN).map(|id| id.as_str()).collect();
    let more = ids.len().saturating_sub(SHOWN);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}
