//! Actions and what they are granted on, gathered and written as few statements.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// An IAM policy document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Policy {
    /// The version of the language.
    version: &'static str,
    /// What is granted.
    pub statement: Vec<Statement>,
}

/// One statement; each grants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    effect: &'static str,
    /// The actions, sorted.
    pub action: BTreeSet<String>,
    /// ARN patterns, sorted.
    pub resource: BTreeSet<String>,
    /// Operator, key and values.
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Condition>,
}

/// Operator, key, values.
pub(super) type Condition = BTreeMap<&'static str, BTreeMap<&'static str, BTreeSet<String>>>;

/// Each action under each condition, with its resources.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    grants: BTreeMap<(String, Option<Condition>), BTreeSet<String>>,
}

/// A condition on one key.
pub(super) fn when(
    operator: &'static str,
    key: &'static str,
    values: impl IntoIterator<Item = String>,
) -> Condition {
    BTreeMap::from([(operator, BTreeMap::from([(key, values.into_iter().collect())]))])
}

impl Gathered {
    pub(super) fn add(&mut self, action: &str, resource: &str) {
        self.add_when(action, resource, None);
    }

    pub(super) fn add_when(&mut self, action: &str, resource: &str, condition: Option<Condition>) {
        self.grants.entry((action.to_owned(), condition)).or_default().insert(resource.to_owned());
    }

    /// Actions on the same resources share a statement.
    pub(super) fn into_policy(self) -> Policy {
        let mut shared: BTreeMap<(String, BTreeSet<String>, Option<Condition>), BTreeSet<String>> =
            BTreeMap::new();
        for ((action, condition), resources) in self.grants {
            let resources = without_covered(resources);
            let is_open = resources.contains("*");
            // One statement for all that cannot be limited; otherwise one service each reads better.
            let service = if is_open { "" } else { action.split(':').next().unwrap_or_default() };
            shared.entry((service.to_owned(), resources, condition)).or_default().insert(action);
        }
        let statement = shared
            .into_iter()
            .map(|((_, resource, condition), action)| Statement {
                effect: "Allow",
                action,
                resource,
                condition,
            })
            .collect();
        Policy { version: "2012-10-17", statement }
    }
}

/// What a pattern among them matches need not be said.
fn without_covered(resources: BTreeSet<String>) -> BTreeSet<String> {
    let is_covered = |one: &String| {
        let matches = crate::iam::pattern::matches;
        resources.iter().any(|other| matches(other, one) && !matches(one, other))
    };
    resources.iter().filter(|one| !is_covered(one)).cloned().collect()
}

impl Policy {
    /// Its length as IAM counts it: without white space.
    #[must_use]
    pub fn length(&self) -> usize {
        serde_json::to_string(self)
            .map(|text| text.chars().filter(|letter| !letter.is_whitespace()).count())
            .unwrap_or_default()
    }
}
