//! What templates and expressions can name: the project, the pattern, and each answer under its key.

use std::collections::BTreeMap;

use minijinja::Value;

use super::answers::{Answer, Answers};
use super::catalogue::Pattern;
use super::error::PatternError;
use super::manifest::Language;
use super::names::ItemName;
use super::plan::Scaffold;
use super::question::Role;

/// The answers and the language: what expressions can name.
///
/// # Errors
/// When a name has no role, or its number is out of range.
pub(super) fn of_answers(
    pattern: &Pattern,
    language: &Language,
    answers: &Answers,
) -> Result<BTreeMap<String, Value>, PatternError> {
    let mut values = BTreeMap::from([("language".to_owned(), Value::from(language.name.as_str()))]);
    for question in &pattern.manifest.questions {
        let Some(answer) = answers.get(question.key()) else { continue };
        values.insert(question.variable(), of_answer(pattern, question.key(), answer)?);
    }
    Ok(values)
}

/// Everything that templates can name.
///
/// # Errors
/// As [`of_answers`].
pub(super) fn of_scaffold(
    pattern: &Pattern,
    scaffold: &Scaffold,
) -> Result<BTreeMap<String, Value>, PatternError> {
    let origin = BTreeMap::from([("id", scaffold.pattern.clone()), ("version", scaffold.version.clone())]);
    let setup = scaffold.language.setup.as_deref().unwrap_or_default();
    let mut values = of_answers(pattern, &scaffold.language, &scaffold.answers)?;
    values.extend([
        ("project".to_owned(), Value::from(scaffold.project.as_str())),
        ("pattern".to_owned(), Value::from(origin)),
        ("setup_command".to_owned(), Value::from(setup)),
        ("test_command".to_owned(), Value::from(scaffold.language.test.as_str())),
        ("deploy_seconds".to_owned(), Value::from(scaffold.deploy_seconds)),
        ("idle_usd".to_owned(), Value::from(format!("{:.2}", scaffold.idle_usd_per_month))),
        ("cost_words".to_owned(), Value::from(scaffold.cost_words.as_str())),
    ]);
    Ok(values)
}

fn of_answer(pattern: &Pattern, key: &str, answer: &Answer) -> Result<Value, PatternError> {
    Ok(match answer {
        Answer::Choice(text) | Answer::Text(text) => Value::from(text.as_str()),
        Answer::Boolean(is_so) => Value::from(*is_so),
        Answer::Integer(number) => Value::from(*number),
        Answer::Name(name) => Value::from(parts_of(name)),
        Answer::Names(names) => {
            let roles = pattern.manifest.roles(key);
            names.iter().map(|name| of_item(pattern, roles, name)).collect::<Result<Vec<_>, _>>()?.into()
        }
    })
}

/// What templates can name of one thing in a list: `name`, `id`, `module`, `role`, `number`.
///
/// # Errors
/// When no role fits the name, or its number is out of range.
pub(super) fn of_item(pattern: &Pattern, roles: &[Role], name: &ItemName) -> Result<Value, PatternError> {
    let role = roles.iter().find(|role| role.matches(name)).ok_or_else(|| PatternError::Broken {
        pattern: pattern.manifest.id.clone(),
        message: format!("{name}: no role fits the name"),
    })?;
    let mut values = parts_of(name);
    values.insert("role", Value::from(role.name.as_str()));
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

fn parts_of(name: &ItemName) -> BTreeMap<&'static str, Value> {
    BTreeMap::from([
        ("name", Value::from(name.as_str())),
        ("id", Value::from(name.logical_id())),
        ("module", Value::from(name.module())),
    ])
}
