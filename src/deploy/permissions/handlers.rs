//! Which actions the handlers of a resource type need, and which of them only a property makes necessary.
//!
//! The data is `data/handlers.txt`, written by `data/generate.py` from CloudFormation's resource schemas.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use super::attributes::has_any;
use super::expansion::Part;
use crate::iam::pattern;

/// The data file: a header line, then one type per line.
static TEXT: &str = include_str!("data/handlers.txt");

/// Types and their groups of actions.
pub(super) static TYPES: LazyLock<BTreeMap<&'static str, &'static str>> =
    LazyLock::new(|| TEXT.lines().skip(1).filter_map(|line| line.split_once(' ')).collect());

/// An action such as `sqs:CreateQueue`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Action {
    pub(super) service: &'static str,
    pub(super) name: &'static str,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.name)
    }
}

/// Actions that are needed only where the resource has one of these properties, anywhere in it. Without any they are
/// not needed, or granted elsewhere: `iam:PassRole` with the roles, reading packages with the artifact bucket.
/// A property ending in `*` stands for all that begin so, in any case.
///
/// An action that no line matches is always needed. Order matters: the first line that matches counts.
static ONLY_WITH: &[(&str, &str, &[&str])] = &[
    ("AWS::IAM::Role", "iam:*", &["*"]),
    ("AWS::KMS::*", "kms:*", &["*"]),
    ("*", "iam:PassRole", &[]),
    ("*", "iam:GetRole", &["CloudWatchRoleArn", "RoleARN", "SubscriptionRoleArn"]),
    ("*", "kms:*", &["*kms*", "EncryptionConfiguration"]),
    ("AWS::Lambda::Function", "ec2:*", &["VpcConfig"]),
    ("AWS::Lambda::Function", "elasticfilesystem:*", &["FileSystemConfigs"]),
    ("AWS::Lambda::Function", "s3files:*", &["FileSystemConfigs"]),
    ("AWS::Lambda::Function", "lambda:PassCapacityProvider", &["CapacityProviderConfig"]),
    ("AWS::Lambda::Function", "lambda:GetLayerVersion", &["Layers"]),
    ("AWS::Lambda::Function", "lambda:GetCodeSigningConfig", &["CodeSigningConfigArn"]),
    ("AWS::Lambda::*", "s3:*", &["S3Bucket"]),
    ("AWS::Lambda::*", "codedeploy:*", &["DeploymentPreference", "CodeDeployLambdaAliasUpdate"]),
    ("AWS::ApiGateway*::DomainName", "s3:*", &["TruststoreUri"]),
    ("AWS::ApiGateway*", "s3:*", &["BodyS3Location"]),
    ("AWS::ApiGatewayV2::Stage", "logs:*", &["AccessLogSettings"]),
    ("AWS::StepFunctions::StateMachine", "s3:*", &["DefinitionS3Location"]),
    ("AWS::ApplicationAutoScaling::ScalingPolicy", "cloudwatch:*", &["PredictiveScaling*"]),
    ("AWS::StepFunctions::StateMachineAlias", "cloudwatch:*", &["DeploymentPreference"]),
    ("AWS::DynamoDB::Table", "s3:*", &["ImportSourceSpecification"]),
    ("AWS::DynamoDB::Table", "logs:*", &["ImportSourceSpecification"]),
    ("AWS::DynamoDB::Table", "dynamodb:ImportTable", &["ImportSourceSpecification"]),
    ("AWS::DynamoDB::Table", "dynamodb:*Item", &["ImportSourceSpecification"]),
    ("AWS::DynamoDB::Table", "dynamodb:Query", &["ImportSourceSpecification"]),
    ("AWS::DynamoDB::Table", "dynamodb:Scan", &["ImportSourceSpecification"]),
    ("AWS::DynamoDB::Table", "dynamodb:*TableReplica", &["Replicas"]),
    ("AWS::DynamoDB::Table", "kinesis:*", &["KinesisStreamSpecification"]),
    (
        "AWS::DynamoDB::Table",
        "iam:CreateServiceLinkedRole",
        &["KinesisStreamSpecification", "ContributorInsights*"],
    ),
    ("AWS::Logs::LogGroup", "firehose:*", &[]),
    ("AWS::Logs::LogGroup", "logs:CreateLogDelivery", &[]),
    ("AWS::Logs::LogGroup", "logs:*ResourcePolic*", &["ResourcePolicyDocument"]),
    ("AWS::Logs::LogGroup", "logs:PutIndexPolicy", &["FieldIndexPolicies"]),
    ("AWS::Logs::LogGroup", "logs:DeleteIndexPolicy", &["FieldIndexPolicies"]),
    ("AWS::Logs::LogGroup", "logs:PutBearerTokenAuthentication", &["BearerTokenAuthenticationEnabled"]),
    ("AWS::Logs::SubscriptionFilter", "iam:*", &[]),
    ("AWS::S3::Bucket", "s3tables:*", &["MetadataConfiguration", "MetadataTable*"]),
    ("AWS::S3::Bucket", "s3:*BucketMetadata*", &["MetadataConfiguration", "MetadataTable*"]),
    ("AWS::S3::Bucket", "s3:PutReplicationConfiguration", &["ReplicationConfiguration"]),
    ("AWS::S3::Bucket", "s3:PutAnalyticsConfiguration", &["AnalyticsConfigurations"]),
    ("AWS::S3::Bucket", "s3:PutInventoryConfiguration", &["InventoryConfigurations"]),
    ("AWS::S3::Bucket", "s3:PutIntelligentTieringConfiguration", &["IntelligentTieringConfigurations"]),
    ("AWS::S3::Bucket", "s3:PutMetricsConfiguration", &["MetricsConfigurations"]),
    ("AWS::S3::Bucket", "s3:PutAccelerateConfiguration", &["AccelerateConfiguration"]),
    ("AWS::S3::Bucket", "s3:*BucketWebsite", &["WebsiteConfiguration"]),
    ("AWS::S3::Bucket", "s3:PutBucketObjectLockConfiguration", &["ObjectLock*"]),
    ("AWS::S3::Bucket", "s3:PutBucketAbac", &["AbacStatus"]),
    ("AWS::S3::Bucket", "s3:PutObjectAcl", &[]),
    ("AWS::S3::Bucket", "s3:DeleteObject", &[]),
    ("AWS::IAM::*Policy", "iam:*User*", &["Users", "UserName"]),
    ("AWS::IAM::*Policy", "iam:*Group*", &["Groups", "GroupName"]),
    ("AWS::Cognito::UserPool", "iam:*", &["EmailConfiguration", "SmsConfiguration"]),
    ("AWS::Cognito::UserPoolClient", "iam:*", &["AnalyticsConfiguration"]),
    ("AWS::CertificateManager::Certificate", "acm-pca:*", &["CertificateAuthorityArn"]),
    ("AWS::CertificateManager::Certificate", "route53:*", &["DomainValidationOptions"]),
    ("AWS::Pipes::Pipe", "logs:*", &["LogConfiguration"]),
    ("AWS::Pipes::Pipe", "s3:*", &["S3LogDestination"]),
    ("AWS::Pipes::Pipe", "firehose:*", &["FirehoseLogDestination"]),
    ("AWS::Pipes::Pipe", "iam:CreateServiceLinkedRole", &[]),
];

/// The actions that a resource needs; none for a type that is not known.
pub(super) fn actions(part: &Part<'_>) -> Option<Vec<Action>> {
    let groups = TYPES.get(part.kind)?;
    Some(all(groups).filter(|action| is_needed(part, *action)).collect())
}

/// The actions of a line of the data.
pub(super) fn all(groups: &'static str) -> impl Iterator<Item = Action> {
    groups
        .split(' ')
        .filter_map(|group| group.split_once(':'))
        .flat_map(|(service, names)| names.split(',').map(move |name| Action { service, name }))
}

/// The line that says when a type needs an action.
pub(super) fn rule(kind: &str, action: Action) -> Option<&'static [&'static str]> {
    let action = action.to_string();
    let mut rules = ONLY_WITH.iter();
    rules
        .find(|(of, what, _)| pattern::matches(of, kind) && pattern::matches(what, &action))
        .map(|(.., keys)| *keys)
}

fn is_needed(part: &Part<'_>, action: Action) -> bool {
    match rule(part.kind, action) {
        None => true,
        Some(keys) => keys.contains(&"*") || part.has(keys),
    }
}

impl Part<'_> {
    fn has(&self, keys: &[&str]) -> bool {
        has_any(self.source, keys)
    }
}

/// The types and actions that rules are about.
#[cfg(test)]
pub(super) fn rules() -> impl Iterator<Item = (&'static str, &'static str)> {
    ONLY_WITH.iter().map(|(kinds, actions, _)| (*kinds, *actions))
}
