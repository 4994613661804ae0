//! `pattern.toml`: what a pattern is, what it asks, and which of its files go where.

use serde::Deserialize;

use super::error::PatternError;
use super::expression::Expressions;
use super::question::{Question, Role};

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
    /// What some answers add to the time of a first deployment and to the cost.
    #[serde(default, rename = "extra")]
    pub extras: Vec<Extra>,
    /// Languages of the functions, the default first.
    #[serde(rename = "language")]
    pub languages: Vec<Language>,
    /// What can be chosen.
    #[serde(default, rename = "question")]
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
    pub each: Option<String>,
    /// US dollars a month for each of them.
    #[serde(default)]
    pub idle_usd_per_each: f64,
    /// What is paid for.
    pub words: String,
}

/// What a choice adds.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extra {
    /// It counts when this expression over the answers holds.
    pub when: String,
    /// US dollars a month while nobody uses the project.
    #[serde(default)]
    pub idle_usd_per_month: f64,
    /// Time of a first deployment.
    #[serde(default)]
    pub deploy_seconds: u32,
    /// What is paid or waited for.
    pub words: String,
}

/// A language that the functions are written in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// Such as `python`.
    pub name: String,
    /// Command that gets what the tests need; none when they need nothing.
    pub setup: Option<String>,
    /// Command that runs the tests of a project.
    pub test: String,
}

/// A file that is copied, or a tree of files when `from` ends in `/`; those whose names end in `.j2` are rendered.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRule {
    /// Where it is in the pattern; a template itself.
    pub from: String,
    /// Where it goes in the project; a template itself.
    pub to: String,
    /// Question with the names for each of which it is copied once.
    pub each: Option<String>,
    /// It is copied only when this expression over the answers holds.
    pub when: Option<String>,
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
            Question::Names { .. }
            | Question::Boolean { .. }
            | Question::Choice { .. }
            | Question::Integer { .. }
            | Question::Name { .. }
            | Question::Text { .. } => None,
        })
    }

    /// Every expression of the manifest.
    fn expressions(&self) -> impl Iterator<Item = &str> {
        let of_questions = self.questions.iter().filter_map(Question::when);
        let of_files = self.files.iter().filter_map(|file| file.when.as_deref());
        of_questions.chain(of_files).chain(self.extras.iter().map(|extra| extra.when.as_str()))
    }

    fn flaw(&self, id: &str) -> Option<String> {
        let mut lists = self.files.iter().filter_map(|file| file.each.as_ref()).chain(&self.cost.each);
        if self.id != id {
            return Some(format!("its id is `{}`", self.id));
        }
        if self.languages.is_empty() {
            return Some("it has no language".to_owned());
        }
        let stray = lists.find(|key| self.names_question(key).is_none());
        stray
            .map(|key| format!("`each` names `{key}`, which is no question for names"))
            .or_else(|| self.expressions().find_map(Expressions::flaw))
            .or_else(|| self.questions.iter().find_map(pattern_flaw))
    }
}

fn pattern_flaw(question: &Question) -> Option<String> {
    let Question::Text { key, pattern, .. } = question else { return None };
    regex_lite::Regex::new(pattern).err().map(|error| format!("the pattern of `{key}`: {error}"))
}

#[cfg(test)]
mod tests {
    use super::Manifest;

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
            ("kind = \"names\"", "kind = \"number\"", "number"),
            ("to = \"b\"", "to = \"b\"\nwhen = \"parts ==\"", "`parts ==`"),
            ("title = \"X\"", "", "title"),
        ] {
            let error = Manifest::parse("x", &TEXT.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
