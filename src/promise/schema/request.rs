//! A request as a promise writes it, such as `POST /orders`.

use std::fmt;

use serde::Deserialize;

/// Methods that can be written.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// A method and what is behind the API's URL.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct RequestLine {
    /// The method.
    pub method: String,
    /// Path and query, with `${names}`.
    pub target: String,
}

/// A text that is no request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no request such as \"POST /orders\": a method, a blank and a path")]
pub struct NoRequest {
    text: String,
}

impl TryFrom<String> for RequestLine {
    type Error = NoRequest;

    fn try_from(text: String) -> Result<Self, NoRequest> {
        let parts = text.split_once(' ').filter(|(method, target)| {
            METHODS.contains(method) && target.starts_with('/') && !target.contains(char::is_whitespace)
        });
        match parts {
            Some((method, target)) => Ok(Self { method: method.to_owned(), target: target.to_owned() }),
            None => Err(NoRequest { text }),
        }
    }
}

impl fmt::Display for RequestLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.target)
    }
}
