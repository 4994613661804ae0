//! Reads a YAML or JSON file into a [`Document`]. It must not panic, recurse or hang, whatever the bytes.
//!
//! # Why libyaml-safer
//!
//! CloudFormation and the SAM CLI accept what libyaml accepts. Measured once, optimised, over the 1,467
//! templates and policies (3.4 MB) with which cfn-lint-serverless, cfn_nag, cfripper, checkov,
//! guard-registry, iam-vulnerable, parliament, the SAM translator, serverless-patterns and trivy test
//! themselves, and those of pathfinding.cloud:
//!
//! | reader | accepted | events | panics in 4.0 million mutations |
//! |---|---|---|---|
//! | libyaml-safer 0.3.0 | 1,465 bare, 1,467 as used here | 43 MB/s | 2,375 bare, of three kinds |
//! | saphyr-parser 0.3.4 | 1,462; refuses five that deploy | 34 MB/s | 0 |
//!
//! Those files are not in this repository, so no test repeats the table. An earlier comparison, over 4,904
//! templates, looked at bare readers only and not at this one; it came to the same choice.
//!
//! Two kinds of panic are gone once the text ends with a line feed; the third (`[!Tag, x]`) is caught in
//! [`guard`]. A file full of `%TAG` lines takes quadratic time, hence [`MAX_DIRECTIVES`]. JSON has a
//! reader of its own. What tests do show: `tests/it/hostile.rs` that hostile files up to [`MAX_BYTES`] and
//! mutated templates end soon, with a value or an error (measured: 4 MiB in at most 0.3 s optimised, 3 s
//! not, and 155 MB), and `parse/tests.rs` that random bytes do.

mod builder;
mod error;
mod guard;
mod json;
#[cfg(test)]
mod tests;
mod yaml;

pub use error::{ParseError, Reason};

use super::document::{Document, Format};
use super::position::{LineIndex, Span};
use builder::Refusal;

/// The largest file that is read: four times what CloudFormation takes as a template.
pub const MAX_BYTES: usize = 4 << 20;
/// The deepest nesting that is read.
pub const MAX_DEPTH: usize = 128;
/// The most values that are read from one file.
pub const MAX_NODES: usize = 500_000;
/// The most lines that may begin with `%`.
pub const MAX_DIRECTIVES: usize = 1_000;

/// Reads a file as JSON or YAML, by its content.
///
/// # Errors
///
/// When the file is neither, or is larger than the limits allow; the error says where and what to do.
pub fn parse(bytes: &[u8]) -> Result<Document, ParseError> {
    let text = decode(bytes)?;
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let base = text.len() - body.len();
    match read(body, base) {
        Ok((arena, format)) => Ok(Document::new(text.to_owned(), arena, format)),
        Err((reason, span)) => Err(refuse(text, reason, span)),
    }
}

fn read(body: &str, base: usize) -> Result<(super::arena::Arena, Format), Refusal> {
    if !body.trim_start().starts_with(['{', '[']) {
        return yaml::read(body, base).map(|arena| (arena, Format::Yaml));
    }
    let json = match json::read(body, base) {
        Ok(arena) => return Ok((arena, Format::Json)),
        Err(refusal) => refusal,
    };
    if matches!(json.0, Reason::TooDeep | Reason::TooManyNodes) {
        return Err(json);
    }
    // Perhaps a YAML flow collection. If it is neither, the reader that came further explains better.
    match yaml::read(body, base) {
        Ok(arena) => Ok((arena, Format::Yaml)),
        Err(yaml) if yaml.1.start > json.1.start => Err(yaml),
        Err(_) => Err(json),
    }
}

fn decode(bytes: &[u8]) -> Result<&str, ParseError> {
    if bytes.len() > MAX_BYTES {
        return Err(refuse("", Reason::TooLarge { bytes: bytes.len() }, Span::at(0)));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(refuse("", Reason::Utf16, Span::new(0, 2)));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let before = std::str::from_utf8(valid).unwrap_or_default();
        refuse(before, Reason::NotUtf8, Span::new(before.len(), before.len() + 1))
    })
}

fn refuse(text: &str, reason: Reason, span: Span) -> ParseError {
    ParseError::new(reason, span, LineIndex::new(text).position(text, span.start))
}

/// Whether the bytes mention what only a template or an IAM policy would: a file that cannot be read but
/// wants to be one of them must be reported, while any other file is none of our business.
#[must_use]
pub fn mentions_template(bytes: &[u8]) -> bool {
    // Zero bytes are dropped so that UTF-16 is seen through too.
    let text: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    let has = |word: &str| text.windows(word.len()).any(|window| window == word.as_bytes());
    has("AWSTemplateFormatVersion")
        || has("AWS::")
        || (has("Statement") && has("Effect") && has("Action"))
        || text.split(|byte| matches!(byte, b'\n' | b'\r')).any(begins_resources)
}

/// Whether a line begins the section that every template has, in YAML at its left edge. A JSON template is
/// told by its resources' types, and by this key on a line of its own.
fn begins_resources(line: &[u8]) -> bool {
    // What a byte order mark leaves of itself before the first line.
    let start = line.iter().position(u8::is_ascii).unwrap_or(line.len());
    let line = line.get(start..).unwrap_or_default();
    line.starts_with(b"Resources:") || line.trim_ascii_start().starts_with(b"\"Resources\":")
}
