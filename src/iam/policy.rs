//! A policy document, read as far as it is known: every text keeps its place in the file.

use std::ops::Range;

use super::pattern;

/// Stands in a text for what is only known at deployment: a reference, a parameter without default.
pub const HOLE: char = '\u{FFFC}';

/// A text of a policy and where it stands. Unknown parts are a [`HOLE`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub value: String,
    /// Bytes in the file.
    pub span: Range<usize>,
}

/// `Effect`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Grants.
    Allow,
    /// Takes away.
    Deny,
}

/// `Action` or `NotAction`, `Resource` or `NotResource`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// What matches one of these.
    Any(Vec<Text>),
    /// What matches none of these.
    Except {
        /// The patterns.
        listed: Vec<Text>,
        /// The key `NotAction` or `NotResource`.
        key: Range<usize>,
    },
}

impl Match {
    /// The patterns that are matched; none for `Except`.
    #[must_use]
    pub fn any(&self) -> &[Text] {
        match self {
            Self::Any(texts) => texts,
            Self::Except { .. } => &[],
        }
    }
}

/// One key of a `Condition` block, such as `StringEquals` of `aws:ResourceTag/team`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The operator, with its modifiers, such as `ForAllValues:StringLikeIfExists`.
    pub operator: String,
    /// The condition key.
    pub key: String,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Whether it grants.
    pub effect: Effect,
    /// What may be done.
    pub actions: Match,
    /// With what.
    pub resources: Match,
    /// When.
    pub conditions: Vec<Condition>,
    /// It names principals, so it belongs to a resource or a trust policy.
    pub has_principal: bool,
}

impl Statement {
    /// True if it grants something to the identity that holds it.
    #[must_use]
    pub fn is_grant(&self) -> bool {
        self.effect == Effect::Allow && !self.has_principal
    }

    /// The texts among the resources that stand for every resource of their service.
    pub fn wildcard_resources(&self) -> impl Iterator<Item = &Text> {
        self.resources.any().iter().filter(|text| super::scope::is_every_resource(&text.value))
    }

    /// The actions written as a pattern for all of a service, or for everything.
    pub fn wildcard_actions(&self) -> impl Iterator<Item = &Text> {
        self.actions.any().iter().filter(|text| {
            let (_, name) = super::catalogue::split(&text.value);
            pattern::is_everything(name)
        })
    }
}
