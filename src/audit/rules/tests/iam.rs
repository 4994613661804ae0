//! The IAM rules: what they see and, more important, what they leave alone.

use super::*;

const ACTION: &str = "iam-wildcard-action";
const RESOURCE: &str = "iam-wildcard-resource";
const SHARED: &str = "iam-shared-role";

/// A managed policy `P` with one statement in flow style.
fn policy(statement: &str) -> String {
    format!(
        "Parameters: {{Empty: {{Type: String}}, All: {{Type: String, Default: '*'}}}}\nConditions: {{C: !Equals [a, b]}}\n\
         Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Statement: {statement}\n"
    )
}

#[test]
fn grants_that_are_too_wide_are_seen_however_they_are_written() {
    for (statement, expected) in [
        ("{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::b/*'}", vec![ACTION]),
        ("[{Effect: Allow, Action: ['s3:GetObject', 'S3:*'], Resource: 'arn:aws:s3:::b/*'}]", vec![ACTION]),
        ("{Effect: Allow, Action: '*', Resource: '*'}", vec![ACTION]),
        ("{Effect: Allow, Action: '*:*', Resource: '*'}", vec![ACTION]),
        ("{Effect: Allow, Action: !Ref All, Resource: 'arn:aws:s3:::b/*'}", vec![ACTION]),
        // Without iam it may still take over what is there.
        ("{Effect: Allow, NotAction: 'iam:*', Resource: '*'}", vec!["iam-privilege-escalation", ACTION]),
        (
            "!If [C, {Effect: Allow, Action: 'sqs:*', Resource: 'arn:aws:sqs:::q'}, !Ref AWS::NoValue]",
            vec![ACTION],
        ),
        (
            "{Effect: Allow, Action: !If [C, 'sqs:*', 'sqs:SendMessage'], Resource: 'arn:aws:sqs:::q'}",
            vec![ACTION],
        ),
        ("{Effect: Allow, Action: 's3:GetObject', Resource: '*'}", vec![RESOURCE]),
        ("{Effect: Allow, Action: 's3:Get*', Resource: '*'}", vec![RESOURCE]),
        ("{Effect: Allow, Action: 's3:GetObject', Resource: !Ref All}", vec![RESOURCE]),
        ("{Effect: Allow, Action: 's3:GetObject', NotResource: 'arn:aws:s3:::b/*'}", vec![RESOURCE]),
        (
            "{Effect: Allow, Action: 'dynamodb:Scan', Resource: !Sub 'arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/*'}",
            vec![RESOURCE],
        ),
        ("{Effect: Allow, Action: 's3:*', Resource: '*'}", vec![ACTION, RESOURCE]),
    ] {
        let rules: Vec<_> = fired(&policy(statement)).into_iter().map(|(rule, _)| rule).collect();
        assert_eq!(rules, expected, "{statement}");
    }
}

#[test]
fn grants_that_are_right_or_unknown_are_left_alone() {
    for statement in [
        "{Effect: Deny, Action: '*', Resource: '*'}",
        "{Effect: Allow, Action: 's3:Get*', Resource: 'arn:aws:s3:::b/*'}",
        "{Effect: Allow, Action: ['xray:PutTraceSegments', 'ec2:DescribeInstances'], Resource: '*'}",
        "{Effect: Allow, Action: ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface'], Resource: '*'}",
        "{Effect: Allow, Action: 'newservice:DoIt', Resource: '*'}",
        "{Effect: Allow, Action: !Ref Empty, Resource: '*'}",
        "{Effect: Allow, Action: 's3:GetObject', Resource: !Ref Empty}",
        "{Effect: Allow, Action: 's3:GetObject', Resource: !Sub 'arn:aws:s3:::${Empty}/*'}",
        "{Effect: Allow, Action: 'ec2:StopInstances', Resource: '*', Condition: {StringEquals: {'aws:ResourceTag/a': b}}}",
        "{Effect: Allow, Principal: '*', Action: 's3:*', Resource: '*'}",
        "{Effect: Maybe, Action: '*', Resource: '*'}",
        "[]",
    ] {
        assert_eq!(fired(&policy(statement)), [], "{statement}");
    }
}

#[test]
fn severity_and_confidence_follow_the_harm() {
    let one = |statement: &str| {
        let seen = audited(&policy(statement), &[]).remove(0);
        (seen.severity, seen.confidence)
    };
    let (high, medium, low) = (Severity::High, Severity::Medium, Severity::Low);
    let arn = "Resource: 'arn:aws:s3:::b'";
    assert_eq!(one(&format!("{{Effect: Allow, Action: 's3:*', {arn}}}")).0, medium);
    assert_eq!(one(&format!("{{Effect: Allow, Action: 'IAM:*', {arn}}}")).0, high);
    assert_eq!(one("{Effect: Allow, Action: 's3:PutBucketPolicy', Resource: '*'}").0, high);
    assert_eq!(one("{Effect: Allow, Action: 's3:PutObject', Resource: '*'}"), (medium, Confidence::High));
    assert_eq!(one("{Effect: Allow, Action: 's3:ListBucket', Resource: '*'}").0, low);
    assert_eq!(one("{Effect: Allow, Action: 'logs:PutLogEvents', Resource: '*'}").0, low);
    let conditional = "{Effect: Allow, Action: 's3:PutObject', Resource: '*', Condition: {Bool: {'aws:SecureTransport': true}}}";
    assert_eq!(one(conditional), (medium, Confidence::Medium));
    assert_eq!(one("{Effect: Allow, Action: 'sns:Publish', Resource: '*'}").1, Confidence::Medium);
}

#[test]
fn bare_policy_documents_and_policies_in_texts_are_read() {
    assert_fires(
        r#"{"Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "arn:aws:sqs:::q"}]}"#,
        &[(ACTION, "")],
    );
    assert_fires(
        r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}}"#,
        &[],
    );
    let text = policy("[]").replace(
        "\n        Statement: []",
        " !Sub '{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"sqs:*\", \"Resource\": \"arn:aws:sqs:::${Empty}\"}}'",
    );
    assert_fires(&text, &[(ACTION, "P")]);
}

#[test]
fn trust_policies_resource_policies_and_boundaries_grant_nothing_to_their_owner() {
    assert_fires(
        "Resources:\n  R: {Type: AWS::IAM::Role, Properties: {PermissionsBoundary: !Ref B, AssumeRolePolicyDocument: {Statement: {Effect: Allow, Principal: '*', Action: '*'}}}}\n  \
         Q: {Type: AWS::SQS::QueuePolicy, Properties: {PolicyDocument: {Statement: {Effect: Allow, Action: 'sqs:*', Resource: '*'}}}}\n  \
         B: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: {Effect: Allow, Action: '*', Resource: '*'}}}}\n",
        &[],
    );
}

#[test]
fn sam_policies_are_names_documents_and_templates() {
    let function = |properties: &str| {
        format!(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {{Type: AWS::Serverless::Function, Properties: {{{properties}}}}}\n"
        )
    };
    assert_fires(&function("Policies: AmazonS3FullAccess"), &[("iam-managed-fullaccess", "F")]);
    assert_fires(
        &function("Policies: [!Sub 'arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess']"),
        &[("iam-managed-fullaccess", "F")],
    );
    assert_fires(
        &function("Policies: {Statement: {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::b'}}"),
        &[(ACTION, "F")],
    );
    assert_fires(&function("Policies: [TextractPolicy: {}]"), &[(ACTION, "F")]);
    assert_fires(&function("Policies: [S3ReadPolicy: {BucketName: '*'}]"), &[(RESOURCE, "F")]);
    assert_fires(&function("Policies: [S3ReadPolicy: {BucketName: uploads}, AWSXRayDaemonWriteAccess]"), &[]);
    assert_fires(&function("Policies: AmazonS3FullAccess, Role: 'arn:aws:iam::111122223333:role/x'"), &[]);
}

/// Two functions with these properties each, and a role.
fn shared(first: &str, second: &str, role: &str) -> String {
    let function = |id: &str, more: &str| format!("  {id}: {{Type: AWS::Lambda::Function, {more}}}\n");
    format!(
        "Parameters: {{Arn: {{Type: String}}}}\nConditions: {{A: !Equals [a, b], B: !Equals [a, c]}}\nResources:\n{}{}  Role: {{Type: AWS::IAM::Role, Properties: {{{role}}}}}\n",
        function("F", first),
        function("G", second)
    )
}

#[test]
fn a_shared_role_is_seen_by_reference_parameter_and_arn() {
    let inline = "Policies: [{PolicyName: p, PolicyDocument: {Statement: {Effect: Allow, Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:::q'}}}]";
    let same = |role: &str| {
        shared(&format!("Properties: {{Role: {role}}}"), &format!("Properties: {{Role: {role}}}"), inline)
    };
    assert_fires(&same("!GetAtt Role.Arn"), &[(SHARED, "Role")]);
    assert_fires(&same("!Ref Arn"), &[(SHARED, "")]);
    assert_fires(&same("'arn:aws:iam::111122223333:role/x'"), &[(SHARED, "")]);
    assert_fires(&same("!ImportValue role"), &[]);
    assert_fires(
        &shared("Properties: {Role: !GetAtt Role.Arn}", "Properties: {Role: !Ref Arn}", inline),
        &[],
    );
}

#[test]
fn functions_of_which_one_exists_do_not_share() {
    let with = |condition: &str| format!("{condition}Properties: {{Role: !GetAtt Role.Arn}}");
    assert_fires(&shared(&with("Condition: A, "), &with("Condition: B, "), ""), &[]);
    assert_fires(&shared(&with("Condition: A, "), &with("Condition: A, "), ""), &[(SHARED, "Role")]);
    assert_fires(&shared(&with("Condition: A, "), &with(""), ""), &[(SHARED, "Role")]);
}

#[test]
fn sharing_a_role_that_only_logs_is_mild() {
    let severity = |role: &str| {
        let uses = "Properties: {Role: !GetAtt Role.Arn}";
        audited(&shared(uses, uses, role), &[]).remove(0).severity
    };
    let basic = "'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'";
    assert_eq!(severity(&format!("ManagedPolicyArns: [{basic}]")), Severity::Low);
    assert_eq!(severity(&format!("ManagedPolicyArns: [{basic}, !Ref Arn]")), Severity::Medium);
}

#[test]
fn policies_of_one_identity_are_read_together_wherever_they_are_attached() {
    let escalates = |text: &str| -> Vec<String> {
        let found = fired(text).into_iter().filter(|(rule, _)| *rule == "iam-privilege-escalation");
        found.map(|(_, resource)| resource).collect()
    };
    let document = |action: &str| {
        format!("PolicyDocument: {{Statement: {{Effect: Allow, Action: '{action}', Resource: '*'}}}}")
    };
    let (pass, run) = (document("iam:PassRole"), document("ec2:RunInstances"));
    let role =
        |inline: &str| format!("Resources:\n  R: {{Type: AWS::IAM::Role, Properties: {{{inline}}}}}\n");
    let apart = |properties: &str| {
        format!("  P: {{Type: AWS::IAM::ManagedPolicy, Properties: {{{pass}{properties}}}}}\n")
    };

    let alone = role(&format!("Policies: [{{{run}}}]"));
    assert_eq!(escalates(&alone), [""; 0]);
    assert_eq!(escalates(&(alone.clone() + &apart(""))), [""; 0], "nobody has both");
    assert_eq!(escalates(&(alone + &apart(", Roles: [!Ref R]"))), ["R"]);
    let attaching = role(&format!("ManagedPolicyArns: [!Ref P], Policies: [{{{run}}}]"));
    assert_eq!(escalates(&(attaching + &apart(""))), ["R"]);
    let bounded = role(&format!("PermissionsBoundary: !Ref P, Policies: [{{{run}}}]"));
    assert_eq!(escalates(&(bounded + &apart(""))), [""; 0], "a boundary grants nothing");
    let function = format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
         Policies: [!Ref P, {{Statement: {{Effect: Allow, Action: 'ec2:*', Resource: '*'}}}}]\n{}",
        apart("")
    );
    assert_eq!(escalates(&function), ["F"]);
    let bundle = r#"{"policies": [
        {"Statement": {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}},
        {"Statement": [{"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*"}]}]}"#;
    assert_eq!(escalates(bundle), [""]);
    let denied = bundle.replace(
        r#""policies": ["#,
        r#""policies": [{"Statement": {"Effect": "Deny", "Action": "iam:Pass*", "Resource": "*"}},"#,
    );
    assert_eq!(escalates(&denied), [""; 0]);
}

#[test]
fn many_policies_of_many_roles_are_reported_and_not_multiplied() {
    let statement = "{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*'}";
    let statements = vec![statement; 2_000].join(", ");
    let roles: Vec<String> = (0..2_000).map(|index| format!("!Ref R{index}")).collect();
    let mut text = format!(
        "Resources:\n  P: {{Type: AWS::IAM::ManagedPolicy, Properties: {{Roles: [{}], PolicyDocument: {{Statement: [{statements}]}}}}}}\n",
        roles.join(", ")
    );
    for index in 0..2_000 {
        text += &format!("  R{index}: {{Type: AWS::IAM::Role}}\n");
    }
    let mut audit = Audit::new(Settings { selection: Selection::default(), today: date(2026, 11, 22) });
    audit.add(&Document::read("t.yaml".to_owned(), text.as_bytes(), true), &[]);
    assert_eq!(audit.finish().unreadable().count(), 1);
}
