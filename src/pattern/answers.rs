//! What was chosen: `--set key=value` and answer files against the questions of a pattern.

use std::collections::{BTreeMap, BTreeSet};

use super::error::{PatternError, did_you_mean};
use super::manifest::Manifest;
use super::names::ItemName;
use super::question::Question;

/// The answer to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// One of the choices.
    Choice(String),
    /// Yes or no.
    Boolean(bool),
    /// One name.
    Name(ItemName),
    /// Names, in the order they were given.
    Names(Vec<ItemName>),
    /// A number in the range.
    Integer(u64),
    /// A text that fits.
    Text(String),
}

impl Answer {
    /// As people would type it after `=`.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Choice(text) | Self::Text(text) => text.clone(),
            Self::Boolean(is_so) => is_so.to_string(),
            Self::Name(name) => name.to_string(),
            Self::Names(names) => names.iter().map(ItemName::as_str).collect::<Vec<_>>().join(","),
            Self::Integer(number) => number.to_string(),
        }
    }
}

/// An answer for every question of a pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    by_key: BTreeMap<String, Answer>,
    /// Keys that were answered on purpose, one by one.
    explicit: BTreeSet<String>,
}

impl Answers {
    /// Reads `key=value` texts; questions without one get the answer of `kept`, or else their default.
    ///
    /// # Errors
    /// When a key is unknown or repeated, or a value does not fit its question.
    pub fn parse<'a>(
        manifest: &Manifest,
        kept: &BTreeMap<String, String>,
        given: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, PatternError> {
        let mut answers = Self::default();
        for text in given {
            let (key, value) = text.split_once('=').ok_or_else(|| not_an_answer(manifest, text))?;
            let question = find(manifest, key)?;
            answers.by_key.insert(key.to_owned(), answer(question, value)?);
            if !answers.explicit.insert(key.to_owned()) {
                return Err(PatternError::Repeated { key: key.to_owned() });
            }
        }
        for key in kept.keys() {
            find(manifest, key)?;
        }
        for question in &manifest.questions {
            let key = question.key();
            if !answers.by_key.contains_key(key) {
                let text = kept.get(key).cloned().unwrap_or_else(|| question.default_text());
                answers.by_key.insert(key.to_owned(), answer(question, &text)?);
            }
        }
        Ok(answers)
    }

    /// Whether the question was answered by itself, not by default or from a file.
    #[must_use]
    pub fn is_explicit(&self, key: &str) -> bool {
        self.explicit.contains(key)
    }

    /// Every key and its answer, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Answer)> {
        self.by_key.iter().map(|(key, answer)| (key.as_str(), answer))
    }

    /// The answer to a question.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Answer> {
        self.by_key.get(key)
    }

    /// The names that answer a question.
    #[must_use]
    pub fn names(&self, key: &str) -> &[ItemName] {
        match self.get(key) {
            Some(Answer::Names(names)) => names,
            Some(
                Answer::Boolean(_)
                | Answer::Choice(_)
                | Answer::Integer(_)
                | Answer::Name(_)
                | Answer::Text(_),
            )
            | None => &[],
        }
    }
}

fn not_an_answer(manifest: &Manifest, given: &str) -> PatternError {
    let example = manifest
        .questions
        .first()
        .map_or_else(String::new, |question| format!("{}={}", question.key(), question.default_text()));
    PatternError::NotAnAnswer { given: given.to_owned(), example }
}

fn find<'m>(manifest: &'m Manifest, key: &str) -> Result<&'m Question, PatternError> {
    manifest
        .questions
        .iter()
        .find(|question| question.key() == key)
        .ok_or_else(|| unknown_question(manifest, key))
}

fn unknown_question(manifest: &Manifest, given: &str) -> PatternError {
    PatternError::UnknownQuestion {
        pattern: manifest.id.clone(),
        given: given.to_owned(),
        help: did_you_mean(given, &manifest.questions.iter().map(Question::key).collect::<Vec<_>>()),
    }
}

/// Reads one answer.
///
/// # Errors
/// When it does not fit the question.
pub fn answer(question: &Question, value: &str) -> Result<Answer, PatternError> {
    let value = value.trim();
    match question {
        Question::Choice { key, choices, .. } => {
            let choices: Vec<&str> = choices.iter().map(String::as_str).collect();
            choice(key, &choices, value).map(|text| Answer::Choice(text.to_owned()))
        }
        Question::Boolean { key, .. } => {
            choice(key, &["true", "false"], value).map(|text| Answer::Boolean(text == "true"))
        }
        Question::Name { key, .. } => Ok(Answer::Name(ItemName::parse_as(key, value)?)),
        Question::Integer { key, minimum, maximum, .. } => match value.parse() {
            Ok(number) if (*minimum..=*maximum).contains(&number) => Ok(Answer::Integer(number)),
            Ok(_) | Err(_) => Err(PatternError::NotInRange {
                key: key.clone(),
                given: value.to_owned(),
                minimum: *minimum,
                maximum: *maximum,
            }),
        },
        Question::Names { key, singular, minimum, maximum, .. } => {
            names(key, singular, *minimum, *maximum, value).map(Answer::Names)
        }
        Question::Text { key, pattern, accepts, .. } => text(key, pattern, accepts, value),
    }
}

fn choice<'a>(key: &str, choices: &[&'a str], value: &str) -> Result<&'a str, PatternError> {
    choices.iter().copied().find(|choice| *choice == value).ok_or_else(|| PatternError::NotAChoice {
        key: key.to_owned(),
        given: value.to_owned(),
        help: did_you_mean(value, choices),
    })
}

fn text(key: &str, pattern: &str, accepts: &str, value: &str) -> Result<Answer, PatternError> {
    // The manifest was checked, so that a pattern which is none cannot come here; it would accept nothing.
    let is_whole =
        regex_lite::Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(value));
    // Whatever a pattern allows, a line break or quote cannot be told from the template around it.
    let is_plain = !value.contains(|letter: char| letter.is_control() || letter == '"' || letter == '\\');
    if is_whole && is_plain {
        return Ok(Answer::Text(value.to_owned()));
    }
    let (key, given, accepts) = (key.to_owned(), value.to_owned(), accepts.to_owned());
    Err(PatternError::NotFitting { key, given, accepts })
}

fn names(
    key: &str,
    what: &str,
    minimum: usize,
    maximum: usize,
    value: &str,
) -> Result<Vec<ItemName>, PatternError> {
    let texts: Vec<&str> = value.split(',').map(str::trim).filter(|text| !text.is_empty()).collect();
    let count = texts.len();
    if !(minimum..=maximum).contains(&count) {
        return Err(PatternError::Count { key: key.to_owned(), count, minimum, maximum });
    }
    let mut names: Vec<ItemName> = Vec::new();
    for text in texts {
        let name = ItemName::parse_as(what, text)?;
        if let Some(other) = names.iter().find(|other| other.logical_id() == name.logical_id()) {
            return Err(PatternError::SameId {
                first: other.to_string(),
                second: name.to_string(),
                id: name.logical_id(),
            });
        }
        names.push(name);
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Answer, Answers, answer};
    use crate::pattern::{PatternError, Question, find};

    fn parse(given: &[&str]) -> Result<Answers, PatternError> {
        let manifest = find("fan-out").unwrap().manifest;
        Answers::parse(&manifest, &BTreeMap::new(), given.iter().copied())
    }

    fn names(answers: &Answers) -> Vec<&str> {
        answers.names("workers").iter().map(crate::pattern::ItemName::as_str).collect()
    }

    #[test]
    fn defaults_answer_everything() {
        let answers = parse(&[]).unwrap();
        assert_eq!(names(&answers), ["thumbnail", "transcode-1080p", "transcode-720p", "update-db"]);
        assert!(answers.get("bus") == Some(&Answer::Choice("sns".into())));
    }

    #[test]
    fn answers_win_and_keep_their_order() {
        let answers = parse(&["workers= zoom , cut-1,", "memory=512", "bus=eventbridge"]).unwrap();
        assert_eq!(names(&answers), ["zoom", "cut-1"]);
        assert!(answers.get("memory") == Some(&Answer::Integer(512)));
    }

    #[test]
    fn each_mistake_has_its_error() {
        let error = |given: &[&str]| parse(given).unwrap_err();
        assert!(matches!(error(&["workers"]), PatternError::NotAnAnswer { .. }));
        assert!(
            matches!(error(&["worker=a"]), PatternError::UnknownQuestion { help, .. } if help == "did you mean `workers`?")
        );
        assert!(
            matches!(error(&["bus=snS"]), PatternError::NotAChoice { help, .. } if help == "did you mean `sns`?")
        );
        assert!(matches!(error(&["bus=sns", "bus=sns"]), PatternError::Repeated { .. }));
        for memory in ["127", "10241", "-1", "", "1e3", "99999999999999999999999"] {
            assert!(
                matches!(error(&[&format!("memory={memory}")]), PatternError::NotInRange { .. }),
                "{memory}"
            );
        }
        assert!(matches!(error(&["workers="]), PatternError::Count { count: 0, .. }));
        let many: Vec<String> = (0..21).map(|number| format!("w{number}")).collect();
        assert!(matches!(
            error(&[&format!("workers={}", many.join(","))]),
            PatternError::Count { count: 21, .. }
        ));
        assert!(matches!(error(&["workers=a,../b"]), PatternError::Name(_)));
        assert!(matches!(error(&["workers=a,a"]), PatternError::SameId { .. }));
        assert!(matches!(error(&["workers=a-1,a1"]), PatternError::SameId { id, .. } if id == "A1"));
    }
    #[test]
    fn kept_answers_count_unless_a_question_is_answered_anew() {
        let manifest = find("fan-out").unwrap().manifest;
        let kept =
            BTreeMap::from([("bus".to_owned(), "eventbridge".to_owned()), ("memory".into(), "256".into())]);
        let answers = Answers::parse(&manifest, &kept, ["memory=512"]).unwrap();
        assert_eq!(answers.get("bus"), Some(&Answer::Choice("eventbridge".into())));
        assert_eq!(answers.get("memory"), Some(&Answer::Integer(512)));
        assert!(answers.is_explicit("memory") && !answers.is_explicit("bus"));
        let unknown = BTreeMap::from([("buss".to_owned(), "sns".to_owned())]);
        assert!(matches!(Answers::parse(&manifest, &unknown, []), Err(PatternError::UnknownQuestion { .. })));
    }

    fn question(toml: &str) -> Question {
        toml::from_str(&format!("key = \"k\"\nprompt = \"?\"\n{toml}")).unwrap()
    }

    #[test]
    fn a_boolean_is_true_or_false() {
        let question = question("kind = \"boolean\"\ndefault = true");
        assert_eq!(answer(&question, "false").unwrap(), Answer::Boolean(false));
        assert!(matches!(answer(&question, "yes"), Err(PatternError::NotAChoice { .. })));
    }

    #[test]
    fn a_text_fits_its_pattern_as_a_whole_and_cannot_leave_its_quotes() {
        let question =
            question("kind = \"text\"\ndefault = \"\"\npattern = '[a-z]+|.x.'\naccepts = \"letters\"");
        assert_eq!(answer(&question, "abc").unwrap(), Answer::Text("abc".into()));
        for refused in ["", "abc1", "1abc", "\"x\"", "\u{1}x\u{1}", "\\x\\"] {
            assert!(
                matches!(answer(&question, refused), Err(PatternError::NotFitting { .. })),
                "{refused:?}"
            );
        }
    }

    #[test]
    fn a_name_is_told_by_its_key_when_it_is_wrong() {
        let question = question("kind = \"name\"\ndefault = \"orders\"");
        assert!(matches!(answer(&question, "orders"), Ok(Answer::Name(_))));
        let error = answer(&question, "../x").unwrap_err().to_string();
        assert!(error.contains("name of a k"), "{error}");
    }
}
