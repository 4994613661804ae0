//! What slsx itself asks AWS for in a deployment.

use super::Wanted;
use super::naming::Naming;
use crate::template::Document;

/// Of the stack and its change sets (`src/aws/stacks.rs`).
const STACK: [&str; 14] = [
    "CancelUpdateStack",
    "CreateChangeSet",
    "DeleteChangeSet",
    "DeleteStack",
    "DescribeChangeSet",
    "DescribeEvents",
    "DescribeStackEvents",
    "DescribeStacks",
    "ExecuteChangeSet",
    "GetTemplate",
    "ListStackResources",
    "RollbackStack",
    "TagResource",
    "UntagResource",
];

/// Of the artifact bucket (`src/aws/buckets.rs`). `HeadBucket`, and being told that a key is missing, take `ListBucket`.
const BUCKET: [&str; 8] = [
    "CreateBucket",
    "GetBucketPolicy",
    "ListBucket",
    "PutBucketPolicy",
    "PutBucketPublicAccessBlock",
    "PutBucketVersioning",
    "PutEncryptionConfiguration",
    "PutLifecycleConfiguration",
];

/// Of what is in it. CloudFormation and Lambda read the template and the packages in the name of whoever deploys.
const OBJECTS: [&str; 2] = ["GetObject", "PutObject"];

/// Values that CloudFormation looks up for a template, in the name of whoever deploys: the service of a dynamic
/// reference, the action, and the beginning of the ARN
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>).
static LOOKED_UP: [(&str, &str, &str); 3] = [
    ("ssm", "ssm:GetParameters", "arn:{p}:ssm:{r}:{a}:parameter/{n}"),
    ("ssm-secure", "ssm:GetParameters", "arn:{p}:ssm:{r}:{a}:parameter/{n}"),
    ("secretsmanager", "secretsmanager:GetSecretValue", "arn:{p}:secretsmanager:{r}:{a}:secret:{n}-*"),
];

/// Adds the values that the template has looked up, by parameters and by dynamic references.
pub(super) fn add_lookups(naming: &Naming<'_>, document: &Document, wanted: &mut Wanted) {
    let from_parameters = document
        .parameters()
        .filter(|parameter| parameter.parameter_type().starts_with("AWS::SSM::Parameter::"))
        .map(|parameter| {
            let given = naming.parameter(parameter.name());
            let name = given.or_else(|| parameter.default()?.as_str()).unwrap_or("*");
            ("ssm", name.to_owned())
        });
    let text = document.text();
    let from_references = text.split("{{resolve:").skip(1).filter_map(|rest| {
        let (service, rest) = rest.split_once(':')?;
        let name: String = rest.chars().take_while(|letter| !":}".contains(*letter)).collect();
        // What is put in at deployment is open.
        let known = name.split("${").next().unwrap_or_default();
        Some((service, if known.len() == name.len() { name } else { format!("{known}*") }))
    });
    for (service, name) in from_parameters.chain(from_references) {
        if let Some((_, action, arn)) = LOOKED_UP.iter().find(|(known, ..)| *known == service) {
            let is_arn = name.starts_with("arn");
            let name = name.trim_start_matches('/');
            let arn = if is_arn { format!("{name}*") } else { naming.arn(arn, name) };
            wanted.statements.add(action, &arn);
        }
    }
}

/// Adds it.
pub(super) fn add(naming: &Naming<'_>, document: &Document, wanted: &mut Wanted) {
    let mut all = |service: &str, actions: &[&str], arn: &str| {
        for action in actions {
            wanted.statements.add(&format!("{service}:{action}"), arn);
        }
    };
    all("cloudformation", &STACK, &naming.arn("arn:{p}:cloudformation:{r}:{a}:stack/{stack}/*", ""));
    all("cloudformation", &STACK, &naming.arn("arn:{p}:cloudformation:{r}:{a}:changeSet/slsx-*/*", ""));
    let bucket = naming.arn("arn:{p}:s3:::slsx-artifacts-{a}-{r}", "");
    all("s3", &BUCKET, &bucket);
    all("s3", &OBJECTS, &format!("{bucket}/*"));
    let transforms = document.section("Transform").map(|node| naming.values(node)).unwrap_or_default();
    for transform in transforms {
        // Macros of AWS belong to an account of that name; `AWS::Serverless-2016-10-31` is `Serverless-2016-10-31` there.
        let arn = match transform.strip_prefix("AWS::") {
            Some(name) => naming.arn("arn:{p}:cloudformation:{r}:aws:transform/{n}", name),
            None => naming.arn("arn:{p}:cloudformation:{r}:{a}:transform/{n}", &transform),
        };
        all("cloudformation", &["CreateChangeSet"], &arn);
    }
}
