//! Asynchronous triggers and what keeps the events that fail.

use super::*;

const RULE: &str = "async-no-failure-destination";

fn sam(properties: &str, more: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  B: {{Type: AWS::S3::Bucket}}\n  Q: {{Type: AWS::SQS::Queue}}\n{more}  F:\n    Type: AWS::Serverless::Function\n    Properties: {{{properties}}}\n"
    )
}

#[test]
fn every_asynchronous_source_counts() {
    for event in [
        "Type: S3, Properties: {Bucket: !Ref B, Events: 's3:ObjectCreated:*'}",
        "Type: SNS, Properties: {Topic: 'arn:aws:sns:eu-west-1:111122223333:t'}",
        "Type: EventBridgeRule, Properties: {Pattern: {source: [x]}}",
        "Type: CloudWatchEvent, Properties: {Pattern: {source: [x]}}",
        "Type: Schedule, Properties: {Schedule: rate(1 hour)}",
        "Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 hour)}",
        "Type: IoTRule, Properties: {Sql: SELECT 1}",
        "Type: CloudWatchLogs, Properties: {LogGroupName: x, FilterPattern: x}",
    ] {
        assert_fires(&sam(&format!("Events: {{E: {{{event}}}}}"), ""), &[(RULE, "F")]);
    }
}

#[test]
fn sources_that_wait_or_keep_their_events_do_not_count() {
    for event in [
        "Type: HttpApi, Properties: {Path: /a, Method: GET}",
        "Type: SQS, Properties: {Queue: !GetAtt Q.Arn}",
        "Type: Kinesis, Properties: {Stream: 'arn:aws:kinesis:::stream/s', StartingPosition: LATEST}",
        "Type: DynamoDB, Properties: {Stream: 'arn:aws:dynamodb:::table/t/stream/s', StartingPosition: LATEST}",
        "Type: Cognito, Properties: {UserPool: !Ref P, Trigger: PreSignUp}",
    ] {
        let fired = fired(&sam(&format!("Events: {{E: {{{event}}}}}"), ""));
        assert!(!fired.iter().any(|(rule, _)| *rule == "async-no-failure-destination"), "{event}");
    }
    assert_fires(
        &sam(
            "",
            "  C: {Type: AWS::CloudFormation::CustomResource, Properties: {ServiceToken: !GetAtt F.Arn}}\n",
        ),
        &[],
    );
    assert_fires(&sam("", ""), &[]);
}

#[test]
fn a_queue_for_failures_satisfies_wherever_it_is_declared() {
    let events = "Events: {E: {Type: Schedule, Properties: {Schedule: rate(1 hour)}}}";
    let on_failure = "DestinationConfig: {OnFailure: {Destination: !GetAtt Q.Arn}}";
    let config = |properties: &str| {
        format!(
            "  C: {{Type: AWS::Lambda::EventInvokeConfig, Properties: {{FunctionName: !Ref F, Qualifier: $LATEST, {properties}}}}}\n"
        )
    };
    assert_fires(
        &sam(&format!("{events}, DeadLetterQueue: {{Type: SQS, TargetArn: !GetAtt Q.Arn}}"), ""),
        &[],
    );
    assert_fires(&sam(&format!("{events}, EventInvokeConfig: {{{on_failure}}}"), ""), &[]);
    assert_fires(&sam(events, &config(on_failure)), &[]);
    assert_fires(&sam(events, &config("MaximumRetryAttempts: 1")), &[(RULE, "F")]);
    let globals =
        format!("Globals: {{Function: {{EventInvokeConfig: {{{on_failure}}}}}}}\n{}", sam(events, ""));
    assert_fires(&globals, &[]);
    let included =
        format!("{events}, 'Fn::Transform': {{Name: AWS::Include, Parameters: {{Location: s3://b/k}}}}");
    assert_fires(&sam(&included, ""), &[]);
}

#[test]
fn plain_cloudformation_declares_its_triggers_apart() {
    let raw = |properties: &str, trigger: &str| {
        format!(
            "Resources:\n  F: {{Type: AWS::Lambda::Function, Properties: {{{properties}}}}}\n  T: {trigger}\n"
        )
    };
    let rule = "{Type: AWS::Events::Rule, Properties: {Targets: [{Id: f, Arn: !GetAtt F.Arn}]}}";
    let bucket = "{Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {LambdaConfigurations: [{Event: 's3:ObjectCreated:*', Function: !GetAtt F.Arn}]}}}";
    let permission = "{Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Action: lambda:InvokeFunction, Principal: sns.amazonaws.com}}";
    for trigger in [rule, bucket, permission] {
        assert_fires(&raw("", trigger), &[(RULE, "F")]);
        assert_fires(&raw("DeadLetterConfig: {TargetArn: 'arn:aws:sqs:::q'}", trigger), &[]);
    }
    let api = permission.replace("sns.amazonaws.com", "apigateway.amazonaws.com");
    assert_fires(&raw("", &api), &[]);
}
