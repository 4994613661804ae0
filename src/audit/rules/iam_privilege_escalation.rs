//! Identities that can get more permissions than they have.

use std::ops::Range;

use crate::{
    audit::{Confidence, Facts, Meta, Observation, Remark, Rule, Severity, facts::Identity},
    iam::{
        escalation::{Open, Path, Reach, open_paths},
        policy::Statement,
    },
    names::LogicalId,
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
    let span = first.grants.first()?;
    let who = identity.id.as_ref().map_or("who has this policy", LogicalId::as_str);
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
        message: format!("{who} can {} by {}{more}", gain(&first.path), named.join(", or ")),
        help: "name the resources of these actions, such as the one role that is passed, or take one of them away".to_owned(),
        related: remarks(first),
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

/// Where the other actions of the path are granted.
fn remarks(open: &Open) -> Vec<Remark> {
    let first = open.grants.first();
    let pairs = open.path.actions.iter().zip(&open.grants).filter(|(_, span)| Some(*span) != first);
    let remark = |(action, span): (&&str, &Range<usize>)| Remark {
        file: None,
        span: span.clone(),
        message: format!("grants {action}"),
    };
    pairs.map(remark).collect()
}
