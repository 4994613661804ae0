//! AWS managed policies that grant all of a service.

use crate::{
    audit::{Confidence, Facts, Meta, Observation, Rule, Severity},
    iam::managed,
};

static META: Meta = Meta {
    id: "iam-managed-fullaccess",
    summary: "An AWS managed policy grants full access to a service",
    severity: Severity::Medium,
    confidence: Confidence::High,
    page: include_str!("iam-managed-fullaccess.md"),
};

/// `iam-managed-fullaccess`.
pub(super) struct IamManagedFullaccess;

impl Rule for IamManagedFullaccess {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        let broad = facts.managed_policies.iter().filter(|policy| managed::is_full_access(&policy.name));
        broad
            .map(|policy| {
                let is_administrator = managed::is_administrator(&policy.name);
                let extent =
                    if is_administrator { "access to everything" } else { "full access to a service" };
                Observation {
                    severity: if is_administrator { Severity::High } else { META.severity },
                    confidence: META.confidence,
                    span: policy.span.clone(),
                    resource: Some(policy.owner.clone()),
                    subject: policy.name.clone(),
                    message: format!("{} grants {} {extent}", policy.name, policy.owner),
                    help: "write a policy with the actions and resources that are used".to_owned(),
                    related: Vec::new(),
                }
            })
            .collect()
    }
}
