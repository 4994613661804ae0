//! Where in a file something stands, in bytes and in the lines and columns people count.

use std::ops::Range;

use serde::Serialize;

/// A line and a column, both from 1; columns count Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

/// A stretch of one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file, as the report names it.
    pub file: String,
    /// First character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
    /// The same in bytes.
    pub bytes: (usize, usize),
}

impl Location {
    /// The byte range.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.bytes.0..self.bytes.1
    }
}

/// Turns byte offsets of one text into positions.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Finds the lines of a text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let after_newlines =
            text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(after_newlines).collect() }
    }

    /// Line and column of a byte; a byte beyond the end counts as the end.
    #[must_use]
    pub fn position(&self, byte: usize) -> Position {
        let byte = byte.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= byte);
        let start = line.checked_sub(1).and_then(|index| self.starts.get(index)).copied().unwrap_or(0);
        let before = self.text.as_bytes().get(start..byte).unwrap_or_default();
        // Continuation bytes are 10xxxxxx; every other byte begins a character.
        let characters = before.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        Position { line, column: characters + 1 }
    }

    /// The location of a byte range.
    #[must_use]
    pub fn location(&self, file: &str, range: &Range<usize>) -> Location {
        Location {
            file: file.to_owned(),
            start: self.position(range.start),
            end: self.position(range.end),
            bytes: (range.start, range.end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_from_one_and_in_characters() {
        let lines = Lines::new("a: é\nb: 1\n");
        for (byte, line, column) in
            [(0, 1, 1), (3, 1, 4), (5, 1, 5), (6, 2, 1), (10, 2, 5), (11, 3, 1), (99, 3, 1)]
        {
            assert_eq!(lines.position(byte), Position { line, column }, "byte {byte}");
        }
    }
}
