//! Splits Python and JavaScript into words, strings and marks; a scan, not a parser.
//!
//! Comments disappear, strings become one token, so that `import flask` inside a docstring is no import.
//! Never fails: on text it does not understand it returns fewer or odd tokens.

use std::ops::Range;

/// Which language's comments and strings apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// `#` comments, strings in one or three quotes.
    Python,
    /// `//` and `/* */` comments, template strings. TypeScript too.
    JavaScript,
}

/// One token and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) span: Range<usize>,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// An identifier, keyword or number.
    Word(&'a str),
    /// A string literal without its quotes.
    Text(&'a str),
    /// Any other character.
    Mark(char),
    /// The end of a line.
    Newline,
}

/// The tokens of a text.
pub(super) fn tokens(text: &str, language: Language) -> Vec<Token<'_>> {
    let mut lexer = Lexer { text, at: 0, language };
    std::iter::from_fn(|| lexer.next_token()).collect()
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    language: Language,
}

impl<'a> Lexer<'a> {
    fn next_token(&mut self) -> Option<Token<'a>> {
        loop {
            let first = self.rest().chars().next()?;
            let start = self.at;
            if let Some(length) = self.comment() {
                self.at += length;
            } else if first == '\n' {
                self.at += 1;
                return Some(self.token(Kind::Newline, start));
            } else if first.is_whitespace() {
                self.at += first.len_utf8();
            } else if let Some((quotes, spans_lines)) = self.quotes() {
                return Some(self.string(quotes, spans_lines));
            } else if is_word(first) {
                let length = self.rest().find(|c| !is_word(c)).unwrap_or(self.rest().len());
                self.at += length;
                let word = self.text.get(start..self.at).unwrap_or_default();
                return Some(self.token(Kind::Word(word), start));
            } else {
                self.at += first.len_utf8();
                return Some(self.token(Kind::Mark(first), start));
            }
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn token(&self, kind: Kind<'a>, start: usize) -> Token<'a> {
        Token { kind, span: start..self.at }
    }

    /// Length of the comment that begins here.
    fn comment(&self) -> Option<usize> {
        let rest = self.rest();
        let to_line_end = || rest.find('\n').unwrap_or(rest.len());
        match self.language {
            Language::Python => rest.starts_with('#').then(to_line_end),
            Language::JavaScript if rest.starts_with("//") => Some(to_line_end()),
            Language::JavaScript if rest.starts_with("/*") => {
                Some(rest.find("*/").map_or(rest.len(), |end| end + 2))
            }
            Language::JavaScript => None,
        }
    }

    /// The quotes of the string that begins here, and whether it may go over lines.
    fn quotes(&self) -> Option<(&'static str, bool)> {
        let rest = self.rest();
        let kinds: &[(&'static str, bool)] = match self.language {
            Language::Python => &[("\"\"\"", true), ("'''", true), ("\"", false), ("'", false)],
            Language::JavaScript => &[("`", true), ("\"", false), ("'", false)],
        };
        kinds.iter().copied().find(|(quotes, _)| rest.starts_with(quotes))
    }

    /// Reads a string. One that may not go over lines ends with its line at the latest, so that an
    /// apostrophe in a regular expression spoils one line and not the file.
    fn string(&mut self, quotes: &str, spans_lines: bool) -> Token<'a> {
        let start = self.at;
        self.at += quotes.len();
        let content_start = self.at;
        let mut escaped = false;
        while let Some(c) = self.rest().chars().next() {
            if !escaped && self.rest().starts_with(quotes) {
                let content = self.text.get(content_start..self.at).unwrap_or_default();
                self.at += quotes.len();
                return self.token(Kind::Text(content), start);
            }
            if c == '\n' && !spans_lines && !escaped {
                break;
            }
            escaped = c == '\\' && !escaped;
            self.at += c.len_utf8();
        }
        let content = self.text.get(content_start..self.at).unwrap_or_default();
        self.token(Kind::Text(content), start)
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}
