//! Identities that can get more permissions than they have.

use crate::{
    audit::{Confidence, Facts, Meta, Observation, Remark, Rule, Severity, facts::Identity},
    iam::{
        escalation::{Path, Reach, open_paths},
        policy::Statement,
    },
};

static META: Meta = Meta {
    id: "iam-privilege-escalation",
    summary: "What an identity may do is enough to get permissions that it does not have",
    severity: Severity::High,
    confidence: Confidence::High,
    page: include_str!("iam-privilege-escalation.md"),
};

/// `iam-privilege-escalation`.
pub(super) struct IamPrivilegeEscalation;

impl Rule for IamPrivilegeEscalation {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        facts.identities.iter().filter_map(in_identity).collect()
    }
}

/// Paths that a message names; the rest are counted.
const NAMED: usize = 3;

fn in_identity(identity: &Identity) -> Option<Observation> {
    let statements: Vec<&Statement> = identity.statements.iter().collect();
    let open = open_paths(&statements);
    let first = open.first()?;
    let (span, others) = first.grants.split_first()?;
    let named: Vec<String> = open.iter().take(NAMED).map(|open| open.path.actions.join(" + ")).collect();
    let more = match open.len().saturating_sub(NAMED) {
        0 => String::new(),
        count => format!(" and {count} more ways"),
    };
    Some(Observation {
        severity: severity(first.path.reach),
        confidence: confidence(first.path.reach),
        span: span.clone(),
        resource: identity.id.clone(),
        subject: first.path.actions.join(" "),
        message: format!("it can {} by {}{more}", gain(&first.path), named.join(", or ")),
        help: "name the resources of these actions, such as the one role that is passed, or take one of them away".to_owned(),
        related: others.iter().filter(|other| *other != span).map(remark).collect(),
    })
}

fn gain(path: &Path) -> String {
    match path.reach {
        Reach::Anything => format!("{}, and so get every permission,", path.how),
        Reach::PassedRole => format!("{} with any role of the account", path.how),
        Reach::Existing => format!("{}, and act with its role,", path.how),
    }
}

const fn severity(reach: Reach) -> Severity {
    match reach {
        Reach::Anything | Reach::PassedRole => META.severity,
        Reach::Existing => Severity::Medium,
    }
}

/// What is there, and with which role, the file does not tell.
const fn confidence(reach: Reach) -> Confidence {
    match reach {
        Reach::Anything | Reach::PassedRole => META.confidence,
        Reach::Existing => Confidence::Medium,
    }
}

fn remark(span: &std::ops::Range<usize>) -> Remark {
    Remark { file: None, span: span.clone(), message: "the other half of the path".to_owned() }
}
