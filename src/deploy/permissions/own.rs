//! What slsx itself asks AWS for in a deployment.

use super::Wanted;
use super::naming::Naming;
use crate::template::Document;

/// Of the stack and its change sets (`src/aws/stacks.rs`).
const STACK: [&str; 13] = [
    "CancelUpdateStack",
    "CreateChangeSet",
    "DeleteChangeSet",
    "DeleteStack",
    "DescribeChangeSet",
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
