//! Reads JSON into the builder, as RFC 8259 defines it. It decides nothing about templates.
//!
//! YAML readers take most JSON, but not surrogate pairs or keys of more than 1,024 characters.

use crate::template::arena::{Arena, ScalarStyle, Shape};
use crate::template::position::Span;

use super::builder::{Builder, Properties, Refusal};
use super::error::Reason;

/// Reads one JSON value; `base` is where `text` begins in the file, after a byte order mark.
pub(super) fn read(text: &str, base: usize) -> Result<Arena, Refusal> {
    let mut reader = Reader { text, base, at: 0, builder: Builder::default(), open: Vec::new() };
    let mut expected = Expected::Value;
    loop {
        reader.skip_blanks();
        expected = match expected {
            Expected::Value => reader.value()?,
            Expected::FirstItem if reader.peek() == Some(']') => reader.close()?,
            Expected::FirstItem => reader.value()?,
            Expected::FirstKey if reader.peek() == Some('}') => reader.close()?,
            Expected::FirstKey | Expected::Key => reader.key()?,
            Expected::Separator => match reader.open.last().copied() {
                None => break,
                Some(inside) => reader.separator(inside)?,
            },
        };
    }
    match reader.peek() {
        None => Ok(reader.builder.finish()),
        Some(_) => Err(reader.problem("text after the end of the JSON value")),
    }
}

#[derive(Clone, Copy)]
enum Expected {
    Value,
    FirstItem,
    FirstKey,
    Key,
    Separator,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Array,
    Object,
}

struct Reader<'t> {
    text: &'t str,
    base: usize,
    at: usize,
    builder: Builder,
    open: Vec<Inside>,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<Expected, Refusal> {
        match self.peek() {
            Some('{') => self.open(Inside::Object, Shape::Mapping { flow: true, merges: false }),
            Some('[') => self.open(Inside::Array, Shape::Sequence { flow: true }),
            Some('"') => self.string(),
            Some(_) => self.word(),
            None => Err(self.problem("end of file where a value belongs")),
        }
    }

    fn open(&mut self, inside: Inside, shape: Shape) -> Result<Expected, Refusal> {
        let start = self.base + self.at;
        self.builder.open(shape, Span::new(start, start + 1), Properties::default())?;
        self.open.push(inside);
        self.at += 1;
        Ok(match inside {
            Inside::Array => Expected::FirstItem,
            Inside::Object => Expected::FirstKey,
        })
    }

    fn close(&mut self) -> Result<Expected, Refusal> {
        let start = self.base + self.at;
        self.at += 1;
        self.open.pop();
        self.builder.close(Span::new(start, start + 1));
        Ok(Expected::Separator)
    }

    fn key(&mut self) -> Result<Expected, Refusal> {
        if self.peek() != Some('"') {
            return Err(self.problem("a key in double quotes belongs here"));
        }
        self.string()?;
        self.skip_blanks();
        if self.peek() != Some(':') {
            return Err(self.problem("`:` belongs after a key"));
        }
        self.at += 1;
        Ok(Expected::Value)
    }

    fn separator(&mut self, inside: Inside) -> Result<Expected, Refusal> {
        match (self.peek(), inside) {
            (Some(']'), Inside::Array) | (Some('}'), Inside::Object) => self.close(),
            (Some(','), Inside::Array) => {
                self.at += 1;
                Ok(Expected::Value)
            }
            (Some(','), Inside::Object) => {
                self.at += 1;
                Ok(Expected::Key)
            }
            (_, Inside::Array) => Err(self.problem("`,` or `]` belongs here")),
            (_, Inside::Object) => Err(self.problem("`,` or `}` belongs here")),
        }
    }

    /// A string: found by its closing quote, read by `serde_json`.
    fn string(&mut self) -> Result<Expected, Refusal> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(length) = quoted_length(rest) else {
            return Err(self.problem("string without a closing quote"));
        };
        let quoted = rest.get(..length).unwrap_or_default();
        let Ok(text) = serde_json::from_str::<String>(quoted) else {
            return Err(self.problem("string with a raw control character or a wrong escape"));
        };
        self.scalar(text, ScalarStyle::DoubleQuoted, length)
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> Result<Expected, Refusal> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}' | ':' | '"' | '[' | '{');
        let length = rest.find(ends).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        let is_value = matches!(word, "true" | "false" | "null") || is_number(word);
        if !is_value {
            return Err(self.problem("a JSON value belongs here"));
        }
        self.scalar(word.to_owned(), ScalarStyle::Plain, length)
    }

    fn scalar(&mut self, text: String, style: ScalarStyle, length: usize) -> Result<Expected, Refusal> {
        let start = self.base + self.at;
        let shape = Shape::Scalar { text: text.into(), style, is_text: false };
        self.builder.scalar(shape, Span::new(start, start + length), Properties::default())?;
        self.at += length;
        Ok(Expected::Separator)
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn skip_blanks(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn problem(&self, what: &str) -> Refusal {
        (Reason::Syntax(what.to_owned()), Span::at(self.base + self.at))
    }
}

/// The bytes from the opening quote to the closing one, both included.
fn quoted_length(rest: &str) -> Option<usize> {
    let mut escaped = false;
    let closing = rest.bytes().enumerate().skip(1).find(|(_, byte)| {
        let closes = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    });
    closing.map(|(at, _)| at + 1)
}

/// Whether the word is a JSON number; size does not matter, since numbers are kept as they are written.
fn is_number(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}
