//! Rules that the values of a promise must keep, and what is told when one does not.

use std::collections::BTreeSet;
use std::fmt;

use super::super::values::{Encoding, Values, fill, names};

/// A value that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The value's place: keys and, counted from 0, numbers in lists, with dots between them.
    pub path: String,
    /// What it must be.
    pub rule: String,
}

impl fmt::Display for Broken {
    /// The place is shown beside the message, so which of several tables it is need not be said.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<&str> = self.path.split('.').filter(|part| part.parse::<usize>().is_err()).collect();
        write!(f, "{} {}", keys.join("."), self.rule)
    }
}

/// Nothing, if it holds.
pub fn require(holds: bool, path: impl Into<String>, rule: impl Into<String>) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken { path: path.into(), rule: rule.into() }) }
}

/// A number within bounds; false for NaN, which TOML can spell.
pub fn within(value: f64, low: f64, high: f64, path: impl Into<String>) -> Result<(), Broken> {
    require((low..=high).contains(&value), path, format!("must be between {low} and {high}"))
}

/// A count within bounds.
pub fn count(value: u64, low: u64, high: u64, path: impl Into<String>) -> Result<(), Broken> {
    require((low..=high).contains(&value), path, format!("must be between {low} and {high}"))
}

/// A path that does not lead out of the project.
pub fn file(value: &str, path: impl Into<String>) -> Result<(), Broken> {
    let is_inside = value.split('/').all(|part| !matches!(part, "" | "." | ".."));
    require(is_inside, path, "must be a path below the project")
}

/// A text that uses no name but these.
pub fn known_names(text: &str, known: &BTreeSet<String>, path: impl Into<String>) -> Result<(), Broken> {
    let path = path.into();
    let Some(used) = names(text) else {
        return Err(Broken { path, rule: "has a ${ that is never closed".into() });
    };
    match used.into_iter().find(|name| !known.contains(*name)) {
        None => Ok(()),
        Some(name) => {
            let known: Vec<String> = known.iter().map(|name| format!("${{{name}}}")).collect();
            let rule = format!("uses ${{{name}}}, which nothing defines; there is {}", known.join(", "));
            Err(Broken { path, rule })
        }
    }
}

/// A text that is JSON once its values are put in, and uses no name but these.
pub fn json(text: &str, known: &BTreeSet<String>, path: impl Into<String>) -> Result<(), Broken> {
    let path = path.into();
    known_names(text, known, path.clone())?;
    // A number is JSON both inside and outside of quotes.
    let samples: Values = known.iter().map(|name| (name.clone(), "1".to_owned())).collect();
    let filled = fill(text, &samples, Encoding::Json);
    match serde_json::from_str::<serde_json::Value>(&filled) {
        Ok(_) => Ok(()),
        Err(error) => Err(Broken { path, rule: format!("is not JSON: {error}") }),
    }
}

/// A JSON pointer (RFC 6901).
pub fn pointer(text: &str, path: impl Into<String>) -> Result<(), Broken> {
    require(
        text.is_empty() || text.starts_with('/'),
        path,
        format!("has {text:?}, which is no JSON pointer such as \"/id\""),
    )
}

/// An HTTP status.
pub fn status(value: u16, path: impl Into<String>) -> Result<(), Broken> {
    require((100..=599).contains(&value), path, "must be an HTTP status such as 200")
}

/// Names that are all different.
pub fn different<'a>(
    names: impl IntoIterator<Item = &'a str>,
    what: &str,
    table: &str,
) -> Result<(), Broken> {
    let mut seen = BTreeSet::new();
    for (index, name) in names.into_iter().enumerate() {
        let rule = format!("is {name:?}, which another {what} is called too");
        require(seen.insert(name), format!("{table}.{index}.name"), rule)?;
    }
    Ok(())
}
