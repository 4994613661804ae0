use proptest::prelude::*;

use super::*;
use crate::template::parse;

const DEPLOYED: &str = "
Description: orders
Parameters:
  Level: {Type: String, Default: INFO}
Resources:
  Table: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST}}
  Queue: {Type: AWS::SQS::Queue}
  Read:
    Type: AWS::Serverless::Function
    Properties:
      MemorySize: 128
      Layers: [!Ref A, !Ref B]
      Environment: {Variables: {TABLE: !Ref Table, OLD: '1'}}
      Policies:
        - Statement:
            - {Effect: Allow, Action: [dynamodb:GetItem, dynamodb:Query], Resource: !GetAtt Table.Arn}
Outputs:
  Name: {Value: !Ref Table}
";

fn between(change: &[(&str, &str)]) -> Difference {
    let mut wanted = DEPLOYED.to_owned();
    for (from, to) in change {
        assert!(wanted.contains(from), "{from}");
        wanted = wanted.replace(from, to);
    }
    Difference::between(&parse(DEPLOYED.as_bytes()).unwrap(), &parse(wanted.as_bytes()).unwrap())
}

fn field(path: &str, before: Option<&str>, after: Option<&str>) -> Field {
    Field { path: path.into(), before: before.map(Into::into), after: after.map(Into::into) }
}

/// Each change of a permission on one line.
fn grants(difference: &Difference) -> Vec<String> {
    let line = |change: &GrantChange| {
        let Grant { owner, principal, action, resource, condition, is_deny } = &change.grant;
        let sign = if change.is_new { "+" } else { "-" };
        let broader = if change.is_broader() { "!" } else { "" };
        let verb = if *is_deny { "may not" } else { "may" };
        let who = principal.as_deref().unwrap_or("itself");
        let what = resource.as_deref().unwrap_or("-");
        format!(
            "{sign}{broader} {owner}: {who} {verb} {action} {what} {}",
            condition.as_deref().unwrap_or("-")
        )
    };
    difference.grants.iter().map(line).collect()
}

#[test]
fn what_means_the_same_is_no_difference() {
    let same = between(&[
        ("!GetAtt Table.Arn", "{'Fn::GetAtt': [Table, Arn]}"),
        ("Layers: [!Ref A, !Ref B]", "Layers:\n        - Ref: A\n        - Ref: B"),
        ("MemorySize: 128", "MemorySize: '128'"),
    ]);
    assert!(same.is_empty(), "{same:#?}");
}

#[test]
fn values_are_told_with_their_paths() {
    let found = between(&[
        ("MemorySize: 128", "MemorySize: 256"),
        ("OLD: '1'", "NEW: !Sub '${Level}-1'"),
        ("[!Ref A, !Ref B]", "[!Ref C, !Ref A, !Ref B]"),
    ]);
    let expected = [
        field("MemorySize", Some("128"), Some("256")),
        field("Layers[0]", None, Some("!Ref C")),
        field("Environment.Variables.NEW", None, Some("!Sub ${Level}-1")),
        field("Environment.Variables.OLD", Some("1"), None),
    ];
    assert_eq!(found.of_resource("Read"), expected);
    assert_eq!(found.of_resource("Table"), []);
    assert!(!found.is_broader());
}

#[test]
fn things_come_and_go_in_every_section() {
    let found = between(&[
        ("Description: orders", "Description: more orders"),
        ("  Queue: {Type: AWS::SQS::Queue}", "  Topic: {Type: AWS::SNS::Topic}"),
        ("Outputs:\n  Name: {Value: !Ref Table}\n", ""),
        ("Default: INFO", "Default: DEBUG"),
    ]);
    let told: Vec<String> = found
        .items
        .iter()
        .map(|item| {
            let how = match &item.how {
                How::Added => "added",
                How::Removed => "removed",
                How::Changed(_) => "changed",
            };
            format!("{} {} {} {how}", item.section, item.name, item.kind.as_deref().unwrap_or("-"))
        })
        .collect();
    let expected = [
        "Description  - changed",
        "Parameters Level String changed",
        "Resources Topic AWS::SNS::Topic added",
        "Resources Queue AWS::SQS::Queue removed",
        "Outputs Name - removed",
    ];
    assert_eq!(told, expected);
}

#[test]
fn new_permissions_are_told_one_by_one() {
    let wider = between(&[("dynamodb:Query]", "dynamodb:Query, dynamodb:DeleteItem]")]);
    assert_eq!(grants(&wider), ["+! Read: itself may dynamodb:DeleteItem !GetAtt Table.Arn -"]);
    assert!(wider.is_broader());
    let narrower = between(&[("[dynamodb:GetItem, dynamodb:Query]", "dynamodb:GetItem")]);
    assert_eq!(grants(&narrower), ["- Read: itself may dynamodb:Query !GetAtt Table.Arn -"]);
    assert!(!narrower.is_broader());
    // What a pattern covers was granted before; a pattern that covers more was not.
    let pattern = between(&[("[dynamodb:GetItem, dynamodb:Query]", "dynamodb:*")]);
    assert_eq!(grants(&pattern), ["+! Read: itself may dynamodb:* !GetAtt Table.Arn -"]);
    let everywhere = between(&[("Resource: !GetAtt Table.Arn", "Resource: '*'")]);
    assert_eq!(everywhere.grants.iter().filter(|change| change.is_broader()).count(), 2);
    assert_eq!(everywhere.grants.len(), 2, "{:#?}", grants(&everywhere));
}

#[test]
fn conditions_refusals_and_other_kinds_of_permission_count() {
    let statement =
        "{Effect: Allow, Action: [dynamodb:GetItem, dynamodb:Query], Resource: !GetAtt Table.Arn}";
    let conditional = statement.replace("}", ", Condition: {Bool: {'aws:SecureTransport': true}}}");
    assert!(!between(&[(statement, &conditional)]).is_broader());
    let refusal =
        format!("{statement}\n            - {{Effect: Deny, Action: dynamodb:Query, Resource: '*'}}");
    let refused = between(&[(statement, &refusal)]);
    assert_eq!(grants(&refused), ["+ Read: itself may not dynamodb:Query * -"]);
    let policies = format!(
        "{statement}\n        - SQSPollerPolicy: {{QueueName: !Ref Queue}}\n        - AdministratorAccess"
    );
    assert_eq!(
        grants(&between(&[(statement, &policies)])),
        [
            "+! Read: itself may AdministratorAccess - -",
            "+! Read: itself may SQSPollerPolicy {QueueName: !Ref Queue} -"
        ]
    );
    let called = "  Called: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Read, Action: lambda:InvokeFunction, Principal: s3.amazonaws.com, SourceAccount: '1'}}\nOutputs:";
    assert_eq!(
        grants(&between(&[("Outputs:", called)])),
        ["+! Called: s3.amazonaws.com may lambda:InvokeFunction !Ref Read SourceAccount 1"]
    );
}

proptest! {
    #[test]
    fn nothing_differs_from_itself_and_every_change_is_told(memory in 1u32..9999, other in 1u32..9999) {
        let text = |memory: u32| DEPLOYED.replace("128", &memory.to_string());
        let document = |memory| parse(text(memory).as_bytes()).unwrap();
        prop_assert!(Difference::between(&document(memory), &document(memory)).is_empty());
        let is_told = !Difference::between(&document(memory), &document(other)).is_empty();
        prop_assert_eq!(is_told, memory != other);
    }
}
