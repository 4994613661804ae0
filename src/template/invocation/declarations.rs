//! The tables of what invokes a function in which way. Data only.
//!
//! Source: AWS Lambda Developer Guide, "Invoking Lambda with events from other AWS services"; AWS SAM
//! Developer Guide, "EventSource"; CloudFormation resource reference.

use super::How::{self, Asynchronous, Polled, Synchronous};

/// SAM event types.
pub(super) const EVENT_TYPES: &[(&str, How)] = &[
    ("AlexaSkill", Synchronous),
    ("Api", Synchronous),
    ("CloudWatchEvent", Asynchronous),
    ("CloudWatchLogs", Asynchronous),
    ("Cognito", Synchronous),
    ("DocumentDB", Polled),
    ("DynamoDB", Polled),
    ("EventBridgeRule", Asynchronous),
    ("HttpApi", Synchronous),
    ("IoTRule", Asynchronous),
    ("Kinesis", Polled),
    ("MQ", Polled),
    ("MSK", Polled),
    ("S3", Asynchronous),
    ("SNS", Asynchronous),
    ("SQS", Polled),
    ("Schedule", Asynchronous),
    ("ScheduleV2", Asynchronous),
    ("SelfManagedKafka", Polled),
];

/// Service principals in an `AWS::Lambda::Permission`.
pub(super) const PRINCIPALS: &[(&str, How)] = &[
    ("alexa-appkit.amazon.com", Synchronous),
    ("apigateway.amazonaws.com", Synchronous),
    ("cloudformation.amazonaws.com", Asynchronous),
    ("codecommit.amazonaws.com", Asynchronous),
    ("codepipeline.amazonaws.com", Asynchronous),
    ("cognito-idp.amazonaws.com", Synchronous),
    ("config.amazonaws.com", Asynchronous),
    ("connect.amazonaws.com", Synchronous),
    ("elasticloadbalancing.amazonaws.com", Synchronous),
    ("events.amazonaws.com", Asynchronous),
    ("iot.amazonaws.com", Asynchronous),
    ("lex.amazonaws.com", Synchronous),
    ("lexv2.amazonaws.com", Synchronous),
    ("logs.amazonaws.com", Asynchronous),
    ("s3.amazonaws.com", Asynchronous),
    ("scheduler.amazonaws.com", Asynchronous),
    ("ses.amazonaws.com", Asynchronous),
    ("sns.amazonaws.com", Asynchronous),
    ("vpc-lattice.amazonaws.com", Synchronous),
];

/// Properties that name a function: resource type, path (`*` is every item or key), and how it is invoked.
pub(super) const PROPERTIES: &[(&str, &[&str], How)] = &[
    ("AWS::ApiGateway::Authorizer", &["AuthorizerUri"], Synchronous),
    ("AWS::ApiGateway::Method", &["Integration", "Uri"], Synchronous),
    ("AWS::ApiGateway::RestApi", &["Body"], Synchronous),
    ("AWS::ApiGatewayV2::Api", &["Body"], Synchronous),
    ("AWS::ApiGatewayV2::Api", &["Target"], Synchronous),
    ("AWS::ApiGatewayV2::Authorizer", &["AuthorizerUri"], Synchronous),
    ("AWS::ApiGatewayV2::Integration", &["IntegrationUri"], Synchronous),
    ("AWS::AppSync::DataSource", &["LambdaConfig", "LambdaFunctionArn"], Synchronous),
    ("AWS::CloudFormation::CustomResource", &["ServiceToken"], Asynchronous),
    ("AWS::Cognito::UserPool", &["LambdaConfig", "*"], Synchronous),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", &["Targets", "*", "Id"], Synchronous),
    ("AWS::Events::Rule", &["Targets", "*", "Arn"], Asynchronous),
    ("AWS::IoT::TopicRule", &["TopicRulePayload", "Actions", "*", "Lambda", "FunctionArn"], Asynchronous),
    ("AWS::Lambda::EventSourceMapping", &["FunctionName"], Polled),
    ("AWS::Lambda::Url", &["TargetFunctionArn"], Synchronous),
    ("AWS::Logs::SubscriptionFilter", &["DestinationArn"], Asynchronous),
    ("AWS::Pipes::Pipe", &["Enrichment"], Synchronous),
    ("AWS::Pipes::Pipe", &["Target"], Synchronous),
    (
        "AWS::S3::Bucket",
        &["NotificationConfiguration", "LambdaConfigurations", "*", "Function"],
        Asynchronous,
    ),
    ("AWS::SES::ReceiptRule", &["Rule", "Actions", "*", "LambdaAction", "FunctionArn"], Asynchronous),
    ("AWS::SNS::Subscription", &["Endpoint"], Asynchronous),
    ("AWS::SNS::Topic", &["Subscription", "*", "Endpoint"], Asynchronous),
    ("AWS::Scheduler::Schedule", &["Target", "Arn"], Asynchronous),
    ("AWS::Serverless::Api", &["DefinitionBody"], Synchronous),
    ("AWS::Serverless::HttpApi", &["DefinitionBody"], Synchronous),
    ("AWS::Serverless::StateMachine", &["Definition"], Synchronous),
    ("AWS::Serverless::StateMachine", &["DefinitionSubstitutions", "*"], Synchronous),
    ("AWS::StepFunctions::StateMachine", &["Definition"], Synchronous),
    ("AWS::StepFunctions::StateMachine", &["DefinitionString"], Synchronous),
    ("AWS::StepFunctions::StateMachine", &["DefinitionSubstitutions", "*"], Synchronous),
];
