//! Who may do more or less than before: every permission that the two templates grant, compared one by one.

use std::collections::BTreeSet;

use super::shown::shown;
use crate::iam::pattern;
use crate::template::{Document, NodeRef};

/// One permission.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// The resource of the template that grants it.
    pub owner: String,
    /// To whom, where that is not the owner itself.
    pub principal: Option<String>,
    /// An action, a managed policy or a SAM policy template.
    pub action: String,
    /// With what.
    pub resource: Option<String>,
    /// When.
    pub condition: Option<String>,
    /// It takes away instead.
    pub is_deny: bool,
}

/// A permission that comes or goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantChange {
    /// Which.
    pub grant: Grant,
    /// It is new; else it is gone.
    pub is_new: bool,
}

impl GrantChange {
    /// Whether somebody may do more: a permission that comes, or a refusal that goes.
    #[must_use]
    pub const fn is_broader(&self) -> bool {
        self.is_new != self.grant.is_deny
    }
}

/// Compares.
pub(super) fn compare(deployed: &Document, wanted: &Document) -> Vec<GrantChange> {
    let (old, new) = (of(deployed), of(wanted));
    let is_covered = |grant: &Grant, by: &BTreeSet<Grant>| by.iter().any(|other| other.covers(grant));
    let mut changes: Vec<GrantChange> = new
        .iter()
        .filter(|grant| !is_covered(grant, &old))
        .map(|grant| GrantChange { grant: grant.clone(), is_new: true })
        .collect();
    let gone = old.iter().filter(|grant| !is_covered(grant, &new));
    changes.extend(gone.map(|grant| GrantChange { grant: grant.clone(), is_new: false }));
    changes.sort_by(|a, b| (&a.grant.owner, !a.is_new).cmp(&(&b.grant.owner, !b.is_new)));
    changes
}

impl Grant {
    /// Whether whoever has this one has the other too.
    fn covers(&self, other: &Self) -> bool {
        let is_same =
            (&self.owner, &self.principal, self.is_deny) == (&other.owner, &other.principal, other.is_deny);
        let fits = |pattern: &str, text: &str| pattern == text || pattern::matches(pattern, text);
        let resource = match (&self.resource, &other.resource) {
            (Some(own), Some(theirs)) => fits(own, theirs),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        let condition = self.condition.is_none() || self.condition == other.condition;
        is_same && resource && condition && fits(&self.action, &other.action)
    }
}

fn of(document: &Document) -> BTreeSet<Grant> {
    let mut grants = BTreeSet::new();
    for resource in document.resources() {
        let owner = resource.id();
        if resource.resource_type() == "AWS::Lambda::Permission" {
            grants.extend(resource.properties().map(|node| permission(owner, node)));
        }
        for node in resource.node().descendants() {
            if node.get("Effect").is_some() {
                grants.extend(statement(owner, node));
            }
            let policies = [node.get("Policies"), node.get("ManagedPolicyArns")].into_iter().flatten();
            grants
                .extend(policies.flat_map(NodeRef::items_or_self).filter_map(|policy| named(owner, policy)));
        }
    }
    grants
}

/// A function's own permission: who may call it.
fn permission(owner: &str, node: NodeRef<'_>) -> Grant {
    let of = |name: &str| node.get(name).map(shown);
    let conditions: Vec<String> = ["SourceArn", "SourceAccount", "PrincipalOrgID", "FunctionUrlAuthType"]
        .into_iter()
        .filter_map(|name| Some(format!("{name} {}", of(name)?)))
        .collect();
    Grant {
        owner: owner.to_owned(),
        principal: of("Principal"),
        action: of("Action").unwrap_or_default(),
        resource: of("FunctionName"),
        condition: (!conditions.is_empty()).then(|| conditions.join(", ")),
        is_deny: false,
    }
}

/// A managed policy, or a policy template of SAM with what it is about.
fn named(owner: &str, policy: NodeRef<'_>) -> Option<Grant> {
    let is_document = ["Statement", "PolicyDocument", "Effect"].iter().any(|key| policy.get(key).is_some());
    let (action, resource) = match (policy.intrinsic(), policy.entries().next()) {
        _ if is_document => return None,
        (None, Some(template)) => (template.name().to_owned(), Some(shown(template.value))),
        _ => (shown(policy), None),
    };
    Some(Grant {
        owner: owner.to_owned(),
        principal: None,
        action,
        resource,
        condition: None,
        is_deny: false,
    })
}

/// Each action of a statement with each of its resources.
fn statement(owner: &str, node: NodeRef<'_>) -> Vec<Grant> {
    let list = |name: &str, inverse: &str| -> Vec<String> {
        let plain = node.get(name).into_iter().flat_map(NodeRef::items_or_self).map(shown);
        let except = node.get(inverse).map(|all| format!("everything but {}", shown(all)));
        plain.chain(except).collect()
    };
    let principal = node
        .get("Principal")
        .map(shown)
        .or_else(|| node.get("NotPrincipal").map(|all| format!("everybody but {}", shown(all))));
    let condition = node.get("Condition").map(shown);
    let is_deny = node.get("Effect").and_then(NodeRef::as_str) == Some("Deny");
    let mut resources: Vec<Option<String>> = list("Resource", "NotResource").into_iter().map(Some).collect();
    if resources.is_empty() {
        // A trust policy is about the role itself.
        resources.push(None);
    }
    let actions = list("Action", "NotAction");
    let pairs = actions.iter().flat_map(|action| resources.iter().map(move |resource| (action, resource)));
    pairs
        .map(|(action, resource)| Grant {
            owner: owner.to_owned(),
            principal: principal.clone(),
            action: action.clone(),
            resource: resource.clone(),
            condition: condition.clone(),
            is_deny,
        })
        .collect()
}
