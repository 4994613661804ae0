//! How text may look where it is going: color, character set and width as a plain value.
//!
//! Detecting a terminal is the caller's work; nothing here reads the environment.

use std::borrow::Cow;
use std::fmt;

/// What the place the text goes to can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// ANSI colors may be used.
    pub color: bool,
    /// Characters beyond ASCII may be used.
    pub unicode: bool,
    /// Columns available.
    pub width: usize,
}

/// How one piece of text stands out; it never carries meaning alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Good news.
    Green,
    /// Bad news.
    Red,
    /// A warning.
    Yellow,
    /// A name or a place.
    Cyan,
    /// Something of lesser weight.
    Dim,
    /// Something of greater weight.
    Bold,
}

impl Paint {
    /// The ANSI "select graphic rendition" sequence (ECMA-48, 8.3.117).
    const fn sequence(self) -> &'static str {
        match self {
            Self::Green => "\u{1b}[32m",
            Self::Red => "\u{1b}[31m",
            Self::Yellow => "\u{1b}[33m",
            Self::Cyan => "\u{1b}[36m",
            Self::Dim => "\u{1b}[2m",
            Self::Bold => "\u{1b}[1m",
        }
    }
}

/// Text with its paint; padding such as `{:<20}` counts the visible characters only.
#[derive(Clone, Copy, Debug)]
pub struct Painted<'a> {
    text: &'a str,
    paint: Option<Paint>,
}

impl fmt::Display for Painted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(paint) = self.paint else { return f.pad(self.text) };
        f.write_str(paint.sequence())?;
        f.pad(self.text)?;
        f.write_str("\u{1b}[0m")
    }
}

impl Style {
    /// ASCII, no color: the most careful style.
    #[must_use]
    pub const fn plain(width: usize) -> Self {
        Self { color: false, unicode: false, width }
    }

    /// The text in the given paint, if color may be used.
    #[must_use]
    pub fn paint<'a>(&self, paint: Paint, text: &'a str) -> Painted<'a> {
        Painted { text, paint: self.color.then_some(paint) }
    }

    /// Good news.
    #[must_use]
    pub fn green<'a>(&self, text: &'a str) -> Painted<'a> {
        self.paint(Paint::Green, text)
    }

    /// Bad news.
    #[must_use]
    pub fn red<'a>(&self, text: &'a str) -> Painted<'a> {
        self.paint(Paint::Red, text)
    }

    /// A warning.
    #[must_use]
    pub fn yellow<'a>(&self, text: &'a str) -> Painted<'a> {
        self.paint(Paint::Yellow, text)
    }

    /// A name or a place.
    #[must_use]
    pub fn cyan<'a>(&self, text: &'a str) -> Painted<'a> {
        self.paint(Paint::Cyan, text)
    }

    /// Something of lesser weight.
    #[must_use]
    pub fn dim<'a>(&self, text: &'a str) -> Painted<'a> {
        self.paint(Paint::Dim, text)
    }

    /// Something of greater weight.
    #[must_use]
    pub fn bold<'a>(&self, text: &'a str) -> Painted<'a> {
        self.paint(Paint::Bold, text)
    }

    /// The mark before something that holds.
    #[must_use]
    pub fn passed(&self) -> Painted<'static> {
        self.green(self.symbol("✓", "ok"))
    }

    /// The mark before something that does not hold.
    #[must_use]
    pub fn failed(&self) -> Painted<'static> {
        self.red(self.symbol("✗", "FAIL"))
    }

    /// The mark before something that was not decided.
    #[must_use]
    pub fn skipped(&self) -> Painted<'static> {
        self.dim(self.symbol("–", "skip"))
    }

    /// The first text where characters beyond ASCII may be used, else the second.
    #[must_use]
    pub const fn symbol<'a>(&self, unicode: &'a str, ascii: &'a str) -> &'a str {
        if self.unicode { unicode } else { ascii }
    }

    /// The text cut to at most `columns` characters, the cut shown.
    #[must_use]
    pub fn cut<'a>(&self, text: &'a str, columns: usize) -> Cow<'a, str> {
        if text.chars().count() <= columns {
            return Cow::Borrowed(text);
        }
        let mark = self.symbol("…", "..");
        let kept = columns.saturating_sub(mark.chars().count());
        let cut: String = text.chars().take(kept).chain(mark.chars()).take(columns).collect();
        Cow::Owned(cut)
    }
}

/// The text on one line and without control characters, so that foreign text cannot steer a terminal.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => safe.push(' '),
            control if control.is_control() => safe.extend(control.escape_default()),
            other => safe.push(other),
        }
    }
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RICH: Style = Style { color: true, unicode: true, width: 80 };

    #[test]
    fn paint_is_a_switch_and_never_counts_as_width() {
        assert_eq!(format!("{:<4}|", RICH.green("ok")), "\u{1b}[32mok  \u{1b}[0m|");
        assert_eq!(format!("{:<4}|", Style::plain(80).green("ok")), "ok  |");
    }

    #[test]
    fn ascii_style_stays_ascii() {
        let plain = Style::plain(80);
        for mark in [plain.passed(), plain.failed(), plain.skipped()] {
            assert!(mark.to_string().is_ascii());
        }
        assert!(plain.cut("a long sentence", 6).is_ascii());
    }

    #[test]
    fn a_cut_never_exceeds_its_columns() {
        assert_eq!(RICH.cut("Thumbnail", 20), "Thumbnail");
        assert_eq!(RICH.cut("Thumbnail", 5), "Thum…");
        assert_eq!(Style::plain(80).cut("Thumbnail", 5), "Thu..");
        for columns in 0..12 {
            assert!(RICH.cut("Thumbnail", columns).chars().count() <= columns);
            assert!(Style::plain(80).cut("Thumbnail", columns).chars().count() <= columns);
        }
    }

    #[test]
    fn foreign_text_cannot_steer_the_terminal() {
        assert_eq!(printable("two\nlines"), "two lines");
        assert_eq!(printable("\u{1b}[2Jgone"), "\\u{1b}[2Jgone");
        assert!(matches!(printable("plain"), Cow::Borrowed("plain")));
    }
}
