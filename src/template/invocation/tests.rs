use super::How::{Asynchronous, Polled, Synchronous, Unknown};
use super::*;
use crate::template::parse;

/// What invokes the function `F` of a template with these other resources.
fn invocations(resources: &str) -> Vec<(How, String)> {
    let text = format!(
        "Resources:\n  F: {{Type: AWS::Lambda::Function}}\n  G: {{Type: AWS::Lambda::Function}}\n{resources}\n"
    );
    let document = parse(text.as_bytes()).unwrap();
    let found = document.invocations();
    assert!(found.of("G").is_empty(), "{resources}");
    found.of("F").iter().map(|invocation| (invocation.how, invocation.source.to_owned())).collect()
}

#[test]
fn resources_apart_from_the_function_invoke_it() {
    for (resource, how) in [
        ("{Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref F}}", Polled),
        ("{Type: AWS::SNS::Subscription, Properties: {Endpoint: !GetAtt F.Arn}}", Asynchronous),
        ("{Type: AWS::SNS::Topic, Properties: {Subscription: [{Endpoint: !GetAtt F.Arn}]}}", Asynchronous),
        ("{Type: AWS::Events::Rule, Properties: {Targets: [{Arn: x}, {Arn: !GetAtt F.Arn}]}}", Asynchronous),
        (
            "{Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {LambdaConfigurations: [{Function: !GetAtt F.Arn}]}}}",
            Asynchronous,
        ),
        (
            "{Type: AWS::ApiGatewayV2::Integration, Properties: {IntegrationUri: !Sub 'arn:x/${F.Arn}/invocations'}}",
            Synchronous,
        ),
        (
            "{Type: AWS::Serverless::StateMachine, Properties: {DefinitionSubstitutions: {A: !GetAtt F.Arn}}}",
            Synchronous,
        ),
        (
            "{Type: AWS::Serverless::Api, Properties: {DefinitionBody: {paths: {/: {uri: !Sub '${F.Arn}'}}}}}",
            Synchronous,
        ),
        (
            "{Type: AWS::Cognito::UserPool, Properties: {LambdaConfig: {PreSignUp: !GetAtt F.Arn}}}",
            Synchronous,
        ),
        ("{Type: Custom::Thing, Properties: {ServiceToken: !GetAtt F.Arn}}", Asynchronous),
        (
            "{Type: AWS::Scheduler::Schedule, Properties: {Target: {Arn: !If [c, !GetAtt F.Arn, x]}}}",
            Asynchronous,
        ),
    ] {
        let found = invocations(&format!("  A: {resource}"));
        assert_eq!(found.iter().map(|(how, _)| *how).collect::<Vec<_>>(), [how], "{resource}");
    }
}

#[test]
fn a_permission_tells_its_principal() {
    let permission = |principal: &str| {
        invocations(&format!(
            "  A: {{Type: AWS::Lambda::Permission, Properties: {{FunctionName: !Ref F, Principal: {principal}}}}}"
        ))
    };
    assert_eq!(permission("s3.amazonaws.com"), [(Asynchronous, "s3.amazonaws.com".to_owned())]);
    assert_eq!(permission("apigateway.amazonaws.com")[0].0, Synchronous);
    assert_eq!(permission("'123456789012'"), [(Unknown, "123456789012".to_owned())]);
}

#[test]
fn aliases_and_versions_lead_to_their_function() {
    let alias = "  L: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F}}\n";
    let url = "  A: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref L}}";
    assert_eq!(invocations(&format!("{alias}{url}")), [(Synchronous, "AWS::Lambda::Url".to_owned())]);
}

#[test]
fn what_names_no_function_invokes_none() {
    for resource in [
        "{Type: AWS::SNS::Subscription, Properties: {Endpoint: !GetAtt Queue.Arn}}",
        "{Type: AWS::SQS::Queue, Properties: {Endpoint: !GetAtt F.Arn}}",
        "{Type: AWS::Lambda::Permission, Properties: {FunctionName: other, Principal: s3.amazonaws.com}}",
        "{Type: AWS::Lambda::Permission}",
    ] {
        assert_eq!(invocations(&format!("  A: {resource}")), [], "{resource}");
    }
}

#[test]
fn sam_events_and_urls_belong_to_the_function() {
    let text = "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      FunctionUrlConfig: {AuthType: NONE}\n      \
                Events:\n        A: {Type: S3}\n        B: {Type: SQS}\n        C: {Type: HttpApi}\n        D: {Type: New}\n";
    let document = parse(text.as_bytes()).unwrap();
    let found = document.invocations();
    let how: Vec<_> = found.of("F").iter().map(|invocation| invocation.how).collect();
    assert_eq!(how, [Asynchronous, Polled, Synchronous, Unknown, Synchronous]);
    assert!(found.of("G").is_empty());
    assert_eq!(found.of("F")[0].node.position().line, 7);
}

#[test]
fn a_separate_invoke_config_has_the_destination() {
    let text = "Resources:\n  F: {Type: AWS::Lambda::Function}\n  C:\n    Type: AWS::Lambda::EventInvokeConfig\n    \
                Properties:\n      FunctionName: !Ref F\n      DestinationConfig: {OnFailure: {Destination: x}}\n";
    let document = parse(text.as_bytes()).unwrap();
    let found = document.invocations();
    assert!(found.on_failure("F").is_some_and(|node| node.get("Destination").is_some()));
    assert!(found.on_failure("C").is_none());
}

#[test]
fn the_tables_are_sorted_and_without_repeats() {
    assert!(EVENT_TYPES.is_sorted_by(|a, b| a.0 < b.0));
    assert!(PRINCIPALS.is_sorted_by(|a, b| a.0 < b.0));
    assert!(PROPERTIES.is_sorted_by(|a, b| (a.0, a.1) < (b.0, b.1)));
}
