//! Every action of a service, or of all services, in one grant.

use crate::{
    audit::{Confidence, Facts, Meta, Observation, Rule, Severity},
    iam::{
        catalogue, pattern,
        policy::{Match, Statement, Text},
    },
    names::LogicalId,
};

static META: Meta = Meta {
    id: "iam-wildcard-action",
    summary: "A policy allows every action of a service",
    severity: Severity::Medium,
    confidence: Confidence::High,
    page: include_str!("iam-wildcard-action.md"),
};

/// Services in which full access is a way to every other permission.
static KEYS_TO_EVERYTHING: [&str; 4] = ["iam", "organizations", "sso", "sts"];

/// SAM policy templates whose definition holds a service wildcard (`policy_templates.json` of the SAM
/// translator).
static WIDE_TEMPLATES: [(&str, &str); 1] = [("TextractPolicy", "textract:*")];

/// `iam-wildcard-action`.
pub(super) struct IamWildcardAction;

impl Rule for IamWildcardAction {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        let written = facts.grants().flat_map(|(owner, statement)| {
            let listed = statement.wildcard_actions().map(move |action| wildcard(owner, statement, action));
            listed.chain(all_but(owner, statement))
        });
        let templates = facts.policy_templates.iter().filter_map(|template| {
            let (_, action) = WIDE_TEMPLATES.iter().find(|(name, _)| *name == template.name.value)?;
            let message = format!("the SAM policy template {} allows {action}", template.name.value);
            Some(observation(Some(&template.owner), Severity::Medium, &template.name, message))
        });
        written.chain(templates).collect()
    }
}

fn wildcard(owner: Option<&LogicalId>, statement: &Statement, action: &Text) -> Observation {
    let service = catalogue::split(&action.value).0.to_ascii_lowercase();
    if pattern::has_wildcard(&service) {
        let message = format!("`{}` allows every action of every service", action.value);
        return observation(owner, Severity::High, action, message);
    }
    let is_on_everything = statement.wildcard_resources().next().is_some();
    let is_high = is_on_everything || KEYS_TO_EVERYTHING.contains(&service.as_str());
    let count = catalogue::expand(&action.value).count();
    let known = if count > 0 { format!(" ({count} today)") } else { String::new() };
    let place = if is_on_everything { " on every resource" } else { "" };
    let message = format!("`{}` allows every action of {service}{known}{place}", action.value);
    observation(owner, if is_high { Severity::High } else { Severity::Medium }, action, message)
}

/// `NotAction` in an Allow: everything AWS has or ever adds, but for a list.
fn all_but(owner: Option<&LogicalId>, statement: &Statement) -> Option<Observation> {
    let Match::Except { listed, key } = &statement.actions else { return None };
    let listed: Vec<&str> = listed.iter().map(|text| text.value.as_str()).collect();
    let message = "`NotAction` allows every action of every service except the listed ones".to_owned();
    let key = Text { value: format!("NotAction {}", listed.join(" ")), span: key.clone() };
    Some(observation(owner, Severity::High, &key, message))
}

fn observation(owner: Option<&LogicalId>, severity: Severity, at: &Text, message: String) -> Observation {
    Observation {
        severity,
        confidence: META.confidence,
        span: at.span.clone(),
        resource: owner.cloned(),
        subject: at.value.clone(),
        message,
        help: "list the actions the code calls".to_owned(),
        related: Vec::new(),
    }
}
