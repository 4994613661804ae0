//! Light facts from handler code: which web frameworks it imports and which routes it names.
//!
//! Reads one file at a time and follows nothing. What it cannot see it does not report, so a rule must
//! never take the absence of a fact for proof.

mod framework;
mod lexer;
mod scan;

pub use framework::{Framework, Kind};
pub use scan::{Facts, Import, Route, scan};

use serde::Serialize;

/// A language whose imports can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// `.py`.
    Python,
    /// `.js`, `.mjs`, `.cjs`, `.jsx`, `.ts`, `.mts`, `.cts`, `.tsx`.
    JavaScript,
}

impl Language {
    /// File extensions in the order Lambda and bundlers look for them.
    #[must_use]
    pub const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Python => &["py"],
            Self::JavaScript => &["js", "mjs", "cjs", "ts", "mts", "cts", "tsx", "jsx"],
        }
    }

    /// The language of a Lambda runtime identifier, if it is one we read.
    #[must_use]
    pub fn of_runtime(runtime: &str) -> Option<Self> {
        if runtime.starts_with("python") {
            Some(Self::Python)
        } else if runtime.starts_with("nodejs") {
            Some(Self::JavaScript)
        } else {
            None
        }
    }

    /// The language of a file by its name.
    #[must_use]
    pub fn of_file(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        [Self::Python, Self::JavaScript]
            .into_iter()
            .find(|language| language.extensions().contains(&extension))
    }
}
