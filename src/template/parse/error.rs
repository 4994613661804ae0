//! Why a file could not be read, where, and what to do about it.

use crate::template::position::{Position, Span};

use super::{MAX_BYTES, MAX_DEPTH, MAX_DIRECTIVES, MAX_NODES};

/// A file that cannot be read as YAML or JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct ParseError {
    reason: Reason,
    span: Span,
    position: Position,
}

impl ParseError {
    pub(super) fn new(reason: Reason, span: Span, position: Position) -> Self {
        Self { reason, span, position }
    }

    /// What is wrong.
    #[must_use]
    pub const fn reason(&self) -> &Reason {
        &self.reason
    }

    /// The bytes it is about; in a file that is not UTF-8, bytes of the file.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// The line and column it is about.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }
}

impl miette::Diagnostic for ParseError {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.reason.help()
    }
}

/// What makes a file unreadable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum Reason {
    /// The file is over the size limit.
    #[error("file has {bytes} bytes, more than the {MAX_BYTES} that are read")]
    #[diagnostic(help("CloudFormation takes templates of up to 1 MB; split it into nested stacks"))]
    TooLarge {
        /// The size of the file.
        bytes: usize,
    },
    /// Collections are nested too deeply.
    #[error("nested more than {MAX_DEPTH} levels deep")]
    #[diagnostic(help(
        "no template needs this; look for an unclosed bracket or indentation that keeps growing"
    ))]
    TooDeep,
    /// There are too many values.
    #[error("more than {MAX_NODES} values")]
    #[diagnostic(help("CloudFormation takes 500 resources per template; split it into nested stacks"))]
    TooManyNodes,
    /// There are too many `%` directives.
    #[error("more than {MAX_DIRECTIVES} lines that begin with `%`")]
    #[diagnostic(help("templates need no YAML directives; remove these lines"))]
    TooManyDirectives,
    /// The bytes are not UTF-8.
    #[error("not valid UTF-8")]
    #[diagnostic(help("save the file as UTF-8"))]
    NotUtf8,
    /// The file is UTF-16.
    #[error("file is UTF-16")]
    #[diagnostic(help("save the file as UTF-8; CloudFormation and SAM read nothing else"))]
    Utf16,
    /// The YAML or JSON is wrong.
    #[error("{0}")]
    #[diagnostic(help(
        "the file is neither valid YAML nor valid JSON from this place on; check quotes, brackets and indentation around it"
    ))]
    Syntax(String),
    /// A tag is not followed by a space.
    #[error("tag `{0}` is not followed by a space")]
    #[diagnostic(help("put the tag's value after it, separated by a space: `!Ref Name`"))]
    TagWithoutValue(String),
    /// The YAML reader gave up for a reason of its own.
    #[error("the YAML reader cannot go on after this place")]
    #[diagnostic(help("simplify the value that follows: quote it, or write it on a line of its own"))]
    ReaderFailed,
    /// An alias names an anchor that does not exist.
    #[error("alias `*{0}` has no anchor `&{0}` before it")]
    #[diagnostic(help(
        "define the anchor first, or quote the value if the asterisk is meant literally: \"*{0}\""
    ))]
    UndefinedAlias(String),
    /// An alias stands inside the value it names.
    #[error("alias `*{0}` is part of its own anchor")]
    #[diagnostic(help("a value cannot contain itself"))]
    RecursiveAlias(String),
    /// More than one document is in the file.
    #[error("a second YAML document begins here")]
    #[diagnostic(help("a template is one document; remove the `---` or split the file"))]
    SeveralDocuments,
}
