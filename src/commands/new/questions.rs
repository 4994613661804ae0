//! Asks on a terminal what was not answered on the command line; each answer is checked as it is typed.

use super::{NewError, Request};
use crate::commands::Failure;
use crate::host::prompt::{self, PromptError};
use crate::pattern::{ItemName, Pattern, PatternError, ProjectName, Question, answer, is_asked};

/// Completes the request by the answers of a person.
///
/// # Errors
/// When the person stops, the terminal fails, or the pattern is broken.
pub(super) fn ask(pattern: &Pattern, request: &mut Request) -> Result<(), Failure> {
    let manifest = &pattern.manifest;
    if request.name.is_none() {
        let check = |text: &str| ProjectName::parse(text).map(drop).map_err(|error| error.to_string());
        request.name = Some(prompt::text("Name of the project?", &manifest.id, check)?);
    }
    if request.language.is_none() && manifest.languages.len() > 1 {
        let names: Vec<&str> = manifest.languages.iter().map(|language| language.name.as_str()).collect();
        request.language = Some(prompt::choice("Language of the functions?", &names, 0)?);
    }
    for question in &manifest.questions {
        let key = question.key();
        let is_answered = request.answers.iter().any(|given| given.split('=').next() == Some(key));
        let language = request.language.as_deref();
        let is_open = !is_answered
            && !request.kept.contains_key(key)
            && is_asked(pattern, language, &request.kept, &request.answers, key).map_err(NewError::from)?;
        if is_open {
            request.answers.push(format!("{key}={}", one(question)?));
        }
    }
    Ok(())
}

fn one(question: &Question) -> Result<String, PromptError> {
    let default = question.default_text();
    let check =
        |text: &str| answer(question, text).map(drop).map_err(|error: PatternError| error.to_string());
    match question {
        Question::Choice { choices, prompt, .. } => {
            let names: Vec<&str> = choices.iter().map(String::as_str).collect();
            let start = names.iter().position(|name| **name == default).unwrap_or_default();
            prompt::choice(prompt, &names, start)
        }
        Question::Boolean { prompt, default, .. } => Ok(prompt::confirm(prompt, *default)?.to_string()),
        Question::Name { .. } | Question::Names { .. } | Question::Integer { .. } | Question::Text { .. } => {
            prompt::text(&format!("{} ({})", question.prompt(), hint(question)), &default, check)
        }
    }
}

/// What can be typed, in few words.
fn hint(question: &Question) -> String {
    match question {
        Question::Names { .. } => format!("{}, with commas between them", question.accepts()),
        Question::Name { .. } => format!("a name of at most {} characters", ItemName::LONGEST),
        Question::Choice { .. }
        | Question::Boolean { .. }
        | Question::Integer { .. }
        | Question::Text { .. } => question.accepts(),
    }
}
