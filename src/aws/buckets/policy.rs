//! The policy of the artifact bucket: nobody reads or writes without TLS. It sends nothing.

/// The policy with our statement in it; none when it is there already. Statements of others stay.
pub(super) fn with_tls_only(policy: Option<&str>, bucket: &str, region: &str) -> Option<String> {
    let ours = tls_only(bucket, region);
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
    let partition = match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
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

#[cfg(test)]
mod tests {
    use super::{tls_only, with_tls_only};

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
