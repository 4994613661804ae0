//! Actions that could be limited to a resource, allowed on all of them.

use std::cmp::Reverse;

use crate::{
    audit::{Confidence, Facts, Meta, Observation, Rule, Severity, facts::PolicyTemplate},
    iam::{
        catalogue::{self, AccessLevel, Action},
        pattern,
        policy::{Match, Statement, Text},
        scope,
    },
    names::LogicalId,
};

static META: Meta = Meta {
    id: "iam-wildcard-resource",
    summary: "A policy allows actions on every resource although they can be limited to some",
    severity: Severity::Medium,
    confidence: Confidence::High,
    page: include_str!("iam-wildcard-resource.md"),
};

/// What every function needs for its own logs. On every resource it lets a function write into another's
/// log, and no more; AWS's own `AWSLambdaBasicExecutionRole` grants the same.
static LOGGING: [&str; 3] = ["CreateLogGroup", "CreateLogStream", "PutLogEvents"];

/// What Lambda needs to attach a function to a VPC. It checks the role before any interface exists, so
/// AWS's own `AWSLambdaVPCAccessExecutionRole` grants these on `*` too. See "Giving Lambda functions access
/// to resources in an Amazon VPC" in the Lambda developer guide.
static VPC_ATTACHMENT: [&str; 4] = [
    "AssignPrivateIpAddresses",
    "CreateNetworkInterface",
    "DeleteNetworkInterface",
    "UnassignPrivateIpAddresses",
];

/// `iam-wildcard-resource`.
pub(super) struct IamWildcardResource;

impl Rule for IamWildcardResource {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check(&self, facts: &Facts<'_>) -> Vec<Observation> {
        let written = facts.grants().filter_map(|(owner, statement)| in_statement(owner, statement));
        let templates = facts.policy_templates.iter().filter_map(in_template);
        written.chain(templates).collect()
    }
}

fn in_statement(owner: Option<&LogicalId>, statement: &Statement) -> Option<Observation> {
    let place = open_place(statement)?;
    let actions = limitable(statement);
    let (worst, _) = actions.first()?;
    if statement.conditions.iter().any(scope::narrows_resources) {
        return None;
    }
    let names: Vec<&str> = actions.iter().map(|(_, action)| *action).collect();
    Some(Observation {
        severity: *worst,
        confidence: confidence(statement, &names),
        span: place.span.clone(),
        resource: owner.cloned(),
        subject: names.join(" "),
        message: format!("{} allowed on {}", said(&names), reach(&place.value)),
        help: help(statement),
        related: Vec::new(),
    })
}

/// Another condition may limit what is reached in a way that cannot be told from here, and a text message
/// goes to a phone number, which has no ARN.
fn confidence(statement: &Statement, actions: &[&str]) -> Confidence {
    let is_sms_possible = actions.iter().all(|action| action.eq_ignore_ascii_case("sns:Publish"));
    if statement.conditions.is_empty() && !is_sms_possible { META.confidence } else { Confidence::Medium }
}

/// The text that opens the statement to every resource, if one does.
fn open_place(statement: &Statement) -> Option<Text> {
    match &statement.resources {
        Match::Any(_) => statement.wildcard_resources().next().cloned(),
        Match::Except { key, .. } => Some(Text { value: "NotResource".to_owned(), span: key.clone() }),
    }
}

fn reach(place: &str) -> String {
    match place {
        "*" => "every resource".to_owned(),
        "NotResource" => "every resource except the listed ones".to_owned(),
        arn => format!("every resource that `{}` matches", arn.replace(crate::iam::policy::HOLE, "…")),
    }
}

/// The actions, as written, that could be limited to a resource, worst first. Actions the catalogue does
/// not know are no proof, and a grant of everything is one mistake with a rule of its own.
fn limitable(statement: &Statement) -> Vec<(Severity, &str)> {
    let listed = statement.actions.any().iter().filter(|text| {
        let (service, _) = catalogue::split(&text.value);
        !pattern::has_wildcard(service)
    });
    let worst = |text: &str| {
        let actions =
            catalogue::expand(text).filter(|action| action.can_be_limited && !is_vpc_attachment(action));
        actions.map(|action| severity(&action)).max()
    };
    let mut actions: Vec<_> =
        listed.filter_map(|text| Some((worst(&text.value)?, text.value.as_str()))).collect();
    actions.sort_by_key(|(severity, name)| (Reverse(*severity), *name));
    actions.dedup();
    actions
}

fn is_vpc_attachment(action: &Action) -> bool {
    action.service == "ec2" && VPC_ATTACHMENT.contains(&action.name)
}

fn severity(action: &Action) -> Severity {
    match action.level {
        AccessLevel::PermissionsManagement => Severity::High,
        _ if action.service == "logs" && LOGGING.contains(&action.name) => Severity::Low,
        AccessLevel::List => Severity::Low,
        AccessLevel::Read | AccessLevel::Tagging | AccessLevel::Write => Severity::Medium,
    }
}

/// `s3:PutObject is`, `s3:GetObject and s3:PutObject are`, `a:B, c:D and 7 more actions are`.
fn said(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("{one} is"),
        [one, two] => format!("{one} and {two} are"),
        [one, two, rest @ ..] => {
            let actions = if rest.len() == 1 { "action" } else { "actions" };
            format!("{one}, {two} and {} more {actions} are", rest.len())
        }
    }
}

/// Says so where some of the actions do need `*`, because they must move to a statement of their own.
fn help(statement: &Statement) -> String {
    let unlimited = statement
        .actions
        .any()
        .iter()
        .filter(|text| !pattern::has_wildcard(&text.value))
        .find(|text| catalogue::expand(&text.value).any(|action| !action.can_be_limited));
    match unlimited {
        Some(text) => {
            format!("name the ARNs; {} only works with `*`, so give it a statement of its own", text.value)
        }
        None => "name the ARNs of the resources that are used".to_owned(),
    }
}

/// A SAM policy template is exactly as wide as its parameters.
fn in_template(template: &PolicyTemplate) -> Option<Observation> {
    let (parameter, value) =
        template.parameters.iter().find(|(_, value)| pattern::is_everything(&value.value))?;
    Some(Observation {
        severity: Severity::Medium,
        confidence: META.confidence,
        span: value.span.clone(),
        resource: Some(template.owner.clone()),
        subject: format!("{} {parameter}", template.name.value),
        message: format!("{} is given for every resource: {parameter} is `*`", template.name.value),
        help: format!("set {parameter} to the resource that is used, with !Ref"),
        related: Vec::new(),
    })
}
