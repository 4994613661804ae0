use super::*;
use crate::template::parse;

fn read(text: &str) -> Document {
    parse(text.as_bytes()).unwrap()
}

/// A template with one function `F` of this type and these properties.
fn with(resource_type: &str, properties: &str) -> Document {
    read(&format!(
        "Parameters: {{P: {{Type: String}}, Arn: {{Type: String, Default: 'arn:aws:iam::1:role/x'}}}}\n\
         Globals: {{Function: {{Runtime: python3.13}}}}\n\
         Resources:\n  R: {{Type: AWS::IAM::Role}}\n  F: {{Type: {resource_type}, Properties: {{{properties}}}}}\n"
    ))
}

const SAM: &str = "AWS::Serverless::Function";
const LAMBDA: &str = "AWS::Lambda::Function";

fn code_of(resource_type: &str, properties: &str) -> String {
    let document = with(resource_type, properties);
    let name = match document.function("F").unwrap().code() {
        Code::Local { path, node } => {
            assert_eq!(node.as_str(), Some(path));
            return path.to_owned();
        }
        Code::S3 { .. } => "s3",
        Code::Inline { .. } => "inline",
        Code::Image { .. } => "image",
        Code::Unknown { .. } => "unknown",
        Code::Missing => "missing",
    };
    format!("<{name}>")
}

#[test]
fn code_is_located() {
    for (resource_type, properties, expected) in [
        (SAM, "CodeUri: src/", "src/"),
        (SAM, "CodeUri: ./a b.zip", "./a b.zip"),
        (SAM, "CodeUri: s3://bucket/key", "<s3>"),
        (SAM, "CodeUri: {Bucket: b, Key: k}", "<s3>"),
        (SAM, "CodeUri: !Sub 's3://${P}/key'", "<s3>"),
        (SAM, "CodeUri: !Ref P", "<unknown>"),
        (SAM, "InlineCode: x, CodeUri: y", "<inline>"),
        (SAM, "PackageType: Image", "<image>"),
        (SAM, "ImageUri: x", "<image>"),
        (SAM, "Handler: x", "<missing>"),
        (LAMBDA, "Code: src/", "src/"),
        (LAMBDA, "Code: {ZipFile: x}", "<inline>"),
        (LAMBDA, "Code: {S3Bucket: b, S3Key: k}", "<s3>"),
        (LAMBDA, "Code: {ImageUri: x}", "<image>"),
        (LAMBDA, "Code: {}", "<unknown>"),
        (LAMBDA, "CodeUri: src/", "<missing>"),
    ] {
        assert_eq!(code_of(resource_type, properties), expected, "{resource_type} {properties}");
    }
}

#[test]
fn code_may_be_global() {
    let document =
        read("Globals: {Function: {CodeUri: shared/}}\nResources: {F: {Type: AWS::Serverless::Function}}\n");
    assert!(matches!(document.function("F").unwrap().code(), Code::Local { path: "shared/", .. }));
}

#[test]
fn roles_are_found() {
    let role = |resource_type, properties: &str| {
        let document = with(resource_type, properties);
        match document.function("F").unwrap().role() {
            Role::Generated => "generated".to_owned(),
            Role::Resource { id, .. } => format!("resource {id}"),
            Role::Literal { arn, .. } => arn,
            Role::Unknown { .. } => "unknown".to_owned(),
            Role::Missing => "missing".to_owned(),
        }
    };
    assert_eq!(role(SAM, "Handler: x"), "generated");
    assert_eq!(role(LAMBDA, "Handler: x"), "missing");
    assert_eq!(role(SAM, "Role: !GetAtt R.Arn"), "resource R");
    assert_eq!(role(LAMBDA, "Role: !Sub '${R.Arn}'"), "resource R");
    assert_eq!(role(SAM, "Role: 'arn:aws:iam::1:role/y'"), "arn:aws:iam::1:role/y");
    assert_eq!(role(SAM, "Role: !Ref Arn"), "arn:aws:iam::1:role/x");
    assert_eq!(role(SAM, "Role: !Ref P"), "unknown");
    assert_eq!(role(SAM, "Role: !If [c, !GetAtt R.Arn, !Ref Arn]"), "unknown");
}

#[test]
fn sam_and_cloudformation_name_things_differently() {
    let document = with(
        SAM,
        "DeadLetterQueue: {Type: SQS}, Policies: AWSLambdaExecute, \
         Events: {Poll: {Type: SQS, Properties: {Queue: q}}}, \
         EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SQS}}}",
    );
    let function = document.function("F").unwrap();
    assert!(function.is_sam() && function.dead_letter().is_some() && function.on_failure().is_some());
    assert_eq!(function.runtime().and_then(Effective::as_str), Some("python3.13"));
    assert_eq!(function.policies().len(), 1);
    let events = function.events();
    assert_eq!((events[0].name(), events[0].event_type()), ("Poll", "SQS"));
    assert_eq!(events[0].property("Queue").and_then(NodeRef::as_str), Some("q"));

    let document = with(LAMBDA, "DeadLetterConfig: {TargetArn: x}, Policies: [a], Events: {A: {Type: SQS}}");
    let function = document.function("F").unwrap();
    assert!(!function.is_sam() && function.dead_letter().is_some());
    assert!(function.policies().is_empty() && function.events().is_empty() && function.runtime().is_none());
    assert_eq!(document.functions().len(), 1);
}
