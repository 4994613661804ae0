//! Whether what an identity may do is enough to get what it may not: paths over everything that is granted to it.

mod paths;

use std::ops::Range;

use super::pattern;
use super::policy::{Effect, Match, Statement};

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Every permission in the account.
    Anything,
    /// Those of a role that may be passed to the service.
    PassedRole,
    /// Those of a role that something existing has.
    Existing,
}

/// Actions that together are an escalation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Path {
    /// What it leads to.
    pub reach: Reach,
    /// What is done, in words.
    pub how: &'static str,
    /// The actions it takes.
    pub actions: &'static [&'static str],
}

/// A path that is open, and where each of its actions is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The path.
    pub path: Path,
    /// Bytes of the grants, in the order of the actions.
    pub grants: Vec<Range<usize>>,
}

/// The paths that are open to an identity with all these statements, the most direct first. One that takes more of what a
/// shorter one needs is left out; so is everything where nothing is missing any more.
#[must_use]
pub fn open_paths(statements: &[&Statement]) -> Vec<Open> {
    if is_everything_allowed(statements) {
        return Vec::new();
    }
    let opened = paths::PATHS.iter().filter_map(|path| {
        let grants =
            path.actions.iter().map(|action| grant(statements, action)).collect::<Option<Vec<_>>>()?;
        Some(Open { path: *path, grants })
    });
    let mut open: Vec<Open> = Vec::new();
    for one in opened {
        let is_longer =
            |other: &Open| other.path.actions.iter().all(|action| one.path.actions.contains(action));
        if !open.iter().any(is_longer) {
            open.push(one);
        }
    }
    open
}

fn is_everything_allowed(statements: &[&Statement]) -> bool {
    statements.iter().any(|statement| {
        statement.is_grant()
            && statement.conditions.is_empty()
            && statement.wildcard_resources().next().is_some()
            && statement.actions.any().iter().any(|text| matches!(text.value.as_str(), "*" | "*:*"))
    })
}

/// Where the action is granted on every resource; none if it is not, or taken away again.
fn grant(statements: &[&Statement], action: &str) -> Option<Range<usize>> {
    let is_denied = statements.iter().any(|statement| {
        statement.effect == Effect::Deny
            && statement.conditions.is_empty()
            && is_open(statement)
            && place(statement, action).is_some()
    });
    if is_denied {
        return None;
    }
    statements
        .iter()
        .filter(|statement| statement.is_grant() && is_open(statement) && !is_conditional(statement, action))
        .find_map(|statement| place(statement, action))
}

/// On every resource. A policy that names its resources may be as bad, which depends on what they are.
fn is_open(statement: &Statement) -> bool {
    match &statement.resources {
        Match::Any(_) => statement.wildcard_resources().next().is_some(),
        Match::Except { .. } => true,
    }
}

/// A condition may narrow it to nothing. To which service a role is passed does not: the path says which.
fn is_conditional(statement: &Statement, action: &str) -> bool {
    let is_harmless = |key: &str| action == "iam:PassRole" && key.eq_ignore_ascii_case("iam:PassedToService");
    statement.conditions.iter().any(|condition| !is_harmless(&condition.key))
}

/// Where the statement names the action, or everything but others.
fn place(statement: &Statement, action: &str) -> Option<Range<usize>> {
    match &statement.actions {
        Match::Any(listed) => {
            listed.iter().find(|text| pattern::matches(&text.value, action)).map(|text| text.span.clone())
        }
        Match::Except { listed, key } => {
            let is_listed = listed.iter().any(|text| pattern::matches(&text.value, action));
            (!is_listed).then(|| key.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{open_paths, paths::PATHS};
    use crate::iam::catalogue;
    use crate::iam::policy::{Condition, Effect, Match, Statement, Text};

    fn texts(values: &[&str]) -> Match {
        Match::Any(values.iter().map(|value| Text { value: (*value).to_owned(), span: 0..1 }).collect())
    }

    fn allow(actions: &[&str]) -> Statement {
        Statement {
            effect: Effect::Allow,
            actions: texts(actions),
            resources: texts(&["*"]),
            conditions: Vec::new(),
            has_principal: false,
        }
    }

    fn opened(statements: &[Statement]) -> Vec<Vec<&'static str>> {
        let all: Vec<&Statement> = statements.iter().collect();
        open_paths(&all).into_iter().map(|open| open.path.actions.to_vec()).collect()
    }

    #[test]
    fn every_action_of_every_path_exists() {
        for action in PATHS.iter().flat_map(|path| path.actions) {
            assert!(catalogue::expand(action).next().is_some(), "{action}");
        }
    }

    #[test]
    fn each_path_is_found_whole_split_and_behind_wildcards_and_not_without_one_of_its_actions() {
        for path in PATHS {
            let found =
                |statements: &[Statement]| opened(statements).iter().any(|actions| *actions == path.actions);
            assert!(!opened(&[allow(path.actions)]).is_empty(), "{path:?}");
            let split: Vec<Statement> = path.actions.iter().map(|action| allow(&[action])).collect();
            assert!(!opened(&split).is_empty(), "{path:?}");
            for missing in 0..split.len() {
                let mut fewer = split.clone();
                fewer.remove(missing);
                assert!(!found(&fewer), "{path:?} without {missing}");
            }
            let mut denied = split.clone();
            denied.push(Statement { effect: Effect::Deny, ..allow(&path.actions[..1]) });
            assert!(!found(&denied), "{path:?} denied");
        }
    }

    #[test]
    fn what_narrows_a_grant_closes_the_path() {
        let condition = |key: &str| Condition { operator: "StringEquals".to_owned(), key: key.to_owned() };
        let run = ["iam:PassRole", "ec2:RunInstances"];
        assert_eq!(opened(&[allow(&run)]), [run]);
        let one = Statement { resources: texts(&["arn:aws:iam::111122223333:role/worker"]), ..allow(&run) };
        assert!(opened(&[one]).is_empty());
        let roles = Statement { resources: texts(&["arn:aws:iam::*:role/*"]), ..allow(&run[..1]) };
        assert_eq!(opened(&[roles, allow(&run[1..])]), [run]);
        let tagged = Statement { conditions: vec![condition("aws:ResourceTag/team")], ..allow(&run) };
        assert!(opened(&[tagged]).is_empty());
        let passed = Statement { conditions: vec![condition("iam:PassedToService")], ..allow(&run[..1]) };
        assert_eq!(opened(&[passed, allow(&run[1..])]), [run]);
        let trust = Statement { has_principal: true, ..allow(&["sts:AssumeRole"]) };
        assert!(opened(&[trust]).is_empty());
        assert!(opened(&[allow(&["*"])]).is_empty(), "nothing is left to gain");
    }

    #[test]
    fn all_but_some_actions_is_more_than_it_looks() {
        let Match::Any(listed) = texts(&["iam:Create*", "iam:Update*", "iam:Attach*"]) else {
            unreachable!()
        };
        let statement = Statement { actions: Match::Except { listed, key: 3..12 }, ..allow(&[]) };
        let open = open_paths(&[&statement]);
        assert!(
            open.iter()
                .any(|open| open.path.actions == ["iam:PutUserPolicy"] && open.grants.contains(&(3..12)))
        );
        assert!(!open.iter().any(|open| open.path.actions == ["iam:CreateAccessKey"]));
    }
}
