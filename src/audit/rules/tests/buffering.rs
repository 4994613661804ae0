//! Queues and streams that Lambda reads.

use super::*;

/// A function with one event, and the queue it reads.
fn reading(queue: &str, event: &str, function: &str) -> Vec<(&'static str, String)> {
    fired(&format!(
        "Transform: AWS::Serverless-2016-10-31\nParameters:\n  Seconds: {{Type: Number}}\n  Known: {{Type: Number, Default: 5}}\n\
         Globals: {{Function: {{Timeout: 10}}}}\nResources:\n  D: {{Type: AWS::SQS::Queue}}\n  \
         Q: {{Type: AWS::SQS::Queue, Properties: {{RedrivePolicy: {{deadLetterTargetArn: !GetAtt D.Arn}}{queue}}}}}\n  \
         F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Events: {{E: {{Type: SQS, Properties: {{Queue: !GetAtt Q.Arn{event}}}}}}}\n{function}"
    ))
}

const PARTIAL: &str = ", FunctionResponseTypes: [ReportBatchItemFailures]";
const LIMITED: &str = ", ScalingConfig: {MaximumConcurrency: 2}";

fn has(found: &[(&'static str, String)], rule: &str, resource: &str) -> bool {
    found.iter().any(|(fired, at)| *fired == rule && at == resource)
}

#[test]
fn a_queue_is_hidden_for_six_timeouts_and_the_window() {
    let fires = |queue: &str, event: &str, function: &str| {
        let found = reading(queue, &format!("{PARTIAL}{LIMITED}{event}"), function);
        has(&found, "sqs-visibility-timeout", "Q")
    };
    // 6 × 10 s of Globals.
    assert!(fires(", VisibilityTimeout: 59", "", ""));
    assert!(!fires(", VisibilityTimeout: 60", "", ""));
    assert!(fires("", "", ""), "30 s where nothing is said");
    assert!(!fires("", "", "      Timeout: 5\n"));
    assert!(!fires("", "", "      Timeout: !Ref Known\n"));
    assert!(fires("", "", "      Timeout: 6\n"));
    assert!(fires(", VisibilityTimeout: 60", ", MaximumBatchingWindowInSeconds: 1", ""));
    for unknown in [
        (", VisibilityTimeout: !Ref Seconds", "", ""),
        ("", "", "      Timeout: !Ref Seconds\n"),
        ("", ", MaximumBatchingWindowInSeconds: !Ref Seconds", ""),
    ] {
        assert!(!fires(unknown.0, unknown.1, unknown.2), "{unknown:?}");
    }
}

#[test]
fn less_than_one_timeout_is_worse() {
    let severity = |visible_s: u32| {
        let text = format!(
            "Resources:\n  Q: {{Type: AWS::SQS::Queue, Properties: {{VisibilityTimeout: {visible_s}}}}}\n  \
             F: {{Type: AWS::Lambda::Function, Properties: {{Timeout: 10}}}}\n  \
             M: {{Type: AWS::Lambda::EventSourceMapping, Properties: {{EventSourceArn: !GetAtt Q.Arn, FunctionName: !Ref F}}}}\n"
        );
        let found = audited(&text, &[]).into_iter().find(|seen| seen.rule == "sqs-visibility-timeout");
        found.map(|seen| seen.severity)
    };
    assert_eq!(
        [9, 10, 59, 60].map(severity),
        [Some(Severity::High), Some(Severity::Medium), Some(Severity::Medium), None]
    );
}

#[test]
fn a_batch_of_one_needs_no_partial_answer_and_reserved_concurrency_limits_too() {
    let plain = reading(", VisibilityTimeout: 60", "", "");
    assert!(
        has(&plain, "batch-no-partial-failures", "F.E") && has(&plain, "sqs-no-concurrency-limit", "F.E")
    );
    let single =
        reading(", VisibilityTimeout: 60", ", BatchSize: 1", "      ReservedConcurrentExecutions: 5\n");
    assert_eq!(single, []);
    let pollers = ", ProvisionedPollerConfig: {MaximumPollers: 5}";
    assert_eq!(reading(", VisibilityTimeout: 60", &format!("{PARTIAL}{pollers}"), ""), []);
}

#[test]
fn mappings_of_plain_cloudformation_are_read_alike() {
    let mapping = |source: &str| {
        fired(&format!(
            "Parameters: {{A: {{Type: String}}}}\nResources:\n  Q: {{Type: AWS::SQS::Queue}}\n  S: {{Type: AWS::Kinesis::Stream}}\n  \
             F: {{Type: AWS::Lambda::Function, Properties: {{Timeout: 3}}}}\n  \
             V: {{Type: AWS::Lambda::Alias, Properties: {{FunctionName: !Ref F}}}}\n  \
             M: {{Type: AWS::Lambda::EventSourceMapping, Properties: {{EventSourceArn: {source}, FunctionName: !Ref F}}}}\n"
        ))
    };
    let rules = |found: Vec<(&'static str, String)>| -> Vec<&'static str> {
        let mut rules: Vec<_> = found.into_iter().map(|(rule, _)| rule).collect();
        rules.sort_unstable();
        rules
    };
    assert_eq!(
        rules(mapping("!GetAtt Q.Arn")),
        ["batch-no-partial-failures", "sqs-no-concurrency-limit", "sqs-no-dlq"]
    );
    let stream = [
        "batch-no-partial-failures",
        "stream-no-bisect",
        "stream-no-failure-destination",
        "stream-unbounded-retry",
    ];
    assert_eq!(rules(mapping("!GetAtt S.Arn")), stream);
    assert_eq!(rules(mapping("arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/x")), stream);
    assert_eq!(rules(mapping("!Ref A")), [""; 0], "what it reads cannot be told");
}

#[test]
fn minus_one_is_no_limit() {
    let stream = |more: &str| {
        let found = fired(&format!(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
             Events: {{E: {{Type: Kinesis, Properties: {{Stream: 'arn:aws:kinesis:::stream/s', StartingPosition: LATEST{more}}}}}}}\n"
        ));
        has(&found, "stream-unbounded-retry", "F.E")
    };
    assert!(stream("") && stream(", MaximumRetryAttempts: -1"));
    assert!(!stream(", MaximumRetryAttempts: 0") && !stream(", MaximumRecordAgeInSeconds: 3600"));
    assert!(!stream(", MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: 60"));
}

#[test]
fn a_url_of_any_declaration_is_open_only_without_authorization() {
    let url = |auth: &str| {
        fired(&format!(
            "Resources:\n  F: {{Type: AWS::Lambda::Function, Properties: {{Timeout: 3}}}}\n  \
             U: {{Type: AWS::Lambda::Url, Properties: {{TargetFunctionArn: !Ref F, AuthType: {auth}}}}}\n"
        ))
    };
    assert_eq!(url("NONE"), [("lambda-url-no-auth", "F".to_owned())]);
    assert_eq!(url("AWS_IAM"), []);
}
