//! Questions on a terminal; whoever calls has made sure that there is one.

use std::io::ErrorKind;

use inquire::validator::Validation;
use inquire::{Confirm, CustomUserError, InquireError, Select, Text};
use tokio::sync::oneshot;

use super::signals::Signals;
use super::terminal;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum PromptError {
    /// Ctrl-C or Escape.
    #[error("stopped; nothing was written")]
    Stopped,
    /// The terminal said no.
    #[error("cannot ask on this terminal: {0}")]
    Terminal(String),
}

impl From<InquireError> for PromptError {
    fn from(error: InquireError) -> Self {
        match error {
            InquireError::OperationCanceled | InquireError::OperationInterrupted => Self::Stopped,
            // Ctrl-C between two keys is a signal, not a key.
            InquireError::IO(error) if error.kind() == ErrorKind::Interrupted => Self::Stopped,
            InquireError::NotTTY
            | InquireError::InvalidConfiguration(_)
            | InquireError::IO(_)
            | InquireError::Custom(_) => Self::Terminal(error.to_string()),
        }
    }
}

/// A line of text; the default when nothing is typed. `check` tells what is wrong with it, and it is asked again.
///
/// # Errors
/// When the person stops, or the terminal fails.
pub fn text(
    question: &str,
    default: &str,
    check: impl Fn(&str) -> Result<(), String> + Clone,
) -> Result<String, PromptError> {
    let validator = move |text: &str| -> Result<Validation, CustomUserError> {
        Ok(check(text).map_or_else(|message| Validation::Invalid(message.into()), |()| Validation::Valid))
    };
    Ok(Text::new(question).with_default(default).with_validator(validator).prompt()?)
}

/// One of a few words.
///
/// # Errors
/// As [`text`].
pub fn choice(question: &str, choices: &[&str], start: usize) -> Result<String, PromptError> {
    let answer = Select::new(question, choices.to_vec()).with_starting_cursor(start).prompt()?;
    Ok(answer.to_owned())
}

/// The same, while a signal may come: between two keys Ctrl-C is one, and whoever listens for signals must hear it.
/// None when one came, which leaves the question unanswered and the terminal as it was.
///
/// # Errors
/// As [`text`].
pub async fn choice_unless(
    signals: &mut Signals,
    question: &'static str,
    choices: &'static [&'static str],
) -> Result<Option<String>, PromptError> {
    let before = terminal::Settings::read();
    let (sender, answer) = oneshot::channel();
    // Not on the runtime's threads for blocking calls, for whose end it would wait.
    std::thread::spawn(move || sender.send(choice(question, choices, 0)));
    tokio::select! {
        answer = answer => match answer {
            Ok(answer) => answer.map(Some),
            Err(_) => Err(PromptError::Terminal("the question was not answered".to_owned())),
        },
        _ = signals.next() => {
            if let Some(before) = before {
                before.restore();
            }
            Ok(None)
        }
    }
}

/// Yes or no.
///
/// # Errors
/// As [`text`].
pub fn confirm(question: &str, default: bool) -> Result<bool, PromptError> {
    Ok(Confirm::new(question).with_default(default).prompt()?)
}
