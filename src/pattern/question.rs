//! What a pattern asks: typed questions with defaults, each answered by `--set key=value` or on a terminal.

use serde::Deserialize;

use super::names::ItemName;

/// One thing that can be chosen; every question has a default.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Question {
    /// One of a few words.
    Choice {
        /// What people type before `=`.
        key: String,
        /// The question in words.
        prompt: String,
        /// The words.
        choices: Vec<String>,
        /// Without an answer.
        default: String,
        /// Asked only when this expression over the other answers holds.
        when: Option<String>,
    },
    /// Yes or no.
    Boolean {
        /// What people type before `=`.
        key: String,
        /// The question in words.
        prompt: String,
        /// Without an answer.
        default: bool,
        /// Asked only when this expression over the other answers holds.
        when: Option<String>,
    },
    /// One name, in lower case with hyphens.
    Name {
        /// What people type before `=`.
        key: String,
        /// The question in words.
        prompt: String,
        /// Without an answer.
        default: String,
        /// Asked only when this expression over the other answers holds.
        when: Option<String>,
    },
    /// A list of names, separated by commas; files can be copied for each of them.
    Names {
        /// What people type before `=`.
        key: String,
        /// The question in words.
        prompt: String,
        /// What templates call one of them.
        singular: String,
        /// Without an answer.
        default: Vec<String>,
        /// The fewest names.
        minimum: usize,
        /// The most names.
        maximum: usize,
        /// What a name says about the thing; the first that matches counts.
        #[serde(rename = "role")]
        roles: Vec<Role>,
        /// Asked only when this expression over the other answers holds.
        when: Option<String>,
    },
    /// A whole number.
    Integer {
        /// What people type before `=`.
        key: String,
        /// The question in words.
        prompt: String,
        /// Without an answer.
        default: u64,
        /// The smallest.
        minimum: u64,
        /// The largest.
        maximum: u64,
        /// Asked only when this expression over the other answers holds.
        when: Option<String>,
    },
    /// A text that fits a regular expression as a whole.
    Text {
        /// What people type before `=`.
        key: String,
        /// The question in words.
        prompt: String,
        /// Without an answer.
        default: String,
        /// The regular expression.
        pattern: String,
        /// What it means, in words.
        accepts: String,
        /// Asked only when this expression over the other answers holds.
        when: Option<String>,
    },
}

impl Question {
    /// What people type before `=`.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Choice { key, .. }
            | Self::Boolean { key, .. }
            | Self::Name { key, .. }
            | Self::Names { key, .. }
            | Self::Integer { key, .. }
            | Self::Text { key, .. } => key,
        }
    }

    /// What templates and expressions call the answer: the key, with underscores for its hyphens.
    #[must_use]
    pub fn variable(&self) -> String {
        self.key().replace('-', "_")
    }

    /// The question in words.
    #[must_use]
    pub fn prompt(&self) -> &str {
        match self {
            Self::Choice { prompt, .. }
            | Self::Boolean { prompt, .. }
            | Self::Name { prompt, .. }
            | Self::Names { prompt, .. }
            | Self::Integer { prompt, .. }
            | Self::Text { prompt, .. } => prompt,
        }
    }

    /// The expression that must hold for the question to be asked.
    #[must_use]
    pub fn when(&self) -> Option<&str> {
        match self {
            Self::Choice { when, .. }
            | Self::Boolean { when, .. }
            | Self::Name { when, .. }
            | Self::Names { when, .. }
            | Self::Integer { when, .. }
            | Self::Text { when, .. } => when.as_deref(),
        }
    }

    /// The default as people would type it.
    #[must_use]
    pub fn default_text(&self) -> String {
        match self {
            Self::Choice { default, .. } | Self::Name { default, .. } | Self::Text { default, .. } => {
                default.clone()
            }
            Self::Boolean { default, .. } => default.to_string(),
            Self::Names { default, .. } => default.join(","),
            Self::Integer { default, .. } => default.to_string(),
        }
    }

    /// What can be answered, in words.
    #[must_use]
    pub fn accepts(&self) -> String {
        match self {
            Self::Choice { choices, .. } => choices.join(" or "),
            Self::Boolean { .. } => "true or false".to_owned(),
            Self::Name { .. } => "a name".to_owned(),
            Self::Names { minimum, maximum, .. } => format!("{minimum} to {maximum} names"),
            Self::Integer { minimum, maximum, .. } => format!("{minimum} to {maximum}"),
            Self::Text { accepts, .. } => accepts.clone(),
        }
    }

    /// Its kind, as `pattern.toml` spells it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Choice { .. } => "choice",
            Self::Boolean { .. } => "boolean",
            Self::Name { .. } => "name",
            Self::Names { .. } => "names",
            Self::Integer { .. } => "integer",
            Self::Text { .. } => "text",
        }
    }
}

/// What a thing does, told by its name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// What templates call it.
    pub name: String,
    /// The name must begin with this.
    #[serde(default)]
    pub starts_with: String,
    /// The name must end with this.
    #[serde(default)]
    pub ends_with: String,
    /// What the number in the name means.
    pub number: Option<NumberRule>,
}

impl Role {
    /// Whether a thing of this name has the role.
    #[must_use]
    pub fn matches(&self, name: &ItemName) -> bool {
        name.as_str().starts_with(&self.starts_with) && name.as_str().ends_with(&self.ends_with)
    }
}

/// The range of the number in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberRule {
    /// The smallest.
    pub minimum: u64,
    /// The largest.
    pub maximum: u64,
    /// When the name has none.
    pub default: u64,
}

#[cfg(test)]
mod tests {
    use super::{ItemName, Role};

    #[test]
    fn a_role_is_told_by_the_name() {
        let role =
            Role { name: "record".into(), starts_with: String::new(), ends_with: "-db".into(), number: None };
        assert!(role.matches(&ItemName::parse("update-db").unwrap()));
        assert!(!role.matches(&ItemName::parse("db-update").unwrap()));
    }
}
