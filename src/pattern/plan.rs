//! From a pattern and answers to the bytes of a project, without touching a disk.

use std::collections::BTreeMap;

use minijinja::Value;

use super::answers::Answers;
use super::catalogue::{Origin, Pattern};
use super::error::{PatternError, did_you_mean};
use super::expression::Expressions;
use super::manifest::{FileRule, Language, Manifest};
use super::names::ProjectName;
use super::path::RelativePath;
use super::question::Question;
use super::record::{self, ANSWERS_FILE, BASE_FILE, Record};
use super::render::Renderer;
use super::values;

/// What the names of files that are rendered end in.
const TEMPLATE: &str = ".j2";

/// What is wanted of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// Name of the project.
    pub name: &'a ProjectName,
    /// Language of the functions; none for the pattern's first.
    pub language: Option<&'a str>,
    /// Answers by key, which count unless there are others.
    pub kept: &'a BTreeMap<String, String>,
    /// Answers, each as `key=value`.
    pub answers: &'a [String],
}

/// Every file of a project that does not exist yet.
#[derive(Clone, Debug, PartialEq)]
pub struct WritePlan {
    /// What is made.
    pub scaffold: Scaffold,
    /// Content by path, sorted.
    pub files: BTreeMap<RelativePath, Vec<u8>>,
}

/// A project in words: what it was made from, and what it will cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaffold {
    /// Name of the project.
    pub project: ProjectName,
    /// Id of the pattern.
    pub pattern: String,
    /// Version of the pattern.
    pub version: String,
    /// Where the pattern came from.
    pub origin: Origin,
    /// Language of the functions.
    pub language: Language,
    /// What was chosen.
    pub answers: Answers,
    /// Typical time of a first deployment to AWS.
    pub deploy_seconds: u32,
    /// US dollars a month while nobody uses it.
    pub idle_usd_per_month: f64,
    /// What is paid for.
    pub cost_words: String,
    /// Questions that the other answers made void, by key.
    pub void: Vec<String>,
}

/// Plans a project.
///
/// # Errors
/// When the language or an answer does not fit the pattern, or the pattern is broken.
pub fn plan(pattern: &Pattern, request: &Request<'_>) -> Result<WritePlan, PatternError> {
    let scaffold = scaffold(pattern, request)?;
    let mut files = Copier::new(pattern, &scaffold)?.copy_all()?;
    let record = Record::of(&scaffold, &files);
    let text = record.text().map_err(|error| broken(pattern, ANSWERS_FILE, &error))?;
    let base = record::base(&files)?;
    files.insert(RelativePath::parse(ANSWERS_FILE)?, text.into_bytes());
    files.insert(RelativePath::parse(BASE_FILE)?, base);
    Ok(WritePlan { scaffold, files })
}

/// Whether a question is asked, given the answers so far.
///
/// # Errors
/// As [`plan`].
pub fn is_asked(
    pattern: &Pattern,
    language_name: Option<&str>,
    kept: &BTreeMap<String, String>,
    given: &[String],
    key: &str,
) -> Result<bool, PatternError> {
    let manifest = &pattern.manifest;
    let question = manifest.questions.iter().find(|question| question.key() == key);
    let Some(when) = question.and_then(Question::when) else { return Ok(question.is_some()) };
    let answers = Answers::parse(manifest, kept, given.iter().map(String::as_str))?;
    let values = values::of_answers(pattern, language(manifest, language_name)?, &answers)?;
    Expressions::new().holds(when, &Value::from(values)).map_err(|error| broken(pattern, when, &error))
}

/// Everything but the files.
fn scaffold(pattern: &Pattern, request: &Request<'_>) -> Result<Scaffold, PatternError> {
    let manifest = &pattern.manifest;
    let answers = Answers::parse(manifest, request.kept, request.answers.iter().map(String::as_str))?;
    let language = language(manifest, request.language)?.clone();
    let values = Value::from(values::of_answers(pattern, &language, &answers)?);
    let expressions = Expressions::new();
    let holds = |text: &str| expressions.holds(text, &values).map_err(|error| broken(pattern, text, &error));
    let mut void = Vec::new();
    for question in &manifest.questions {
        let Some(when) = question.when() else { continue };
        let key = question.key().to_owned();
        match (holds(when)?, answers.is_explicit(&key)) {
            (true, _) => {}
            (false, true) => return Err(PatternError::NotAsked { key, when: when.to_owned() }),
            (false, false) => void.push(key),
        }
    }
    let count = manifest.cost.each.as_deref().map_or(0.0, |key| count(answers.names(key)));
    let mut scaffold = Scaffold {
        project: request.name.clone(),
        pattern: manifest.id.clone(),
        version: manifest.version.clone(),
        origin: pattern.origin.clone(),
        language,
        answers,
        deploy_seconds: manifest.deploy_seconds,
        idle_usd_per_month: manifest.cost.idle_usd_per_month + count * manifest.cost.idle_usd_per_each,
        cost_words: manifest.cost.words.clone(),
        void,
    };
    for extra in &manifest.extras {
        if holds(&extra.when)? {
            scaffold.deploy_seconds = scaffold.deploy_seconds.saturating_add(extra.deploy_seconds);
            scaffold.idle_usd_per_month += extra.idle_usd_per_month;
            scaffold.cost_words = format!("{}; {}", scaffold.cost_words, extra.words);
        }
    }
    Ok(scaffold)
}

fn count<T>(items: &[T]) -> f64 {
    items.iter().map(|_| 1.0).sum()
}

fn language<'a>(manifest: &'a Manifest, given: Option<&str>) -> Result<&'a Language, PatternError> {
    let names: Vec<&str> = manifest.languages.iter().map(|language| language.name.as_str()).collect();
    let wanted = given.or_else(|| names.first().copied()).unwrap_or_default();
    manifest.languages.iter().find(|language| language.name == wanted).ok_or_else(|| {
        PatternError::UnknownLanguage {
            pattern: manifest.id.clone(),
            given: wanted.to_owned(),
            help: did_you_mean(wanted, &names),
        }
    })
}

/// Copies the files of a pattern, filling in what has to be.
struct Copier<'a> {
    pattern: &'a Pattern,
    answers: &'a Answers,
    renderer: Renderer,
    expressions: Expressions,
    /// What every template can name.
    values: BTreeMap<String, Value>,
}

impl<'a> Copier<'a> {
    fn new(pattern: &'a Pattern, scaffold: &'a Scaffold) -> Result<Self, PatternError> {
        let renderer = Renderer::new().map_err(|error| broken(pattern, "the delimiters", &error))?;
        let values = values::of_scaffold(pattern, scaffold)?;
        Ok(Self { pattern, answers: &scaffold.answers, renderer, expressions: Expressions::new(), values })
    }

    fn copy_all(&self) -> Result<BTreeMap<RelativePath, Vec<u8>>, PatternError> {
        let mut files = BTreeMap::new();
        for rule in &self.pattern.manifest.files {
            for values in self.values_for(rule)? {
                for (path, content) in self.copy(rule, &values)? {
                    if let Some(twice) = files.insert(path.clone(), content).map(|_| path) {
                        return Err(broken(self.pattern, twice.as_str(), &"two files go there"));
                    }
                }
            }
        }
        Ok(files)
    }

    /// The values of each copy of a file: none, one, or one for each name of a list.
    fn values_for(&self, rule: &FileRule) -> Result<Vec<Value>, PatternError> {
        let all = Value::from(self.values.clone());
        if let Some(when) = &rule.when
            && !self.expressions.holds(when, &all).map_err(|error| broken(self.pattern, when, &error))?
        {
            return Ok(Vec::new());
        }
        let Some(each) = &rule.each else { return Ok(vec![all]) };
        let manifest = &self.pattern.manifest;
        let with_item = |name| {
            let mut values = self.values.clone();
            let item = values::of_item(self.pattern, manifest.roles(each), name)?;
            values.insert(manifest.singular(each).to_owned(), item);
            Ok(Value::from(values))
        };
        self.answers.names(each).iter().map(with_item).collect()
    }

    fn copy(&self, rule: &FileRule, values: &Value) -> Result<Vec<(RelativePath, Vec<u8>)>, PatternError> {
        let from = self.fill_in(&rule.from, &rule.from, values)?;
        let to = self.fill_in(&rule.to, &rule.to, values)?;
        if from.ends_with('/') {
            self.copy_tree(&from, &to, values)
        } else {
            Ok(vec![self.copy_file(&from, &to, values)?])
        }
    }

    /// Every file below a folder of the pattern; templates lose their `.j2`.
    fn copy_tree(
        &self,
        from: &str,
        to: &str,
        values: &Value,
    ) -> Result<Vec<(RelativePath, Vec<u8>)>, PatternError> {
        let below = self.pattern.files.keys().filter_map(|path| Some((path, path.strip_prefix(from)?)));
        let copies: Vec<_> = below
            .map(|(path, rest)| {
                let rest = rest.strip_suffix(TEMPLATE).unwrap_or(rest);
                self.copy_file(path, &format!("{to}{rest}"), values)
            })
            .collect::<Result<_, _>>()?;
        if copies.is_empty() {
            Err(broken(self.pattern, from, &"there are no files below it"))
        } else {
            Ok(copies)
        }
    }

    fn copy_file(
        &self,
        from: &str,
        to: &str,
        values: &Value,
    ) -> Result<(RelativePath, Vec<u8>), PatternError> {
        let to = RelativePath::parse(to)?;
        let content = self
            .pattern
            .files
            .get(from)
            .ok_or_else(|| broken(self.pattern, from, &"there is no such file"))?;
        if !from.ends_with(TEMPLATE) {
            return Ok((to, content.to_vec()));
        }
        let template = std::str::from_utf8(content).map_err(|error| broken(self.pattern, from, &error))?;
        let text = self.fill_in(from, template, values)?;
        // Blank lines before the first come from what the template defines there.
        Ok((to, text.trim_start_matches('\n').as_bytes().to_vec()))
    }

    fn fill_in(&self, file: &str, template: &str, values: &Value) -> Result<String, PatternError> {
        self.renderer.fill_in(template, values).map_err(|error| broken(self.pattern, file, &error))
    }
}

fn broken(pattern: &Pattern, file: &str, message: &dyn std::fmt::Display) -> PatternError {
    PatternError::Broken { pattern: pattern.manifest.id.clone(), message: format!("{file}: {message}") }
}

#[cfg(test)]
mod tests;
