//! Asks for consent: on a terminal only, never without one.

use super::{Context, Failure};
use crate::host::terminal;

/// What the answer was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Go on.
    Given,
    /// Change nothing.
    Refused,
}

/// Asks a yes-or-no question; no is the default.
///
/// # Errors
/// When consent is needed and nobody can be asked.
pub fn ask(context: &mut Context, is_given: bool, what: &str, question: &str) -> Result<Consent, Failure> {
    answer(context, is_given, what, &format!("{question} [y/N] "), |answer| {
        matches!(answer.to_lowercase().as_str(), "y" | "yes")
    })
}

/// Wants the name of what would be lost typed, so that no habit of pressing a key destroys anything.
///
/// # Errors
/// When consent is needed and nobody can be asked.
pub fn ask_for_name(
    context: &mut Context,
    is_given: bool,
    what: &str,
    name: &str,
) -> Result<Consent, Failure> {
    answer(context, is_given, what, &format!("Type {name} to delete it: "), |answer| answer == name)
}

fn answer(
    context: &mut Context,
    is_given: bool,
    what: &str,
    prompt: &str,
    is_yes: impl Fn(&str) -> bool,
) -> Result<Consent, Failure> {
    if is_given {
        return Ok(Consent::Given);
    }
    if !context.is_interactive {
        return Err(Failure::NeedsConsent { what: what.to_owned() });
    }
    write!(context.err, "{prompt}")?;
    context.err.flush()?;
    let answer = terminal::read_line()?;
    Ok(if is_yes(answer.trim()) { Consent::Given } else { Consent::Refused })
}
