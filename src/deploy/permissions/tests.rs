use std::collections::{BTreeMap, BTreeSet};

use super::handlers::{TYPES, all, rule};
use super::scope::{TABLE, has_place};
use super::{Deployment, Permissions, of};
use crate::iam::{catalogue, pattern};
use crate::names::StackName;
use crate::template;

fn permissions(text: &str) -> Permissions {
    with_parameters(text, &[])
}

fn with_parameters(text: &str, parameters: &[(&str, &str)]) -> Permissions {
    let document = template::parse(text.as_bytes()).unwrap();
    let parameters: BTreeMap<String, String> =
        parameters.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    of(&Deployment {
        document: &document,
        nested: &[],
        stack: &StackName::new("shop-dev"),
        region: Some("eu-west-1"),
        account: Some("123456789012"),
        parameters: &parameters,
    })
}

/// What an action is granted on.
fn reach(permissions: &Permissions, action: &str) -> BTreeSet<String> {
    let statements = permissions.policy.statement.iter().filter(|it| it.action.contains(action));
    statements.flat_map(|it| it.resource.iter().cloned()).collect()
}

#[track_caller]
fn assert_reach(permissions: &Permissions, action: &str, expected: &[&str]) {
    let expected: BTreeSet<String> = expected.iter().map(|arn| (*arn).to_owned()).collect();
    assert_eq!(reach(permissions, action), expected, "{action}");
}

#[test]
fn every_type_has_handlers_and_arns_and_every_action_exists() {
    let known: BTreeSet<&str> = TYPES.keys().copied().collect();
    let placed: BTreeSet<&str> = TABLE.iter().map(|row| row.kind).collect();
    assert_eq!(known, placed);
    assert_eq!(placed.len(), TABLE.len(), "a type twice");
    for (kind, groups) in TYPES.iter() {
        for action in all(groups) {
            assert_eq!(catalogue::expand(&action.to_string()).count(), 1, "{kind}: {action}");
        }
    }
}

/// A new release of the schemas can bring actions that nobody has thought about.
#[test]
fn every_action_of_another_service_has_a_place_or_a_property_that_asks_for_it() {
    for (kind, groups) in TYPES.iter() {
        for action in all(groups) {
            let is_decided = has_place(kind, action) || rule(kind, action).is_some();
            assert!(is_decided, "{kind}: {action} would be granted on everything, always");
        }
    }
}

#[test]
fn no_rule_is_about_nothing() {
    for (kinds, actions) in super::handlers::rules() {
        let fits = |kind: &str, groups: &'static str| {
            pattern::matches(kinds, kind) && all(groups).any(|it| pattern::matches(actions, &it.to_string()))
        };
        assert!(TYPES.iter().any(|(kind, groups)| fits(kind, groups)), "{kinds} {actions}");
    }
}

const SHOP: &str = "
Transform: AWS::Serverless-2016-10-31
Parameters: {Bucket: {Type: String}}
Globals: {Function: {Runtime: python3.13, Handler: app.handler, CodeUri: code/}}
Resources:
  Orders: {Type: AWS::SQS::Queue}
  Uploads: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Bucket}}
  Take:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub '${AWS::StackName}-take'
      Events:
        Queue: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
        Nightly: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
        Web: {Type: HttpApi, Properties: {Path: /, Method: get}}
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties: {DefinitionUri: flow.json, Role: 'arn:aws:iam::123456789012:role/flows'}
";

#[test]
fn actions_reach_what_the_stack_will_make_and_no_more() {
    let shop = with_parameters(SHOP, &[("Bucket", "uploads-of-shop")]);
    assert_reach(&shop, "sqs:CreateQueue", &["arn:aws:sqs:eu-west-1:123456789012:shop-dev-*"]);
    assert_reach(&shop, "s3:PutBucketNotification", &["arn:aws:s3:::uploads-of-shop"]);
    let take = "arn:aws:lambda:eu-west-1:123456789012:function:shop-dev-take";
    assert_reach(&shop, "lambda:CreateFunction", &[take, &format!("{take}:*")]);
    assert_reach(&shop, "lambda:AddPermission", &[take, &format!("{take}:*")]);
    assert_reach(&shop, "iam:CreateRole", &["arn:aws:iam::123456789012:role/shop-dev-*"]);
    let rules = ["rule/*/shop-dev-*", "rule/shop-dev-*"]
        .map(|rule| format!("arn:aws:events:eu-west-1:123456789012:{rule}"));
    assert_reach(&shop, "events:PutRule", &rules.each_ref().map(String::as_str));
    assert!(reach(&shop, "apigateway:POST").contains("arn:aws:apigateway:eu-west-1::/apis/*"));
    assert!(reach(&shop, "states:CreateStateMachine").iter().any(|arn| arn.ends_with("stateMachine:Flow*")));
    let transform = "arn:aws:cloudformation:eu-west-1:aws:transform/Serverless-2016-10-31";
    assert!(reach(&shop, "cloudformation:CreateChangeSet").contains(transform));
    assert_reach(&shop, "s3:PutObject", &["arn:aws:s3:::slsx-artifacts-123456789012-eu-west-1/*"]);
    // Nothing that only another property would need.
    for action in
        ["ec2:DescribeVpcs", "kms:Decrypt", "lambda:GetLayerVersion", "s3:PutReplicationConfiguration"]
    {
        assert_reach(&shop, action, &[]);
    }
    let mapping =
        shop.policy.statement.iter().find(|it| it.action.contains("lambda:CreateEventSourceMapping"));
    let condition = serde_json::to_value(mapping.unwrap()).unwrap()["Condition"].clone();
    assert_eq!(condition["ArnLike"]["lambda:FunctionArn"][0], take);
}

#[test]
fn only_what_aws_cannot_limit_is_granted_on_everything() {
    let shop = permissions(SHOP);
    for statement in shop.policy.statement.iter().filter(|it| it.resource.contains("*")) {
        for action in &statement.action {
            let found = catalogue::expand(action).next().unwrap();
            assert!(!found.can_be_limited, "{action}");
        }
    }
    // Without its parameter the bucket may have any name, and that is said.
    assert_reach(&shop, "s3:PutBucketNotification", &["arn:aws:s3:::*"]);
    assert!(
        shop.notes.iter().any(|note| note.contains("Uploads") && note.contains("any name")),
        "{:?}",
        shop.notes
    );
}

#[test]
fn roles_are_handed_to_the_services_that_they_are_for() {
    let passed = |text: &str| -> Vec<(String, String)> {
        let permissions = permissions(text);
        let grants = permissions.policy.statement.iter().filter(|it| it.action.contains("iam:PassRole"));
        grants
            .flat_map(|grant| {
                let condition = serde_json::to_value(grant).unwrap()["Condition"]["StringEquals"].clone();
                let services = condition["iam:PassedToService"].to_string();
                grant.resource.iter().map(move |arn| (arn.clone(), services.clone())).collect::<Vec<_>>()
            })
            .collect()
    };
    let pair =
        |arn: &str, services: &str| (format!("arn:aws:iam::123456789012:role/{arn}"), services.to_owned());
    assert_eq!(
        passed(SHOP),
        [pair("flows", "[\"states.amazonaws.com\"]"), pair("shop-dev-*", "[\"lambda.amazonaws.com\"]")]
    );
    let own = "Resources: {R: {Type: AWS::IAM::Role, Properties: {Path: /app/, AssumeRolePolicyDocument: \
               {Statement: [{Effect: Allow, Principal: {Service: [sns.amazonaws.com, sqs.amazonaws.com]}}]}}}}";
    assert_eq!(passed(own), [pair("app/shop-dev-*", "[\"sns.amazonaws.com\",\"sqs.amazonaws.com\"]")]);
    let unknown = "Parameters: {Role: {Type: String}}\nResources: {F: {Type: AWS::Lambda::Function, Properties: {Role: !Ref Role}}}";
    assert_eq!(passed(unknown), []);
    assert!(permissions(unknown).notes.iter().any(|note| note.contains("add iam:PassRole")));
    assert_eq!(
        passed(
            &unknown
                .replace("Type: String", "{Type: String, Default: 'arn:aws:iam::1:role/x'}")
                .replace("{{", "{")
                .replace("}}\nR", "}\nR")
        ),
        [("arn:aws:iam::1:role/x".to_owned(), "[\"lambda.amazonaws.com\"]".to_owned())]
    );
}

#[test]
fn what_refers_to_something_reaches_that() {
    let text = "
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: news}}
  Access: {Type: AWS::SNS::TopicPolicy, Properties: {Topics: [!Ref Topic]}}
  Foreign: {Type: AWS::SNS::Subscription, Properties: {TopicArn: 'arn:aws:sns:eu-west-1:1:theirs'}}
  Function: {Type: AWS::Lambda::Function, Properties: {FunctionName: f, Role: 'arn:aws:iam::1:role/x'}}
  Version: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Function}}
  Alias: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !GetAtt Function.Arn}}
  OnAlias: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Alias}}
  Called: {Type: Custom::Thing, Properties: {ServiceToken: !GetAtt Function.Arn}}
";
    let found = permissions(text);
    assert_reach(
        &found,
        "sns:Subscribe",
        &["arn:aws:sns:eu-west-1:123456789012:news", "arn:aws:sns:eu-west-1:1:theirs"],
    );
    let function = "arn:aws:lambda:eu-west-1:123456789012:function:f";
    for action in
        ["lambda:PublishVersion", "lambda:CreateAlias", "lambda:AddPermission", "lambda:InvokeFunction"]
    {
        assert_reach(&found, action, &[function, &format!("{function}:*")]);
    }
}

#[test]
fn what_is_not_known_is_said_and_not_granted() {
    let text =
        "Resources: {Vpc: {Type: AWS::EC2::VPC}, Wait: {Type: AWS::CloudFormation::WaitConditionHandle}}";
    let found = permissions(text);
    let about: Vec<&String> = found.notes.iter().filter(|note| note.contains("not covered")).collect();
    assert!(matches!(about.as_slice(), [note] if note.contains("Vpc (AWS::EC2::VPC)")), "{about:?}");
    assert!(
        !found.policy.statement.iter().flat_map(|it| &it.action).any(|action| action.starts_with("ec2:"))
    );
}

#[test]
fn names_that_are_made_up_may_be_short_and_optional_ones_may_be_made_up() {
    let document = template::parse(
        b"Conditions: {Named: !Equals [a, b]}\nResources:\n  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !If [Named, orders, \
          !Ref AWS::NoValue]}}\n  R: {Type: AWS::IAM::Role}\n",
    )
    .unwrap();
    let found = of(&Deployment {
        document: &document,
        nested: &[],
        stack: &StackName::new("a-stack-with-quite-a-long-name"),
        region: None,
        account: None,
        parameters: &BTreeMap::new(),
    });
    assert_reach(
        &found,
        "sqs:CreateQueue",
        &["arn:*:sqs:*:*:orders", "arn:*:sqs:*:*:a-stack-with-quite-a-lon*"],
    );
    assert_reach(&found, "iam:CreateRole", &["arn:*:iam::*:role/a-stack-with-quite-a-lon*"]);
    assert!(found.notes.iter().any(|note| note.contains("every region")), "{:?}", found.notes);
}

#[test]
fn what_is_looked_up_may_be_looked_up() {
    let found = permissions(
        "Parameters: {Ami: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /shop/ami}}\nResources:\n  Q:\n    Type: \
         AWS::SQS::Queue\n    Properties: {QueueName: '{{resolve:ssm:queue:1}}', KmsMasterKeyId: \
         '{{resolve:secretsmanager:keys-${AWS::StackName}:SecretString}}'}\n",
    );
    let ssm = "arn:aws:ssm:eu-west-1:123456789012:parameter";
    assert_reach(&found, "ssm:GetParameters", &[&format!("{ssm}/shop/ami"), &format!("{ssm}/queue")]);
    assert_reach(
        &found,
        "secretsmanager:GetSecretValue",
        &["arn:aws:secretsmanager:eu-west-1:123456789012:secret:keys-*-*"],
    );
}

#[test]
fn nested_templates_count_and_those_from_elsewhere_are_a_note() {
    let read = |text: &str| template::parse(text.as_bytes()).unwrap();
    let parent = |url: &str| {
        read(&format!(
            "Resources: {{N: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {url}}}}}}}"
        ))
    };
    let child = read("Resources: {T: {Type: AWS::SNS::Topic}}");
    let found = |document: &template::Document, nested: &[&template::Document]| {
        of(&Deployment {
            document,
            nested,
            stack: &StackName::new("shop"),
            region: None,
            account: None,
            parameters: &BTreeMap::new(),
        })
    };
    let local = found(&parent("child.yaml"), &[&child]);
    assert_reach(&local, "sns:CreateTopic", &["arn:*:sns:*:*:shop-*"]);
    assert!(!local.notes.iter().any(|note| note.contains("nested stack")), "{:?}", local.notes);
    let remote = found(&parent("https://x/y.yaml"), &[]);
    assert!(remote.notes.iter().any(|note| note.contains("nested stack N")), "{:?}", remote.notes);
}
