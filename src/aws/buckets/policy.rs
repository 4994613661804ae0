//! The policy of the artifact bucket: nobody reads or writes without TLS. It sends nothing.

use std::collections::BTreeSet;

/// The policy with our statement in it; none when it is there already. Statements of others stay.
pub(super) fn with_tls_only(policy: Option<&str>, bucket: &str, region: &str) -> Option<String> {
    with(policy, tls_only(bucket, region))
}

/// The policy with a statement that lets these accounts read; none when it is there already. Accounts that it names
/// already stay: stacks of theirs may still be in use.
pub(super) fn with_readers(
    policy: Option<&str>,
    bucket: &str,
    region: &str,
    accounts: &[&str],
) -> Option<String> {
    let partition = partition(region);
    let mut principals: BTreeSet<String> =
        accounts.iter().map(|account| format!("arn:{partition}:iam::{account}:root")).collect();
    principals.extend(readers(policy));
    with(
        policy,
        serde_json::json!({
            "Sid": READERS,
            "Effect": "Allow",
            "Principal": {"AWS": principals},
            "Action": ["s3:GetObject", "s3:GetObjectVersion"],
            "Resource": format!("arn:{partition}:s3:::{bucket}/*"),
        }),
    )
}

const READERS: &str = "StackSetReaders";

/// Whom our statement names, if the policy has it.
fn readers(policy: Option<&str>) -> Vec<String> {
    let policy: Option<serde_json::Value> = policy.and_then(|policy| serde_json::from_str(policy).ok());
    let statements = policy.as_ref().and_then(|policy| policy.get("Statement")?.as_array());
    let ours = statements
        .into_iter()
        .flatten()
        .find(|statement| statement.get("Sid").is_some_and(|sid| sid == READERS));
    let named = ours.and_then(|statement| statement.get("Principal")?.get("AWS")).cloned();
    match named {
        Some(serde_json::Value::String(one)) => vec![one],
        Some(list) => serde_json::from_value(list).unwrap_or_default(),
        None => Vec::new(),
    }
}

fn with(policy: Option<&str>, ours: serde_json::Value) -> Option<String> {
    let mut policy: serde_json::Value = policy
        .and_then(|policy| serde_json::from_str(policy).ok())
        .unwrap_or_else(|| serde_json::json!({"Version": "2012-10-17", "Statement": []}));
    let statements = policy.get_mut("Statement")?;
    // A single statement need not be in a list.
    if statements.is_object() {
        *statements = serde_json::Value::Array(vec![statements.take()]);
    }
    let statements = statements.as_array_mut()?;
    if statements.contains(&ours) {
        return None;
    }
    statements.retain(|statement| statement.get("Sid") != ours.get("Sid"));
    statements.push(ours);
    Some(policy.to_string())
}

/// Denies every request that does not come over TLS
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html>).
fn tls_only(bucket: &str, region: &str) -> serde_json::Value {
    let partition = partition(region);
    let bucket_arn = format!("arn:{partition}:s3:::{bucket}");
    serde_json::json!({
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket_arn, format!("{bucket_arn}/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    })
}

fn partition(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

#[cfg(test)]
mod tests {
    use super::{tls_only, with_readers, with_tls_only};

    #[test]
    fn readers_are_added_and_never_lost() {
        let tls = with_tls_only(None, "b", "eu-west-1").unwrap();
        let one = with_readers(Some(&tls), "b", "eu-west-1", &["111111111111"]).unwrap();
        assert!(one.contains("TlsOnly") && one.contains("arn:aws:iam::111111111111:root"), "{one}");
        assert_eq!(with_readers(Some(&one), "b", "eu-west-1", &["111111111111"]), None);
        let both = with_readers(Some(&one), "b", "eu-west-1", &["222222222222"]).unwrap();
        assert!(both.contains("111111111111") && both.contains("222222222222"), "{both}");
        assert_eq!(with_tls_only(Some(&both), "b", "eu-west-1"), None, "the receipt is still there");
    }

    #[test]
    fn policy_names_the_partition_of_the_region() {
        assert!(tls_only("b", "eu-west-1").to_string().contains("arn:aws:s3:::b/*"));
        assert!(tls_only("b", "cn-north-1").to_string().contains("arn:aws-cn:s3:::b/*"));
        assert!(tls_only("b", "us-gov-west-1").to_string().contains("arn:aws-us-gov:s3:::b"));
    }

    #[test]
    fn our_statement_is_added_once_and_others_stay() {
        let first = with_tls_only(None, "b", "eu-west-1").unwrap();
        assert_eq!(with_tls_only(Some(&first), "b", "eu-west-1"), None);
        let theirs = r#"{"Version":"2012-10-17","Statement":{"Sid":"Theirs","Effect":"Allow"}}"#;
        let both = with_tls_only(Some(theirs), "b", "eu-west-1").unwrap();
        assert!(both.contains("Theirs") && both.contains("TlsOnly"), "{both}");
        assert_eq!(with_tls_only(Some(&both), "b", "eu-west-1"), None);
        let weakened = first.replace("\"false\"", "\"true\"");
        assert_eq!(with_tls_only(Some(&weakened), "b", "eu-west-1"), Some(first));
    }
}
