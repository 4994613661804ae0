//! AWS managed policies that grant far more than one function needs, by name.

/// Names that grant full access without ending in `FullAccess`.
static BROAD: [&str; 5] = [
    "AdministratorAccess",
    "AdministratorAccess-Amplify",
    "AdministratorAccess-AWSElasticBeanstalk",
    "PowerUserAccess",
    "SystemAdministrator",
];

/// The name in an ARN of an AWS managed policy (`arn:aws:iam::aws:policy/service-role/Name`), or the text
/// itself where it is a bare name as SAM accepts it. None for a customer's policy.
#[must_use]
pub fn aws_name(policy: &str) -> Option<&str> {
    if !policy.starts_with("arn:") {
        return Some(policy).filter(|name| is_name(name));
    }
    let mut parts = policy.splitn(6, ':');
    let (service, account) = (parts.nth(2)?, parts.nth(1)?);
    let path = parts.next()?.strip_prefix("policy/")?;
    let name = path.rsplit('/').next()?;
    (service == "iam" && account == "aws" && is_name(name)).then_some(name)
}

/// True if the AWS managed policy of this name grants all of a service, or more.
#[must_use]
pub fn is_full_access(name: &str) -> bool {
    name.ends_with("FullAccess") || BROAD.contains(&name)
}

/// True if the policy grants everything, or nearly.
#[must_use]
pub fn is_administrator(name: &str) -> bool {
    matches!(name, "AdministratorAccess" | "PowerUserAccess" | "IAMFullAccess")
}

/// True if it only lets a function write its logs and traces, or attach to its network.
#[must_use]
pub fn is_basic_execution(name: &str) -> bool {
    matches!(
        name,
        "AWSLambdaBasicExecutionRole"
            | "AWSLambdaVPCAccessExecutionRole"
            | "AWSXRayDaemonWriteAccess"
            | "AWSXrayWriteOnlyAccess"
            | "CloudWatchLambdaInsightsExecutionRolePolicy"
    )
}

/// Letters, digits and `+=,.@_-`, as IAM allows in names.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_arns_of_every_partition() {
        for (policy, name) in [
            ("AmazonDynamoDBFullAccess", Some("AmazonDynamoDBFullAccess")),
            ("arn:aws:iam::aws:policy/AmazonS3FullAccess", Some("AmazonS3FullAccess")),
            ("arn:\u{FFFC}:iam::aws:policy/AmazonS3FullAccess", Some("AmazonS3FullAccess")),
            ("arn:aws-cn:iam::aws:policy/service-role/X", Some("X")),
            ("arn:aws:iam::123456789012:policy/OurFullAccess", None),
            ("arn:aws:s3:::bucket", None),
            ("\u{FFFC}", None),
            ("", None),
        ] {
            assert_eq!(aws_name(policy), name, "{policy}");
        }
    }

    #[test]
    fn full_access_is_recognised_by_name() {
        assert!(is_full_access("AWSLambda_FullAccess") && is_full_access("AdministratorAccess"));
        assert!(!is_full_access("AmazonDynamoDBReadOnlyAccess"));
    }
}
