//! Requests and answers over HTTP as values: made from a promise, counted by what they were; sent elsewhere.

use std::collections::BTreeMap;

use super::schema::request::RequestLine;
use super::values::{Encoding, Values, fill};

/// A request to an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Method, in capital letters.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// Names and values of headers.
    pub headers: Vec<(String, String)>,
    /// Content, if there is any.
    pub body: Option<String>,
}

impl Request {
    /// What a promise asks for, with its values.
    #[must_use]
    pub fn of(base: &str, line: &RequestLine, body: Option<&str>, values: &Values) -> Self {
        let content_type = body.map(|_| ("content-type".to_owned(), "application/json".to_owned()));
        Self {
            method: line.method.clone(),
            url: format!("{base}{}", fill(&line.target, values, Encoding::Url)),
            headers: content_type.into_iter().collect(),
            body: body.map(|body| fill(body, values, Encoding::Json)),
        }
    }

    /// The same with another header, in place of one of the same name.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: String) -> Self {
        let name = name.to_ascii_lowercase();
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value));
        self
    }
}

/// What an application answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Names, in small letters, and values of headers.
    pub headers: Vec<(String, String)>,
    /// Content.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's value; several of one name are one, separated by commas.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let name = name.to_ascii_lowercase();
        let values: Vec<&str> = self
            .headers
            .iter()
            .filter(|(other, _)| *other == name)
            .map(|(_, value)| value.as_str())
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
}

/// How often each status was answered; `None` is a request that got no answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers(BTreeMap<Option<u16>, usize>);

impl Answers {
    /// Counts one more.
    pub fn count(&mut self, status: Option<u16>) {
        *self.0.entry(status).or_default() += 1;
    }

    /// How many there were of those that are wanted.
    #[must_use]
    pub fn matching(&self, is_wanted: impl Fn(u16) -> bool) -> usize {
        self.0.iter().filter(|(status, _)| status.is_some_and(&is_wanted)).map(|(_, count)| count).sum()
    }

    /// All requests.
    #[must_use]
    pub fn total(&self) -> usize {
        self.0.values().sum()
    }

    /// Status and count; first those without an answer.
    pub fn iter(&self) -> impl Iterator<Item = (Option<u16>, usize)> {
        self.0.iter().map(|(status, count)| (*status, *count))
    }
}

impl FromIterator<Option<u16>> for Answers {
    fn from_iter<I: IntoIterator<Item = Option<u16>>>(statuses: I) -> Self {
        let mut answers = Self::default();
        for status in statuses {
            answers.count(status);
        }
        answers
    }
}

/// Whether a status says that all went well.
#[must_use]
pub const fn is_success(status: u16) -> bool {
    matches!(status, 200..=299)
}
