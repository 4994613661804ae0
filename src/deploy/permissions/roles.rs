//! Who may hand which role to which service: `iam:PassRole` for the roles of the template and those it names.

use std::collections::BTreeSet;

use super::Wanted;
use super::expansion::Part;
use super::handlers::{self, Action, TYPES};
use super::naming::Naming;
use super::scope;
use super::statements::when;
use crate::template::{Document, NodeRef, Resource};

const ACTION: &str = "iam:PassRole";

/// Services that roles are handed to, by what hands them.
static SERVICES: [(&str, &str); 12] = [
    ("AWS::ApiGateway*", "apigateway.amazonaws.com"),
    ("AWS::CloudFormation::*", "cloudformation.amazonaws.com"),
    ("AWS::CodeDeploy::*", "codedeploy.amazonaws.com"),
    ("AWS::Cognito::*", "cognito-idp.amazonaws.com"),
    ("AWS::Events::*", "events.amazonaws.com"),
    ("AWS::IoT::*", "iot.amazonaws.com"),
    ("AWS::KinesisFirehose::*", "firehose.amazonaws.com"),
    ("AWS::Lambda::*", "lambda.amazonaws.com"),
    ("AWS::Pipes::*", "pipes.amazonaws.com"),
    ("AWS::SNS::*", "sns.amazonaws.com"),
    ("AWS::Scheduler::*", "scheduler.amazonaws.com"),
    ("AWS::StepFunctions::*", "states.amazonaws.com"),
];

/// Adds it: roles of the template go to the services that they trust, roles from elsewhere to the service of what names
/// them.
pub(super) fn add(naming: &Naming<'_>, document: &Document, parts: &[Part<'_>], wanted: &mut Wanted) {
    for part in parts.iter().filter(|part| part.kind == "AWS::IAM::Role") {
        let services = if part.source.resource_type() == "AWS::IAM::Role" {
            trusted(naming, part.source)
        } else {
            services_of_made(part.source)
        };
        for arn in scope::arns(naming, part) {
            grant(&arn, services.clone(), wanted);
        }
    }
    for part in parts.iter().filter(|part| passes_roles(part.kind)) {
        for node in roles_named(part.source) {
            add_named(naming, document, part, node, wanted);
        }
    }
}

fn grant(arn: &str, services: BTreeSet<String>, wanted: &mut Wanted) {
    if !services.is_empty() {
        let condition = when("StringEquals", "iam:PassedToService", services);
        wanted.statements.add_when(ACTION, arn, Some(condition));
    }
}

/// The services in the trust policy of a role.
fn trusted(naming: &Naming<'_>, role: Resource<'_>) -> BTreeSet<String> {
    let policy = role.property("AssumeRolePolicyDocument").into_iter().flat_map(NodeRef::descendants);
    let services = policy.filter_map(|node| node.get("Principal")?.get("Service"));
    services.flat_map(|node| naming.values(node)).filter(|service| !service.contains('*')).collect()
}

/// The services that SAM makes roles for, by what has them.
fn services_of_made(source: Resource<'_>) -> BTreeSet<String> {
    let mut services = BTreeSet::new();
    let is_function = source.resource_type() == "AWS::Serverless::Function";
    if source.effective("Role").is_none() {
        services.insert(if is_function { "lambda.amazonaws.com" } else { "states.amazonaws.com" });
    }
    if source.effective("DeploymentPreference").is_some() {
        services.insert("codedeploy.amazonaws.com");
    }
    let events = source.property("Events").into_iter().flat_map(NodeRef::entries);
    for event in events.filter_map(|entry| entry.value.get("Type")?.as_str()) {
        match event {
            "ScheduleV2" => services.insert("scheduler.amazonaws.com"),
            "Api" if !is_function => services.insert("apigateway.amazonaws.com"),
            "Schedule" | "CloudWatchEvent" | "EventBridgeRule" if !is_function => {
                services.insert("events.amazonaws.com")
            }
            _ => false,
        };
    }
    services.into_iter().map(str::to_owned).collect()
}

/// Whether the handlers of a type hand roles over.
fn passes_roles(kind: &str) -> bool {
    TYPES.get(kind).is_some_and(|groups| handlers::all(groups).any(|action| action == PASS_ROLE))
}

const PASS_ROLE: Action = Action { service: "iam", name: "PassRole" };

/// The values of properties that name roles: `Role`, `RoleArn`, `CloudWatchRoleArn`, `Credentials` and the like.
fn roles_named(resource: Resource<'_>) -> Vec<NodeRef<'_>> {
    let is_role = |name: &str| {
        let name = name.to_ascii_lowercase();
        name == "role"
            || name.ends_with("rolearn")
            || name == "credentials"
            || name.ends_with("credentialsarn")
    };
    let own = resource.node().descendants().flat_map(NodeRef::entries);
    let mut nodes: Vec<NodeRef<'_>> =
        own.filter(|entry| is_role(entry.name())).map(|entry| entry.value).collect();
    nodes.extend(resource.effective("Role").filter(|value| value.is_global()).map(|value| value.node()));
    nodes
}

fn add_named(
    naming: &Naming<'_>,
    document: &Document,
    part: &Part<'_>,
    node: NodeRef<'_>,
    wanted: &mut Wanted,
) {
    let resolved = document.resolve_list(node);
    let is_of_template =
        |id: &str| document.resource(id).is_some_and(|it| it.resource_type() == "AWS::IAM::Role");
    if resolved
        .iter()
        .flat_map(|one| one.references())
        .any(|reference| reference.resource().is_some_and(|id| is_of_template(id.as_str())))
    {
        return;
    }
    let service = SERVICES
        .iter()
        .find(|(kinds, _)| crate::iam::pattern::matches(kinds, part.kind))
        .map(|(_, service)| *service);
    for value in naming.values(node) {
        let is_arn = value.starts_with("arn:") && !value.ends_with(":*") && !value.ends_with("role/*");
        match service.filter(|_| is_arn) {
            Some(service) => grant(&value, BTreeSet::from([service.to_owned()]), wanted),
            None => wanted.note(format!(
                "{} is given a role that the template does not name: add iam:PassRole for it",
                part.id
            )),
        }
    }
}
