//! `pattern.toml`: what a pattern is, what it asks, and which of its files go where.

use serde::Deserialize;

use super::error::PatternError;
use super::names::ItemName;

/// A whole `pattern.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What people type; equals the folder's name.
    pub id: String,
    /// Version of the pattern, for later updates of projects made from it.
    pub version: String,
    /// One line.
    pub title: String,
    /// One or two sentences.
    pub description: String,
    /// Typical time of a first deployment to AWS.
    pub deploy_seconds: u32,
    /// What a deployed project costs.
    pub cost: Cost,
    /// Languages of the functions, the default first.
    #[serde(rename = "language")]
    pub languages: Vec<Language>,
    /// What can be chosen.
    #[serde(rename = "question")]
    pub questions: Vec<Question>,
    /// What is copied.
    #[serde(rename = "file")]
    pub files: Vec<FileRule>,
}

/// What a deployed project costs while nobody uses it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// US dollars a month for the project.
    pub idle_usd_per_month: f64,
    /// Question whose names are counted.
    pub each: String,
    /// US dollars a month for each of them.
    pub idle_usd_per_each: f64,
    /// What is paid for.
    pub words: String,
}

/// A language that the functions are written in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// Such as `python`.
    pub name: String,
    /// Command that runs the tests of a project.
    pub test: String,
}

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
    },
}

impl Question {
    /// What people type before `=`.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Choice { key, .. } | Self::Names { key, .. } | Self::Integer { key, .. } => key,
        }
    }

    /// The question in words.
    #[must_use]
    pub fn prompt(&self) -> &str {
        match self {
            Self::Choice { prompt, .. } | Self::Names { prompt, .. } | Self::Integer { prompt, .. } => prompt,
        }
    }

    /// The default as people would type it.
    #[must_use]
    pub fn default_text(&self) -> String {
        match self {
            Self::Choice { default, .. } => default.clone(),
            Self::Names { default, .. } => default.join(","),
            Self::Integer { default, .. } => default.to_string(),
        }
    }

    /// What can be answered, in words.
    #[must_use]
    pub fn accepts(&self) -> String {
        match self {
            Self::Choice { choices, .. } => choices.join(" or "),
            Self::Names { minimum, maximum, .. } => format!("{minimum} to {maximum} names"),
            Self::Integer { minimum, maximum, .. } => format!("{minimum} to {maximum}"),
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

/// A file that is copied; rendered when its name ends in `.j2`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRule {
    /// Where it is in the pattern; a template itself.
    pub from: String,
    /// Where it goes in the project; a template itself.
    pub to: String,
    /// Question with the names for each of which it is copied once.
    pub each: Option<String>,
}

impl Manifest {
    /// Reads and checks the text of a `pattern.toml`; `id` is the name of its folder.
    ///
    /// # Errors
    /// When it is not TOML, has unknown or missing keys, or does not fit together.
    pub fn parse(id: &str, text: &str) -> Result<Self, PatternError> {
        let broken = |message: String| PatternError::Broken { pattern: id.to_owned(), message };
        let manifest: Self = toml::from_str(text).map_err(|error| broken(error.to_string()))?;
        match manifest.flaw(id) {
            Some(message) => Err(broken(message)),
            None => Ok(manifest),
        }
    }

    /// The roles that names of a question can have.
    #[must_use]
    pub fn roles(&self, key: &str) -> &[Role] {
        self.names_question(key).map_or(&[], |(_, roles)| roles)
    }

    /// What templates call one of the names of a question.
    #[must_use]
    pub fn singular(&self, key: &str) -> &str {
        self.names_question(key).map_or("item", |(singular, _)| singular)
    }

    fn names_question(&self, wanted: &str) -> Option<(&str, &[Role])> {
        self.questions.iter().find_map(|question| match question {
            Question::Names { key, singular, roles, .. } if key == wanted => {
                Some((singular.as_str(), roles.as_slice()))
            }
            Question::Names { .. } | Question::Choice { .. } | Question::Integer { .. } => None,
        })
    }

    fn flaw(&self, id: &str) -> Option<String> {
        let mut lists = self.files.iter().filter_map(|file| file.each.as_ref()).chain([&self.cost.each]);
        if self.id != id {
            return Some(format!("its id is `{}`", self.id));
        }
        if self.languages.is_empty() {
            return Some("it has no language".to_owned());
        }
        lists
            .find(|key| self.names_question(key).is_none())
            .map(|key| format!("`each` names `{key}`, which is no question for names"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Manifest, Role};
    use crate::pattern::ItemName;

    const TEXT: &str = r#"
        id = "x"
        version = "1.0.0"
        title = "X"
        description = "X."
        deploy_seconds = 1
        [cost]
        idle_usd_per_month = 0.0
        each = "parts"
        idle_usd_per_each = 0.0
        words = "nothing"
        [[language]]
        name = "python"
        test = "true"
        [[question]]
        kind = "names"
        key = "parts"
        prompt = "Which?"
        singular = "part"
        default = ["a"]
        minimum = 1
        maximum = 2
        [[question.role]]
        name = "any"
        [[file]]
        from = "a"
        to = "b"
        each = "parts"
    "#;

    #[test]
    fn a_whole_manifest_is_read() {
        let manifest = Manifest::parse("x", TEXT).unwrap();
        assert_eq!(manifest.questions[0].default_text(), "a");
        assert_eq!(manifest.questions[0].accepts(), "1 to 2 names");
    }

    #[test]
    fn flaws_are_told() {
        for (from, to, told) in [
            ("id = \"x\"", "id = \"y\"", "its id is `y`"),
            ("each = \"parts\"", "each = \"part\"", "`each` names `part`"),
            ("minimum = 1", "minimum = 1\nunknown = 1", "unknown"),
            ("kind = \"names\"", "kind = \"text\"", "text"),
            ("title = \"X\"", "", "title"),
        ] {
            let error = Manifest::parse("x", &TEXT.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }

    #[test]
    fn a_role_is_told_by_the_name() {
        let role =
            Role { name: "record".into(), starts_with: String::new(), ends_with: "-db".into(), number: None };
        assert!(role.matches(&ItemName::parse("update-db").unwrap()));
        assert!(!role.matches(&ItemName::parse("db-update").unwrap()));
    }
}
