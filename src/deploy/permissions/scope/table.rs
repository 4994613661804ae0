//! How the ARNs of each resource type are made. Data only.
//!
//! Source of the ARNs: the service authorization reference
//! (<https://docs.aws.amazon.com/service-authorization/latest/reference/>); of the names that CloudFormation makes up:
//! "Name type" of its user guide, and what the handlers of newer types do.

/// How names are made up where the template gives none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Made {
    /// `STACK-LOGICALID-RANDOM`, shortened where it must be.
    AfterStack,
    /// `LOGICALID-RANDOM`.
    AfterId,
    /// The one or the other; it is documented nowhere.
    Either,
    /// Something, then the logical id.
    AfterPrefix(&'static str),
}

/// Where the names of a type come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Name {
    /// AWS makes up an identifier.
    Fixed,
    /// A property, else made up.
    Property(&'static str, Made),
    /// It is about what these properties name.
    About(&'static [&'static str]),
}

/// One type.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Row {
    pub(in super::super) kind: &'static str,
    pub(super) name: Name,
    pub(super) arns: &'static [&'static str],
}

/// Types of which AWS makes up the identifiers, and how to call them.
pub(super) static ANYWHERE: [(&str, &str); 8] = [
    ("AWS::ApiGateway::*", "REST APIs"),
    ("AWS::ApiGatewayV2::*", "HTTP and WebSocket APIs"),
    ("AWS::Lambda::EventSourceMapping", "event source mappings"),
    ("AWS::Lambda::CodeSigningConfig", "code signing configurations"),
    ("AWS::KMS::*", "KMS keys"),
    ("AWS::Cognito::*", "user pools"),
    ("AWS::CertificateManager::*", "certificates"),
    ("AWS::ApplicationAutoScaling::*", "scalable targets"),
];

const fn row(kind: &'static str, name: Name, arns: &'static [&'static str]) -> Row {
    Row { kind, name, arns }
}

const REST: &[&str] = &[
    "arn:{p}:apigateway:{r}::/restapis",
    "arn:{p}:apigateway:{r}::/restapis/*",
    "arn:{p}:apigateway:{r}::/tags/*",
];
const HTTP: &[&str] =
    &["arn:{p}:apigateway:{r}::/apis", "arn:{p}:apigateway:{r}::/apis/*", "arn:{p}:apigateway:{r}::/tags/*"];
const DOMAINS: &[&str] = &[
    "arn:{p}:apigateway:{r}::/domainnames",
    "arn:{p}:apigateway:{r}::/domainnames/*",
    "arn:{p}:apigateway:{r}::/tags/*",
];
const PLANS: &[&str] = &[
    "arn:{p}:apigateway:{r}::/usageplans",
    "arn:{p}:apigateway:{r}::/usageplans/*",
    "arn:{p}:apigateway:{r}::/tags/*",
];
const FUNCTION: &[&str] = &["arn:{p}:lambda:{r}:{a}:function:{n}", "arn:{p}:lambda:{r}:{a}:function:{n}:*"];
const LAYER: &[&str] = &["arn:{p}:lambda:{r}:{a}:layer:{n}", "arn:{p}:lambda:{r}:{a}:layer:{n}:*"];
const LOG_GROUP: &[&str] = &["arn:{p}:logs:{r}:{a}:log-group:{n}", "arn:{p}:logs:{r}:{a}:log-group:{n}:*"];
const RULE: &[&str] = &["arn:{p}:events:{r}:{a}:rule/{n}", "arn:{p}:events:{r}:{a}:rule/*/{n}"];
const MACHINE: &[&str] =
    &["arn:{p}:states:{r}:{a}:stateMachine:{n}", "arn:{p}:states:{r}:{a}:stateMachine:{n}:*"];
const ROLE: &[&str] = &["arn:{p}:iam::{a}:role/{n}"];
const QUEUE: &[&str] = &["arn:{p}:sqs:{r}:{a}:{n}"];
const TOPIC: &[&str] = &["arn:{p}:sns:{r}:{a}:{n}"];
const SCALABLE: &[&str] = &["arn:{p}:application-autoscaling:{r}:{a}:scalable-target/*"];

/// Every type that is known.
pub(in super::super) static TABLE: &[Row] = &[
    row("AWS::ApiGateway::Account", Name::Fixed, &["arn:{p}:apigateway:{r}::/account"]),
    row(
        "AWS::ApiGateway::ApiKey",
        Name::Fixed,
        &[
            "arn:{p}:apigateway:{r}::/apikeys",
            "arn:{p}:apigateway:{r}::/apikeys/*",
            "arn:{p}:apigateway:{r}::/tags/*",
        ],
    ),
    row("AWS::ApiGateway::Authorizer", Name::Fixed, REST),
    row("AWS::ApiGateway::BasePathMapping", Name::Fixed, DOMAINS),
    row("AWS::ApiGateway::Deployment", Name::Fixed, REST),
    row("AWS::ApiGateway::DomainName", Name::Fixed, DOMAINS),
    row("AWS::ApiGateway::GatewayResponse", Name::Fixed, REST),
    row("AWS::ApiGateway::Method", Name::Fixed, REST),
    row("AWS::ApiGateway::Model", Name::Fixed, REST),
    row("AWS::ApiGateway::RequestValidator", Name::Fixed, REST),
    row("AWS::ApiGateway::Resource", Name::Fixed, REST),
    row("AWS::ApiGateway::RestApi", Name::Fixed, REST),
    row("AWS::ApiGateway::Stage", Name::Fixed, REST),
    row("AWS::ApiGateway::UsagePlan", Name::Fixed, PLANS),
    row("AWS::ApiGateway::UsagePlanKey", Name::Fixed, PLANS),
    row("AWS::ApiGatewayV2::Api", Name::Fixed, HTTP),
    row("AWS::ApiGatewayV2::ApiMapping", Name::Fixed, DOMAINS),
    row("AWS::ApiGatewayV2::Authorizer", Name::Fixed, HTTP),
    row("AWS::ApiGatewayV2::Deployment", Name::Fixed, HTTP),
    row("AWS::ApiGatewayV2::DomainName", Name::Fixed, DOMAINS),
    row("AWS::ApiGatewayV2::Integration", Name::Fixed, HTTP),
    row("AWS::ApiGatewayV2::Route", Name::Fixed, HTTP),
    row("AWS::ApiGatewayV2::Stage", Name::Fixed, HTTP),
    row("AWS::ApplicationAutoScaling::ScalableTarget", Name::Fixed, SCALABLE),
    row("AWS::ApplicationAutoScaling::ScalingPolicy", Name::Fixed, SCALABLE),
    row("AWS::CertificateManager::Certificate", Name::Fixed, &["arn:{p}:acm:{r}:{a}:certificate/*"]),
    row("AWS::CloudFormation::CustomResource", Name::About(&["ServiceToken"]), FUNCTION),
    row("AWS::CloudFormation::Stack", Name::Fixed, &["arn:{p}:cloudformation:{r}:{a}:stack/{stack}-*/*"]),
    row(
        "AWS::CloudWatch::Alarm",
        Name::Property("AlarmName", Made::AfterStack),
        &["arn:{p}:cloudwatch:{r}:{a}:alarm:{n}"],
    ),
    row(
        "AWS::CloudWatch::Dashboard",
        Name::Property("DashboardName", Made::Either),
        &["arn:{p}:cloudwatch::{a}:dashboard/{n}"],
    ),
    row(
        "AWS::CodeDeploy::Application",
        Name::Property("ApplicationName", Made::AfterStack),
        &super::CODE_DEPLOY,
    ),
    row(
        "AWS::CodeDeploy::DeploymentGroup",
        Name::Property("ApplicationName", Made::AfterStack),
        &super::CODE_DEPLOY,
    ),
    row("AWS::Cognito::UserPool", Name::Fixed, &["arn:{p}:cognito-idp:{r}:{a}:userpool/*"]),
    row("AWS::Cognito::UserPoolClient", Name::Fixed, &["arn:{p}:cognito-idp:{r}:{a}:userpool/*"]),
    row(
        "AWS::DynamoDB::Table",
        Name::Property("TableName", Made::AfterStack),
        &["arn:{p}:dynamodb:{r}:{a}:table/{n}"],
    ),
    row(
        "AWS::Events::ApiDestination",
        Name::Property("Name", Made::Either),
        &["arn:{p}:events:{r}:{a}:api-destination/{n}*"],
    ),
    row(
        "AWS::Events::Archive",
        Name::Property("ArchiveName", Made::Either),
        &["arn:{p}:events:{r}:{a}:archive/{n}", "arn:{p}:events:{r}:{a}:event-bus/*"],
    ),
    row(
        "AWS::Events::Connection",
        Name::Property("Name", Made::Either),
        &["arn:{p}:events:{r}:{a}:connection/{n}*"],
    ),
    row(
        "AWS::Events::EventBus",
        Name::Property("Name", Made::Either),
        &["arn:{p}:events:{r}:{a}:event-bus/{n}"],
    ),
    row("AWS::Events::Rule", Name::Property("Name", Made::AfterStack), RULE),
    row(
        "AWS::IAM::ManagedPolicy",
        Name::Property("ManagedPolicyName", Made::AfterStack),
        &["arn:{p}:iam::{a}:policy/{n}", "arn:{p}:iam::{a}:policy/*/{n}", "arn:{p}:iam::{a}:role/{made}"],
    ),
    row("AWS::IAM::Policy", Name::About(&["Roles", "Users", "Groups"]), ROLE),
    row("AWS::IAM::Role", Name::Property("RoleName", Made::AfterStack), ROLE),
    row("AWS::IAM::RolePolicy", Name::About(&["RoleName"]), ROLE),
    row("AWS::IoT::TopicRule", Name::Property("RuleName", Made::Either), &["arn:{p}:iot:{r}:{a}:rule/{n}"]),
    row(
        "AWS::KMS::Alias",
        Name::Property("AliasName", Made::AfterId),
        &["arn:{p}:kms:{r}:{a}:{n}", "arn:{p}:kms:{r}:{a}:key/*"],
    ),
    row("AWS::KMS::Key", Name::Fixed, &["arn:{p}:kms:{r}:{a}:key/*"]),
    row(
        "AWS::Kinesis::Stream",
        Name::Property("Name", Made::AfterStack),
        &["arn:{p}:kinesis:{r}:{a}:stream/{n}"],
    ),
    row(
        "AWS::KinesisFirehose::DeliveryStream",
        Name::Property("DeliveryStreamName", Made::AfterStack),
        &["arn:{p}:firehose:{r}:{a}:deliverystream/{n}"],
    ),
    row("AWS::Lambda::Alias", Name::About(&["FunctionName"]), FUNCTION),
    row("AWS::Lambda::CodeSigningConfig", Name::Fixed, &["arn:{p}:lambda:{r}:{a}:code-signing-config:*"]),
    row("AWS::Lambda::EventInvokeConfig", Name::About(&["FunctionName"]), FUNCTION),
    row("AWS::Lambda::EventSourceMapping", Name::Fixed, &["arn:{p}:lambda:{r}:{a}:event-source-mapping:*"]),
    row("AWS::Lambda::Function", Name::Property("FunctionName", Made::AfterStack), FUNCTION),
    row("AWS::Lambda::LayerVersion", Name::Property("LayerName", Made::Either), LAYER),
    row("AWS::Lambda::LayerVersionPermission", Name::About(&["LayerVersionArn"]), LAYER),
    row("AWS::Lambda::Permission", Name::About(&["FunctionName"]), FUNCTION),
    row("AWS::Lambda::Url", Name::About(&["TargetFunctionArn"]), FUNCTION),
    row("AWS::Lambda::Version", Name::About(&["FunctionName"]), FUNCTION),
    row("AWS::Logs::LogGroup", Name::Property("LogGroupName", Made::Either), LOG_GROUP),
    row("AWS::Logs::MetricFilter", Name::About(&["LogGroupName"]), LOG_GROUP),
    row("AWS::Logs::ResourcePolicy", Name::Fixed, LOG_GROUP),
    row("AWS::Logs::SubscriptionFilter", Name::About(&["LogGroupName"]), LOG_GROUP),
    row(
        "AWS::OpenSearchService::Domain",
        Name::Property("DomainName", Made::Either),
        &["arn:{p}:es:{r}:{a}:domain/{n}"],
    ),
    row("AWS::Pipes::Pipe", Name::Property("Name", Made::Either), &["arn:{p}:pipes:{r}:{a}:pipe/{n}"]),
    row("AWS::S3::Bucket", Name::Property("BucketName", Made::AfterStack), &["arn:{p}:s3:::{n}"]),
    row("AWS::S3::BucketPolicy", Name::About(&["Bucket"]), &["arn:{p}:s3:::{n}"]),
    row("AWS::SNS::Subscription", Name::About(&["TopicArn"]), TOPIC),
    row("AWS::SNS::Topic", Name::Property("TopicName", Made::AfterStack), TOPIC),
    row("AWS::SNS::TopicInlinePolicy", Name::About(&["TopicArn"]), TOPIC),
    row("AWS::SNS::TopicPolicy", Name::About(&["Topics"]), TOPIC),
    row("AWS::SQS::Queue", Name::Property("QueueName", Made::AfterStack), QUEUE),
    row("AWS::SQS::QueueInlinePolicy", Name::About(&["Queue"]), QUEUE),
    row("AWS::SQS::QueuePolicy", Name::About(&["Queues"]), QUEUE),
    row(
        "AWS::SSM::Parameter",
        Name::Property("Name", Made::AfterPrefix("CFN-")),
        &["arn:{p}:ssm:{r}:{a}:parameter/{n}"],
    ),
    row(
        "AWS::Scheduler::Schedule",
        Name::Property("Name", Made::Either),
        &["arn:{p}:scheduler:{r}:{a}:schedule/*/{n}"],
    ),
    row(
        "AWS::Scheduler::ScheduleGroup",
        Name::Property("Name", Made::Either),
        &["arn:{p}:scheduler:{r}:{a}:schedule-group/{n}"],
    ),
    row(
        "AWS::SecretsManager::Secret",
        Name::Property("Name", Made::Either),
        &["arn:{p}:secretsmanager:{r}:{a}:secret:{n}-*"],
    ),
    row(
        "AWS::StepFunctions::Activity",
        Name::Property("Name", Made::Either),
        &["arn:{p}:states:{r}:{a}:activity:{n}"],
    ),
    row("AWS::StepFunctions::StateMachine", Name::Property("StateMachineName", Made::Either), MACHINE),
    row("AWS::StepFunctions::StateMachineAlias", Name::Fixed, MACHINE),
    row("AWS::StepFunctions::StateMachineVersion", Name::About(&["StateMachineArn"]), MACHINE),
];
