//! What a template becomes: the resources that CloudFormation will make, those that SAM adds included.
//!
//! SAM's additions follow "Generated AWS CloudFormation resources" of its developer guide
//! (<https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html>).

use super::naming::Naming;
use super::{Wanted, events, scope};
use crate::package::local_files;
use crate::template::{Document, FunctionView, NodeRef, Resource, Role};

/// A resource that CloudFormation will make.
#[derive(Clone, Debug)]
pub(super) struct Part<'d> {
    /// Its logical id, or for what SAM makes that of the resource it is made for.
    pub(super) id: String,
    /// Its type.
    pub(super) kind: &'d str,
    /// The resource of the template that it comes from.
    pub(super) source: Resource<'d>,
    /// What it is about.
    pub(super) subject: Subject,
}

/// What tells the ARNs of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// The properties of its source.
    Own,
    /// Its name, as a pattern.
    Named(String),
    /// The ARNs of something else, as patterns.
    At(Vec<String>),
}

impl<'d> Part<'d> {
    /// The part that a resource itself becomes.
    pub(super) fn main(source: Resource<'d>) -> Self {
        Self {
            id: source.id().to_owned(),
            kind: main_kind(source.resource_type()),
            source,
            subject: Subject::Own,
        }
    }

    pub(super) fn made(source: Resource<'d>, kind: &'d str, subject: Subject) -> Self {
        Self { id: source.id().to_owned(), kind, source, subject }
    }
}

/// What a type of SAM becomes first of all; others stay what they are.
fn main_kind(kind: &str) -> &str {
    match kind {
        "AWS::Serverless::Function" => "AWS::Lambda::Function",
        "AWS::Serverless::Api" => "AWS::ApiGateway::RestApi",
        "AWS::Serverless::HttpApi" => "AWS::ApiGatewayV2::Api",
        "AWS::Serverless::StateMachine" => "AWS::StepFunctions::StateMachine",
        "AWS::Serverless::SimpleTable" => "AWS::DynamoDB::Table",
        "AWS::Serverless::LayerVersion" => "AWS::Lambda::LayerVersion",
        "AWS::Serverless::Application" => "AWS::CloudFormation::Stack",
        kind if kind.starts_with("Custom::") => "AWS::CloudFormation::CustomResource",
        other => other,
    }
}

/// Types that CloudFormation handles without anybody's permission.
const SELF_MADE: [&str; 2] =
    ["AWS::CloudFormation::WaitCondition", "AWS::CloudFormation::WaitConditionHandle"];

/// Everything that the template becomes.
pub(super) fn parts<'d>(naming: &Naming<'_>, document: &'d Document, wanted: &mut Wanted) -> Vec<Part<'d>> {
    let mut parts = Vec::new();
    let files = local_files(document);
    let is_file = |id: &str| files.iter().any(|file| file.user.as_str() == id);
    for resource in document.resources().filter(|resource| !SELF_MADE.contains(&resource.resource_type())) {
        let main = Part::main(resource);
        let arns = scope::arns(naming, &main);
        parts.push(main);
        let mut expansion = Expansion { naming, resource, arns, parts: &mut parts };
        match resource.resource_type() {
            "AWS::Serverless::Function" => expansion.function(),
            "AWS::Serverless::StateMachine" => expansion.state_machine(),
            "AWS::Serverless::Api" => expansion.rest_api(),
            "AWS::Serverless::HttpApi" => expansion.http_api(),
            // Those from files beside the template are read too.
            "AWS::CloudFormation::Stack" | "AWS::Serverless::Application" if !is_file(resource.id()) => {
                wanted.note(format!(
                    "what is in the nested stack {} is not covered: print the policy of its template too",
                    resource.id()
                ));
            }
            _ => {}
        }
    }
    parts
}

/// What SAM makes of one resource.
pub(super) struct Expansion<'a, 'd, 'n> {
    pub(super) naming: &'a Naming<'n>,
    pub(super) resource: Resource<'d>,
    /// The ARNs of the resource itself.
    pub(super) arns: Vec<String>,
    parts: &'a mut Vec<Part<'d>>,
}

impl<'d> Expansion<'_, 'd, '_> {
    /// Something with a name that CloudFormation makes up.
    pub(super) fn generated(&mut self, kind: &'d str) {
        let name = self.naming.after_stack();
        self.parts.push(Part::made(self.resource, kind, Subject::Named(name)));
    }

    /// Something with this name, or one that CloudFormation makes up.
    pub(super) fn named(&mut self, kind: &'d str, name: Option<NodeRef<'d>>) {
        let names = name.map(|node| self.naming.values(node)).filter(|names| !names.is_empty());
        for name in names.unwrap_or_else(|| vec![self.naming.after_stack()]) {
            self.parts.push(Part::made(self.resource, kind, Subject::Named(name)));
        }
    }

    /// Something whose name begins with the resource's logical id and this.
    pub(super) fn called(&mut self, kind: &'d str, rest: &str) {
        let name = format!("{}{rest}*", self.resource.id());
        self.parts.push(Part::made(self.resource, kind, Subject::Named(name)));
    }

    /// Something whose actions are about the resource itself.
    pub(super) fn about_itself(&mut self, kind: &'d str) {
        let subject = Subject::At(self.arns.clone());
        self.parts.push(Part::made(self.resource, kind, subject));
    }

    /// Something whose actions are about what a property of an event names.
    pub(super) fn about(&mut self, kind: &'d str, node: Option<NodeRef<'d>>) {
        let arns = node.map(|node| scope::named_by(self.naming, kind, node)).unwrap_or_default();
        self.parts.push(Part::made(self.resource, kind, Subject::At(arns)));
    }

    /// Something whose ARN nobody can name beforehand.
    pub(super) fn fixed(&mut self, kind: &'d str) {
        self.named(kind, None);
    }

    fn has(&self, property: &str) -> bool {
        self.resource.effective(property).is_some()
    }

    fn function(&mut self) {
        if let Some(function) = FunctionView::new(self.resource)
            && function.role() == Role::Generated
        {
            self.generated("AWS::IAM::Role");
        }
        if self.has("AutoPublishAlias") {
            self.about_itself("AWS::Lambda::Version");
            self.about_itself("AWS::Lambda::Alias");
        }
        if self.has("DeploymentPreference") {
            self.generated("AWS::CodeDeploy::Application");
            self.generated("AWS::CodeDeploy::DeploymentGroup");
            self.generated("AWS::IAM::Role");
        }
        if self.has("FunctionUrlConfig") {
            self.about_itself("AWS::Lambda::Url");
            self.about_itself("AWS::Lambda::Permission");
        }
        if let Some(config) = self.resource.effective("EventInvokeConfig") {
            self.about_itself("AWS::Lambda::EventInvokeConfig");
            for end in ["OnSuccess", "OnFailure"] {
                let destination = config.path(&["DestinationConfig", end]);
                if destination.is_some_and(|it| it.get("Destination").is_none()) {
                    let kind = destination.and_then(|it| it.get("Type")).and_then(|kind| kind.as_str());
                    match kind {
                        Some("SQS") => self.generated("AWS::SQS::Queue"),
                        Some("SNS") => self.generated("AWS::SNS::Topic"),
                        Some(_) | None => {}
                    }
                }
            }
        }
        events::add(self);
    }

    fn state_machine(&mut self) {
        if !self.has("Role") {
            self.generated("AWS::IAM::Role");
        }
        if self.has("AutoPublishAlias") {
            self.about_itself("AWS::StepFunctions::StateMachineVersion");
            self.about_itself("AWS::StepFunctions::StateMachineAlias");
        }
        events::add(self);
    }

    pub(super) fn rest_api(&mut self) {
        self.fixed("AWS::ApiGateway::RestApi");
        self.fixed("AWS::ApiGateway::Deployment");
        self.fixed("AWS::ApiGateway::Stage");
        if self.has("Domain") {
            self.fixed("AWS::ApiGateway::DomainName");
            self.fixed("AWS::ApiGateway::BasePathMapping");
        }
        let auth = self.resource.effective("Auth");
        if auth.is_some_and(|auth| auth.get("UsagePlan").is_some()) {
            self.fixed("AWS::ApiGateway::UsagePlan");
            self.fixed("AWS::ApiGateway::ApiKey");
            self.fixed("AWS::ApiGateway::UsagePlanKey");
        }
        self.authorizers();
    }

    pub(super) fn http_api(&mut self) {
        self.fixed("AWS::ApiGatewayV2::Api");
        self.fixed("AWS::ApiGatewayV2::Stage");
        if self.has("Domain") {
            self.fixed("AWS::ApiGatewayV2::DomainName");
            self.fixed("AWS::ApiGatewayV2::ApiMapping");
        }
        self.authorizers();
    }

    /// SAM lets API Gateway call the functions that authorize.
    fn authorizers(&mut self) {
        let authorizers = self.resource.effective("Auth").and_then(|auth| auth.get("Authorizers"));
        for (_, authorizer) in authorizers.map(|it| it.entries()).unwrap_or_default() {
            if let Some(function) = authorizer.get("FunctionArn") {
                self.about("AWS::Lambda::Permission", Some(function.node()));
            }
        }
    }
}
