//! Whether a resource pattern or a condition limits what a statement reaches.

use super::{pattern, policy::Condition};

/// Resource types that people name themselves, so that `TYPE/*` means "all of them" and not
/// "the one AWS will create". Service, then the beginning of the ARN's resource part.
static NAMED_TYPES: [(&str, &str); 14] = [
    ("cognito-idp", "userpool/"),
    ("dynamodb", "table/"),
    ("events", "event-bus/"),
    ("iam", "policy/"),
    ("iam", "role/"),
    ("iam", "user/"),
    ("kinesis", "stream/"),
    ("kms", "key/"),
    ("lambda", "function:"),
    ("logs", "log-group:"),
    ("secretsmanager", "secret:"),
    ("ssm", "parameter/"),
    ("states", "stateMachine:"),
    ("firehose", "deliverystream/"),
];

/// True for `*`, `arn:aws:s3:::*`, `arn:aws:dynamodb:*:*:table/*` and the like.
#[must_use]
pub fn is_every_resource(resource: &str) -> bool {
    if pattern::is_everything(resource) {
        return true;
    }
    let mut parts = resource.splitn(6, ':');
    let (arn, _partition, service) = (parts.next(), parts.next(), parts.next());
    if arn != Some("arn") {
        return false;
    }
    let Some(service) = service else { return false };
    // `arn:aws:iot:*`: IAM lets one star stand for the remaining parts too.
    let (_region, account) = (parts.next(), parts.next());
    match parts.next() {
        Some(name) => is_every_name(service, name),
        None => account.is_none_or(pattern::is_everything) && resource.ends_with('*'),
    }
}

fn is_every_name(service: &str, name: &str) -> bool {
    // `/*` is no name for everything: it is what `${Bucket}/*` looks like while Bucket is empty.
    let is_open =
        |rest: &str| rest.starts_with('*') && rest.chars().all(|c| matches!(c, '*' | '?' | '/' | ':'));
    let of_type =
        |(known, prefix): &(&str, &str)| *known == service && name.strip_prefix(*prefix).is_some_and(is_open);
    is_open(name) || NAMED_TYPES.iter().any(of_type)
}

/// True if the condition limits the resources by their tags, in the positive: "not tagged production"
/// still reaches whatever carries no tag at all.
#[must_use]
pub fn narrows_resources(condition: &Condition) -> bool {
    let operator = condition.operator.rsplit(':').next().unwrap_or_default();
    let is_negative = operator.contains("Not") || operator.ends_with("IfExists") || operator == "Null";
    let is_tag = condition.key.to_ascii_lowercase().starts_with("aws:resourcetag/")
        || condition.key.to_ascii_lowercase().contains(":resourcetag/");
    is_tag && !is_negative
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_resource_is_told_from_some_resources() {
        for open in [
            "*",
            "**",
            "arn:aws:s3:::*",
            "arn:*:s3:::*/*",
            "arn:aws:iot:*",
            "arn:aws:sqs:eu-west-1:\u{FFFC}:*",
            "arn:aws:dynamodb:\u{FFFC}:\u{FFFC}:table/*",
            "arn:aws:lambda:*:*:function:*",
            "arn:aws:logs:*:*:log-group:*:*",
            "arn:aws:logs:*:*:*",
        ] {
            assert!(is_every_resource(open), "{open}");
        }
        for limited in [
            "arn:aws:s3:::uploads/*",
            "arn:aws:s3:::/*",
            "arn:aws:s3:::\u{FFFC}/*",
            "arn:aws:s3:::\u{FFFC}*",
            "arn:aws:dynamodb:*:*:table/orders/*",
            "arn:aws:logs:*:*:log-group:/aws/lambda/*",
            "arn:aws:ec2:*:*:network-interface/*",
            "arn:aws:sqs:eu-west-1:*:orders",
            "\u{FFFC}",
            "\u{FFFC}*",
            "",
            "arn",
            "arn:aws:s3",
        ] {
            assert!(!is_every_resource(limited), "{limited}");
        }
    }

    #[test]
    fn only_a_positive_tag_condition_narrows() {
        let narrows = |operator: &str, key: &str| {
            narrows_resources(&Condition { operator: operator.to_owned(), key: key.to_owned() })
        };
        assert!(narrows("StringEquals", "aws:ResourceTag/team"));
        assert!(narrows("ForAnyValue:StringLike", "ec2:ResourceTag/team"));
        assert!(!narrows("StringNotEquals", "aws:ResourceTag/status"));
        assert!(!narrows("StringEqualsIfExists", "aws:ResourceTag/status"));
        assert!(!narrows("Null", "aws:ResourceTag/status"));
        assert!(!narrows("StringEquals", "aws:RequestTag/team"));
    }
}
