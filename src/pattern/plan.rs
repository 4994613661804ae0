//! From a pattern and answers to the bytes of a project, without touching a disk.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use minijinja::Value;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::answers::{Answer, Answers};
use super::catalogue::Pattern;
use super::error::{PatternError, did_you_mean};
use super::manifest::{FileRule, Language, Manifest, Role};
use super::names::{ItemName, ProjectName};
use super::path::RelativePath;
use super::render::Renderer;

/// Where the answers are kept in a project, for later updates.
const ANSWERS_FILE: &str = ".slsx/answers.toml";

/// What is wanted of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// Name of the project.
    pub name: &'a ProjectName,
    /// Language of the functions; none for the pattern's first.
    pub language: Option<&'a str>,
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
    /// Language of the functions.
    pub language: Language,
    /// What was chosen.
    pub answers: Answers,
    /// Typical time of a first deployment to AWS.
    pub deploy_seconds: u32,
    /// US dollars a month while nobody uses it.
    pub idle_usd_per_month: f64,
}

/// Plans a project.
///
/// # Errors
/// When the language or an answer does not fit the pattern, or the pattern is broken.
pub fn plan(pattern: &Pattern, request: &Request<'_>) -> Result<WritePlan, PatternError> {
    let manifest = &pattern.manifest;
    let answers = Answers::parse(manifest, request.answers.iter().map(String::as_str))?;
    let language = language(manifest, request.language)?.clone();
    let idle_usd_per_month = idle_cost(manifest, &answers);
    let scaffold = Scaffold {
        project: request.name.clone(),
        pattern: manifest.id.clone(),
        version: manifest.version.clone(),
        language,
        answers,
        deploy_seconds: manifest.deploy_seconds,
        idle_usd_per_month,
    };
    let mut files = Copier::new(pattern, &scaffold)?.copy_all()?;
    let answers_file = RelativePath::parse(ANSWERS_FILE)?;
    let content = answers_text(&scaffold, &files)
        .map_err(|error| PatternError::Broken { pattern: manifest.id.clone(), message: error.to_string() })?;
    files.insert(answers_file, content.into_bytes());
    Ok(WritePlan { scaffold, files })
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

fn idle_cost(manifest: &Manifest, answers: &Answers) -> f64 {
    let count = answers.names(&manifest.cost.each).iter().map(|_| 1.0).sum::<f64>();
    manifest.cost.idle_usd_per_month + count * manifest.cost.idle_usd_per_each
}

/// Copies the files of a pattern, filling in what has to be.
struct Copier<'a> {
    pattern: &'a Pattern,
    answers: &'a Answers,
    renderer: Renderer,
    /// What every template can name.
    values: BTreeMap<String, Value>,
}

impl<'a> Copier<'a> {
    fn new(pattern: &'a Pattern, scaffold: &'a Scaffold) -> Result<Self, PatternError> {
        let renderer = Renderer::new().map_err(|error| broken(pattern, "the delimiters", &error))?;
        let values = values(pattern, scaffold)?;
        Ok(Self { pattern, answers: &scaffold.answers, renderer, values })
    }

    fn copy_all(&self) -> Result<BTreeMap<RelativePath, Vec<u8>>, PatternError> {
        let mut files = BTreeMap::new();
        for rule in &self.pattern.manifest.files {
            for values in self.values_for(rule)? {
                let (path, content) = self.copy(rule, &values)?;
                if let Some(twice) = files.insert(path.clone(), content).map(|_| path) {
                    return Err(broken(self.pattern, twice.as_str(), &"two files go there"));
                }
            }
        }
        Ok(files)
    }

    /// The values of each copy of a file: one, or one for each name of a list.
    fn values_for(&self, rule: &FileRule) -> Result<Vec<Value>, PatternError> {
        let Some(each) = &rule.each else {
            return Ok(vec![Value::from(self.values.clone())]);
        };
        let manifest = &self.pattern.manifest;
        let with_item = |name| {
            let mut values = self.values.clone();
            let item = item(self.pattern, manifest.roles(each), name)?;
            values.insert(manifest.singular(each).to_owned(), item);
            Ok(Value::from(values))
        };
        self.answers.names(each).iter().map(with_item).collect()
    }

    fn copy(&self, rule: &FileRule, values: &Value) -> Result<(RelativePath, Vec<u8>), PatternError> {
        let from = self.fill_in(&rule.from, &rule.from, values)?;
        let to = RelativePath::parse(&self.fill_in(&rule.to, &rule.to, values)?)?;
        let content = self
            .pattern
            .files
            .get(&from)
            .ok_or_else(|| broken(self.pattern, &from, &"there is no such file"))?;
        if !from.ends_with(".j2") {
            return Ok((to, content.to_vec()));
        }
        let template = std::str::from_utf8(content).map_err(|error| broken(self.pattern, &from, &error))?;
        Ok((to, self.fill_in(&from, template, values)?.into_bytes()))
    }

    fn fill_in(&self, file: &str, template: &str, values: &Value) -> Result<String, PatternError> {
        self.renderer.fill_in(template, values).map_err(|error| broken(self.pattern, file, &error))
    }
}

fn broken(pattern: &Pattern, file: &str, message: &dyn std::fmt::Display) -> PatternError {
    PatternError::Broken { pattern: pattern.manifest.id.clone(), message: format!("{file}: {message}") }
}

/// What templates can name: the project, the pattern, and each answer under its key.
fn values(pattern: &Pattern, scaffold: &Scaffold) -> Result<BTreeMap<String, Value>, PatternError> {
    let origin = BTreeMap::from([("id", scaffold.pattern.clone()), ("version", scaffold.version.clone())]);
    let mut values = BTreeMap::from([
        ("project".to_owned(), Value::from(scaffold.project.as_str())),
        ("pattern".to_owned(), Value::from(origin)),
        ("language".to_owned(), Value::from(scaffold.language.name.as_str())),
        ("test_command".to_owned(), Value::from(scaffold.language.test.as_str())),
        ("deploy_seconds".to_owned(), Value::from(scaffold.deploy_seconds)),
        ("idle_usd".to_owned(), Value::from(format!("{:.2}", scaffold.idle_usd_per_month))),
        ("cost_words".to_owned(), Value::from(pattern.manifest.cost.words.as_str())),
    ]);
    for (key, answer) in scaffold.answers.iter() {
        let value = match answer {
            Answer::Choice(text) => Value::from(text.as_str()),
            Answer::Integer(number) => Value::from(*number),
            Answer::Names(names) => {
                let roles = pattern.manifest.roles(key);
                names.iter().map(|name| item(pattern, roles, name)).collect::<Result<Vec<_>, _>>()?.into()
            }
        };
        values.insert(key.to_owned(), value);
    }
    Ok(values)
}

/// What templates can name of one thing in a list: `name`, `id`, `module`, `role`, `number`.
fn item(pattern: &Pattern, roles: &[Role], name: &ItemName) -> Result<Value, PatternError> {
    let role = roles
        .iter()
        .find(|role| role.matches(name))
        .ok_or_else(|| broken(pattern, name.as_str(), &"no role fits the name"))?;
    let mut values = BTreeMap::from([
        ("name", Value::from(name.as_str())),
        ("id", Value::from(name.logical_id())),
        ("module", Value::from(name.module())),
        ("role", Value::from(role.name.as_str())),
    ]);
    if let Some(rule) = role.number {
        let number = name.number().unwrap_or(rule.default);
        if !(rule.minimum..=rule.maximum).contains(&number) {
            return Err(PatternError::Number {
                name: name.to_string(),
                minimum: rule.minimum,
                maximum: rule.maximum,
            });
        }
        values.insert("number", Value::from(number));
    }
    Ok(Value::from(values))
}

/// `.slsx/answers.toml`: enough to make the same project again and to see what was changed since.
#[derive(Serialize)]
struct AnswersFile<'a> {
    pattern: &'a str,
    version: &'a str,
    language: &'a str,
    answers: BTreeMap<&'a str, toml::Value>,
    files: BTreeMap<&'a str, String>,
}

fn answers_text(
    scaffold: &Scaffold,
    files: &BTreeMap<RelativePath, Vec<u8>>,
) -> Result<String, toml::ser::Error> {
    let text = toml::to_string(&AnswersFile {
        pattern: &scaffold.pattern,
        version: &scaffold.version,
        language: &scaffold.language.name,
        answers: scaffold.answers.iter().map(|(key, answer)| (key, toml_value(answer))).collect(),
        files: files.iter().map(|(path, content)| (path.as_str(), sha256(content))).collect(),
    })?;
    Ok(format!(
        "# How this project was made, and the SHA-256 of each file as it was made. Not to be edited.\n{text}"
    ))
}

fn toml_value(answer: &Answer) -> toml::Value {
    match answer {
        Answer::Choice(text) => toml::Value::from(text.as_str()),
        Answer::Names(names) => names.iter().map(ItemName::as_str).collect::<Vec<_>>().into(),
        Answer::Integer(number) => toml::Value::from(i64::try_from(*number).unwrap_or(i64::MAX)),
    }
}

fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;
