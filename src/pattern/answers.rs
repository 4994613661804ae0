//! What was chosen: `--set key=value` against the questions of a pattern.

use std::collections::BTreeMap;

use super::error::{PatternError, did_you_mean};
use super::manifest::{Manifest, Question};
use super::names::ItemName;

/// The answer to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// One of the choices.
    Choice(String),
    /// Names, in the order they were given.
    Names(Vec<ItemName>),
    /// A number in the range.
    Integer(u64),
}

/// An answer for every question of a pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers(BTreeMap<String, Answer>);

impl Answers {
    /// Reads `key=value` texts; questions without one get their default.
    ///
    /// # Errors
    /// When a key is unknown or repeated, or a value does not fit its question.
    pub fn parse<'a>(
        manifest: &Manifest,
        given: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, PatternError> {
        let mut answers = BTreeMap::new();
        for text in given {
            let (key, value) = text.split_once('=').ok_or_else(|| not_an_answer(manifest, text))?;
            let question = manifest
                .questions
                .iter()
                .find(|question| question.key() == key)
                .ok_or_else(|| unknown_question(manifest, key))?;
            if answers.insert(key.to_owned(), answer(question, value)?).is_some() {
                return Err(PatternError::Repeated { key: key.to_owned() });
            }
        }
        for question in &manifest.questions {
            if !answers.contains_key(question.key()) {
                answers.insert(question.key().to_owned(), answer(question, &question.default_text())?);
            }
        }
        Ok(Self(answers))
    }

    /// Every key and its answer, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Answer)> {
        self.0.iter().map(|(key, answer)| (key.as_str(), answer))
    }

    /// The answer to a question.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Answer> {
        self.0.get(key)
    }

    /// The names that answer a question.
    #[must_use]
    pub fn names(&self, key: &str) -> &[ItemName] {
        match self.get(key) {
            Some(Answer::Names(names)) => names,
            Some(Answer::Choice(_) | Answer::Integer(_)) | None => &[],
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

fn unknown_question(manifest: &Manifest, given: &str) -> PatternError {
    PatternError::UnknownQuestion {
        pattern: manifest.id.clone(),
        given: given.to_owned(),
        help: did_you_mean(given, &manifest.questions.iter().map(Question::key).collect::<Vec<_>>()),
    }
}

fn answer(question: &Question, value: &str) -> Result<Answer, PatternError> {
    let value = value.trim();
    match question {
        Question::Choice { key, choices, .. } => {
            if choices.iter().any(|choice| choice == value) {
                return Ok(Answer::Choice(value.to_owned()));
            }
            Err(PatternError::NotAChoice {
                key: key.clone(),
                given: value.to_owned(),
                help: did_you_mean(value, &choices.iter().map(String::as_str).collect::<Vec<_>>()),
            })
        }
        Question::Integer { key, minimum, maximum, .. } => match value.parse() {
            Ok(number) if (*minimum..=*maximum).contains(&number) => Ok(Answer::Integer(number)),
            Ok(_) | Err(_) => Err(PatternError::NotInRange {
                key: key.clone(),
                given: value.to_owned(),
                minimum: *minimum,
                maximum: *maximum,
            }),
        },
        Question::Names { key, minimum, maximum, .. } => {
            names(key, *minimum, *maximum, value).map(Answer::Names)
        }
    }
}

fn names(key: &str, minimum: usize, maximum: usize, value: &str) -> Result<Vec<ItemName>, PatternError> {
    let texts: Vec<&str> = value.split(',').map(str::trim).filter(|text| !text.is_empty()).collect();
    let count = texts.len();
    if !(minimum..=maximum).contains(&count) {
        return Err(PatternError::Count { key: key.to_owned(), count, minimum, maximum });
    }
    let mut names: Vec<ItemName> = Vec::new();
    for text in texts {
        let name = ItemName::parse(text)?;
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
    use super::{Answer, Answers};
    use crate::pattern::{PatternError, find};

    fn parse(given: &[&str]) -> Result<Answers, PatternError> {
        Answers::parse(&find("fan-out").unwrap().manifest, given.iter().copied())
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
}
