//! Names that people choose, checked so that every name AWS derives from them is valid too.
//!
//! A name is one path component by construction: it can never lead out of the project folder.

use std::fmt;

/// Names that Windows gives to devices, in any folder and with any extension.
const DEVICES: [&str; 4] = ["aux", "con", "nul", "prn"];

/// A name that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
#[error("`{}` cannot be the name of a {what}: {reason}", given.escape_debug())]
pub struct NameError {
    /// What was to be named.
    pub what: String,
    /// The name.
    pub given: String,
    /// What is wrong with it.
    pub reason: &'static str,
    /// What to do.
    #[help]
    pub help: String,
}

/// The name of a project: its folder, and the first part of its stacks' names.
///
/// At most 28 characters, so that a stack of it (`NAME-STAGE`, at most 40) leaves room for what is
/// derived: a bucket `STACK-uploads-ACCOUNT` has at most 63 characters, and no upper case
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProjectName(String);

impl ProjectName {
    /// The longest name, in characters.
    pub const LONGEST: usize = 28;

    /// Checks a name.
    ///
    /// # Errors
    /// When it is not lower case letters, digits and single hyphens, or too long.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        check("project", text, Self::LONGEST).map(Self)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of one of several like things in a project, such as a worker: its folder, and the last
/// part of its function's name.
///
/// At most 23 characters: with a stack name of 40, a function `STACK-NAME` has at most 64
/// (<https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ItemName(String);

impl ItemName {
    /// The longest name, in characters.
    pub const LONGEST: usize = 23;

    /// Checks a name.
    ///
    /// # Errors
    /// When it is not lower case letters, digits and single hyphens, or too long.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        Self::parse_as("part of a project", text)
    }

    /// Checks a name; `what` is what it names, for the message.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_as(what: &str, text: &str) -> Result<Self, NameError> {
        check(what, text, Self::LONGEST).map(Self)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As the first part of logical ids, which have letters and digits only: `update-db` is `UpdateDb`.
    #[must_use]
    pub fn logical_id(&self) -> String {
        self.0.split('-').map(capitalized).collect()
    }

    /// As part of a module's name: `update-db` is `update_db`.
    #[must_use]
    pub fn module(&self) -> String {
        self.0.replace('-', "_")
    }

    /// The first number in the name: 1080 of `transcode-1080p`.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        let digits: String = self
            .0
            .chars()
            .skip_while(|character| !character.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse().ok()
    }
}

impl fmt::Display for ItemName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn check(what: &str, text: &str, longest: usize) -> Result<String, NameError> {
    match flaw(text, longest) {
        None => Ok(text.to_owned()),
        Some(reason) => {
            let help = match suggestion(text, longest) {
                Some(name) => {
                    format!("use lower case letters, digits and single hyphens, for example `{name}`")
                }
                None => {
                    "use lower case letters, digits and single hyphens, and begin with a letter".to_owned()
                }
            };
            Err(NameError { what: what.to_owned(), given: text.to_owned(), reason, help })
        }
    }
}

/// What is wrong with a name, if anything is.
fn flaw(text: &str, longest: usize) -> Option<&'static str> {
    let is_allowed =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
    if text.is_empty() {
        Some("it is empty")
    } else if !text.chars().all(is_allowed) {
        Some("it has other characters than lower case letters, digits and hyphens")
    } else if !text.starts_with(|character: char| character.is_ascii_lowercase()) {
        Some("it does not begin with a letter")
    } else if text.ends_with('-') || text.contains("--") {
        Some("its hyphens do not separate words")
    } else if text.len() > longest {
        Some("it is too long for the names that AWS derives from it")
    } else if is_device(text) {
        Some("Windows keeps that name for a device")
    } else {
        None
    }
}

/// `con`, `nul` and the like, `com1` to `com9`, `lpt1` to `lpt9`.
pub(super) fn is_device(text: &str) -> bool {
    let is_port =
        |prefix| text.strip_prefix(prefix).is_some_and(|rest: &str| matches!(rest.as_bytes(), [b'0'..=b'9']));
    DEVICES.contains(&text) || is_port("com") || is_port("lpt")
}

/// The nearest valid name, if there is one.
fn suggestion(text: &str, longest: usize) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_previous_lower = false;
    let mut is_new_word = true;
    for character in text.chars() {
        let starts_word = character.is_ascii_uppercase() && is_previous_lower;
        is_previous_lower = character.is_ascii_lowercase();
        if !character.is_ascii_alphanumeric() {
            is_new_word = true;
            continue;
        }
        match words.last_mut() {
            Some(word) if !is_new_word && !starts_word => word.push(character.to_ascii_lowercase()),
            Some(_) | None => words.push(character.to_ascii_lowercase().to_string()),
        }
        is_new_word = false;
    }
    let joined = words.join("-");
    let name: String = joined
        .trim_start_matches(|character: char| !character.is_ascii_lowercase())
        .chars()
        .take(longest)
        .collect();
    let name = name.trim_end_matches('-');
    flaw(name, longest).is_none().then(|| name.to_owned())
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ItemName, ProjectName};

    fn suggestion(text: &str) -> Option<String> {
        let help = ProjectName::parse(text).unwrap_err().help;
        help.split('`').nth(1).map(str::to_owned)
    }

    #[test]
    fn usable_names_are_taken_as_they_are() {
        for name in ["a", "fan-out", "x1", "my-uploads-2", &"a".repeat(28)] {
            assert_eq!(ProjectName::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn others_are_refused_and_the_nearest_name_is_suggested() {
        for (given, nearest) in [
            ("MyUploads", "my-uploads"),
            ("my uploads", "my-uploads"),
            ("my_uploads_", "my-uploads"),
            ("a--b", "a-b"),
            ("-a", "a"),
            ("2nd-try", "nd-try"),
            ("../../etc/passwd", "etc-passwd"),
            ("C:\\temp", "c-temp"),
            ("HTTPServer", "httpserver"),
            ("caf\u{e9}", "caf"),
            ("\u{202e}gnp.exe", "gnp-exe"),
        ] {
            assert_eq!(suggestion(given).as_deref(), Some(nearest), "{given}");
        }
        assert_eq!(suggestion(&"ab-".repeat(20)), Some(format!("{}a", "ab-".repeat(9))));
    }

    #[test]
    fn no_suggestion_where_nothing_is_left() {
        for given in ["", "..", "/", "123", "con", "NUL", "com1", "\0"] {
            assert_eq!(suggestion(given), None, "{given:?}");
        }
    }

    #[test]
    fn control_characters_are_escaped_in_the_message() {
        let error = ProjectName::parse("a\u{1b}[31m\n").unwrap_err();
        assert!(!error.to_string().contains(['\u{1b}', '\n']), "{error}");
    }

    #[test]
    fn derived_names() {
        let name = ItemName::parse("transcode-1080p").unwrap();
        assert_eq!(name.logical_id(), "Transcode1080p");
        assert_eq!(name.module(), "transcode_1080p");
        assert_eq!(name.number(), Some(1080));
        assert_eq!(ItemName::parse("update-db").unwrap().number(), None);
    }

    proptest! {
        #[test]
        fn an_accepted_name_is_one_plain_component(text in "\\PC*|[-a-zA-Z0-9./\\\\\0]{0,30}") {
            if let Ok(name) = ProjectName::parse(&text) {
                prop_assert_eq!(name.as_str(), &text);
                prop_assert!(text.len() <= ProjectName::LONGEST);
                prop_assert!(text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
                prop_assert!(text.starts_with(|first: char| first.is_ascii_lowercase()));
            }
        }

        #[test]
        fn a_suggestion_is_always_a_valid_name(text in "\\PC*|[-_a-zA-Z0-9 ]{0,60}") {
            if let Err(error) = ProjectName::parse(&text)
                && let Some(name) = error.help.split('`').nth(1)
            {
                prop_assert!(ProjectName::parse(name).is_ok(), "{}", name);
            }
        }
    }
}
