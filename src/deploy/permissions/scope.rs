//! Which ARNs the actions of a resource are about, as far as a template tells.

mod table;

use super::expansion::{Part, Subject};
use super::handlers::Action;
use super::naming::Naming;
use super::statements::{Condition, when};
use crate::iam::catalogue;
use crate::template::{NodeRef, Resource};

pub(super) use table::TABLE;
use table::{ANYWHERE, Made, Name, Row};

/// What an action is granted on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// AWS cannot limit the action.
    Everything,
    /// These.
    Only(Vec<String>),
    /// It could be limited, but the template does not tell to what.
    Untold,
}

/// Actions that AWS limits by a resource although it does not demand one
/// (<https://docs.aws.amazon.com/service-authorization/latest/reference/>).
static LIMITED_ALL_THE_SAME: [&str; 13] = [
    "cloudformation:DescribeStacks",
    "cognito-idp:ListTagsForResource",
    "cognito-idp:TagResource",
    "cognito-idp:UntagResource",
    "es:CreateDomain",
    "events:PutPermission",
    "events:RemovePermission",
    "kinesis:DisableEnhancedMonitoring",
    "kinesis:EnableEnhancedMonitoring",
    "kinesis:UpdateShardCount",
    "sns:ListTagsForResource",
    "sns:TagResource",
    "sns:UntagResource",
];

/// Where actions of other services than the type's own reach.
static FOREIGN: [(&str, &[&str]); 10] = [
    ("iam:CreateServiceLinkedRole", &["arn:{p}:iam::{a}:role/aws-service-role/*"]),
    ("iam:*", &["arn:{p}:iam::{a}:role/{made}"]),
    ("kms:*", &["arn:{p}:kms:{r}:{a}:key/*"]),
    ("secretsmanager:*", &["arn:{p}:secretsmanager:{r}:{a}:secret:events!connection/*"]),
    ("kinesis:*", &["arn:{p}:kinesis:{r}:{a}:stream/{made}"]),
    ("cloudwatch:*", &["arn:{p}:cloudwatch:{r}:{a}:alarm:TargetTracking-*"]),
    ("lambda:*", &["arn:{p}:lambda:{r}:{a}:function:{made}"]),
    ("codedeploy:*", &CODE_DEPLOY),
    ("logs:*", &["arn:{p}:logs:{r}:{a}:log-group:*"]),
    ("firehose:*", &["arn:{p}:firehose:{r}:{a}:deliverystream/{made}"]),
];

const CODE_DEPLOY: [&str; 3] = [
    "arn:{p}:codedeploy:{r}:{a}:application:{made}",
    "arn:{p}:codedeploy:{r}:{a}:deploymentgroup:{made}/*",
    "arn:{p}:codedeploy:{r}:{a}:deploymentconfig:*",
];

/// The ARNs that a part is about; none where the template names nothing.
pub(super) fn arns(naming: &Naming<'_>, part: &Part<'_>) -> Vec<String> {
    if let Subject::At(arns) = &part.subject {
        return arns.clone();
    }
    let Some(row) = row(part.kind) else { return vec![naming.arn("arn:{p}:*", "")] };
    let mut arns: Vec<String> = match (&part.subject, row.name) {
        (Subject::Named(name), _) if row.kind == "AWS::IAM::Role" => {
            in_path(naming, part, std::slice::from_ref(name), row)
        }
        (Subject::Named(name), _) => filled(naming, row, name),
        (_, Name::Fixed) => filled(naming, row, "*"),
        (_, Name::Property(property, made)) => {
            let names = names(naming, part.source, property, made, row);
            if row.kind == "AWS::IAM::Role" {
                return in_path(naming, part, &names, row);
            }
            names.iter().flat_map(|name| filled(naming, row, name)).collect()
        }
        (_, Name::About(properties)) => {
            let nodes = properties.iter().filter_map(|property| part.source.property(property));
            nodes.flat_map(|node| named_by(naming, part.kind, node)).collect()
        }
    };
    arns.sort();
    arns.dedup();
    arns
}

fn row(kind: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.kind == kind)
}

fn filled(naming: &Naming<'_>, row: &Row, name: &str) -> Vec<String> {
    row.arns.iter().map(|template| naming.arn(template, name)).collect()
}

/// The ARNs of roles, below the path that their source gives them.
fn in_path(naming: &Naming<'_>, part: &Part<'_>, names: &[String], row: &Row) -> Vec<String> {
    let path = part.source.effective("Path").or_else(|| part.source.effective("RolePath"));
    let paths = path.map(|path| naming.values(path.node())).filter(|paths| !paths.is_empty());
    let paths = paths.unwrap_or_else(|| vec!["/".to_owned()]);
    let below = |path: &String| {
        let path = path.trim_start_matches('/').to_owned();
        names.iter().flat_map(move |name| filled(naming, row, &format!("{path}{name}")))
    };
    paths.iter().flat_map(below).collect()
}

/// The names that a resource may have.
fn names(naming: &Naming<'_>, resource: Resource<'_>, property: &str, made: Made, row: &Row) -> Vec<String> {
    // SAM has a shorter word for it.
    let property =
        if resource.resource_type() == "AWS::Serverless::StateMachine" { "Name" } else { property };
    let value = resource.effective(property).map(|value| value.node());
    let given = value.map(|node| naming.values(node)).unwrap_or_default();
    let mut names: Vec<String> = given.iter().map(|name| fitted(row.kind, name)).collect();
    let may_be_absent = value.is_none_or(|node| node.document().resolve(node).may_be_absent());
    if names.is_empty() || may_be_absent {
        names.extend(made_up(naming, resource.id(), made, row));
    }
    names
}

/// The names that CloudFormation may make up.
fn made_up(naming: &Naming<'_>, id: &str, made: Made, row: &Row) -> Vec<String> {
    let after_id = format!("{id}*");
    let names = match made {
        Made::AfterStack => vec![naming.after_stack()],
        Made::AfterId => vec![after_id],
        Made::Either => vec![naming.after_stack(), after_id],
        Made::AfterPrefix(prefix) => vec![format!("{prefix}{after_id}")],
    };
    // Buckets and search domains have small letters only.
    let is_small = matches!(row.kind, "AWS::S3::Bucket" | "AWS::OpenSearchService::Domain");
    names.into_iter().map(|name| if is_small { name.to_lowercase() } else { name }).collect()
}

/// A name as it stands in the ARN.
fn fitted(kind: &str, name: &str) -> String {
    match kind {
        // The ARN has the slash already.
        "AWS::SSM::Parameter" => name.trim_start_matches('/').to_owned(),
        _ => name.to_owned(),
    }
}

/// The ARNs of what a value names: resources of the template, ARNs, or names in the ARNs of the type.
pub(super) fn named_by(naming: &Naming<'_>, kind: &str, node: NodeRef<'_>) -> Vec<String> {
    let document = node.document();
    let mut arns = Vec::new();
    for resolved in document.resolve_list(node) {
        let referred: Vec<Resource<'_>> = resolved
            .references()
            .filter_map(|reference| document.resource(reference.resource()?.as_str()))
            .collect();
        if let [resource] = referred.as_slice()
            && let main = Part::main(*resource)
            && row(main.kind).is_some_and(|row| !matches!(row.name, Name::About(_)))
        {
            arns.extend(self::arns(naming, &main));
            continue;
        }
        // An alias or a version names its function.
        if let [resource] = referred.as_slice()
            && let Some(row) = row(resource.resource_type())
            && let Name::About([first, ..]) = row.name
            && let Some(behind) = resource.property(first)
            && behind != node
        {
            arns.extend(direct(naming, behind, kind));
            continue;
        }
        arns.extend(direct_texts(naming, &resolved, kind));
    }
    arns
}

/// As [`named_by`], one step only.
fn direct(naming: &Naming<'_>, node: NodeRef<'_>, kind: &str) -> Vec<String> {
    let document = node.document();
    let resolved = document.resolve(node);
    let resource =
        resolved.reference().and_then(|reference| document.resource(reference.resource()?.as_str()));
    match resource
        .map(Part::main)
        .filter(|main| row(main.kind).is_some_and(|row| !matches!(row.name, Name::About(_))))
    {
        Some(main) => arns(naming, &main),
        None => direct_texts(naming, &resolved, kind),
    }
}

fn direct_texts(naming: &Naming<'_>, resolved: &crate::template::Resolved, kind: &str) -> Vec<String> {
    let texts = resolved.alternatives().iter().map(|text| naming.pattern(text));
    texts
        .flat_map(|text| match row(kind) {
            _ if text.starts_with("arn:") => vec![text],
            Some(row) => filled(naming, row, &text),
            None => Vec::new(),
        })
        .collect()
}

/// What one action of a part is granted on; `own` are the ARNs of the part.
pub(super) fn resources(naming: &Naming<'_>, part: &Part<'_>, action: Action, own: &[String]) -> Reach {
    let text = action.to_string();
    let can_be_limited = catalogue::expand(&text).any(|found| found.can_be_limited);
    if !can_be_limited && !LIMITED_ALL_THE_SAME.contains(&text.as_str()) {
        return Reach::Everything;
    }
    if text == "lambda:GetLayerVersion" && part.kind == "AWS::Lambda::Function" {
        return layers(naming, part);
    }
    if text == "lambda:GetCodeSigningConfig" && part.kind == "AWS::Lambda::Function" {
        return Reach::Only(vec![naming.arn("arn:{p}:lambda:{r}:{a}:code-signing-config:*", "")]);
    }
    let of_service: Vec<String> =
        own.iter().filter(|arn| arn.split(':').nth(2) == Some(action.service)).cloned().collect();
    if !of_service.is_empty() {
        return Reach::Only(of_service);
    }
    match FOREIGN.iter().find(|(pattern, _)| crate::iam::pattern::matches(pattern, &text)) {
        Some((_, templates)) => Reach::Only(templates.iter().map(|arn| naming.arn(arn, "*")).collect()),
        None => Reach::Untold,
    }
}

/// Event source mappings have names that AWS makes up, but each belongs to a function
/// (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html>).
pub(super) fn condition(naming: &Naming<'_>, part: &Part<'_>, action: Action) -> Option<Condition> {
    let is_bound = part.kind == "AWS::Lambda::EventSourceMapping"
        && ["CreateEventSourceMapping", "DeleteEventSourceMapping", "UpdateEventSourceMapping"]
            .contains(&action.name);
    let functions = match part.source.property("FunctionName") {
        _ if !is_bound => return None,
        Some(node) if !part.source.is_sam() => named_by(naming, "AWS::Lambda::Function", node),
        Some(_) | None => arns(naming, &Part::main(part.source)),
    };
    (!functions.is_empty()).then(|| when("ArnLike", "lambda:FunctionArn", functions))
}

/// The layers that a function uses.
fn layers(naming: &Naming<'_>, part: &Part<'_>) -> Reach {
    let nodes = part.source.effective("Layers").map(|layers| layers.items()).unwrap_or_default();
    let arns: Vec<String> =
        nodes.into_iter().flat_map(|node| named_by(naming, "AWS::Lambda::LayerVersion", node)).collect();
    if arns.is_empty() { Reach::Untold } else { Reach::Only(arns) }
}

/// What is to be said of a part whose name or ARN nobody knows beforehand: the policy reaches others of its kind too.
pub(super) fn unpredictable(naming: &Naming<'_>, part: &Part<'_>, own: &[String]) -> Option<String> {
    let open = row(part.kind).filter(|row| row.name != Name::Fixed).map(|row| filled(naming, row, "*"));
    if open.is_some_and(|open| own.iter().any(|arn| open.contains(arn))) {
        return Some(format!(
            "{} ({}) may have any name, so the policy reaches all of its kind: set the parameters that its name is made of",
            part.id, part.kind
        ));
    }
    ANYWHERE.iter().find(|(kinds, _)| crate::iam::pattern::matches(kinds, part.kind)).map(|(_, what)| {
        format!("AWS makes up the identifiers of {what}, so the policy reaches all that the account has in the region")
    })
}

/// Whether it is known where an action of a type reaches.
#[cfg(test)]
pub(super) fn has_place(kind: &str, action: Action) -> bool {
    let text = action.to_string();
    let can_be_limited = catalogue::expand(&text).any(|found| found.can_be_limited);
    let is_own = |row: &Row| row.arns.iter().any(|arn| arn.split(':').nth(2) == Some(action.service));
    let is_foreign = || FOREIGN.iter().any(|(pattern, _)| crate::iam::pattern::matches(pattern, &text));
    row(kind).is_some_and(is_own) || can_be_limited && is_foreign()
}
