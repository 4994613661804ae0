//! Replaces values in a file's text and leaves every other byte as it is. It does not reformat.

#[cfg(test)]
mod tests;
mod write;

use super::node::NodeRef;
use super::position::Span;
use write::Place;

/// A replacement of some bytes of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes to replace.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
}

/// A value to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewValue<'a> {
    /// A text.
    Text(&'a str),
    /// A mapping of texts.
    Pairs(&'a [(&'a str, &'a str)]),
    /// JSON, which stands as it is wherever a value can stand, in YAML too.
    Raw(&'a str),
}

/// An edit that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum EditError {
    /// Two edits touch the same bytes.
    #[error("two edits touch the same text at byte {offset}")]
    #[diagnostic(help("replace the outer value or the inner one, not both"))]
    Overlap {
        /// Where the second one begins.
        offset: usize,
    },
    /// An edit lies outside of the text or inside a character.
    #[error("edit at byte {offset} does not fit the text")]
    #[diagnostic(help("make edits from the document whose text they are applied to"))]
    OutOfPlace {
        /// Where it begins.
        offset: usize,
    },
    /// A value that is not written at all has no place where it could be replaced.
    #[error("value at byte {offset} is not written out, so it cannot be replaced")]
    #[diagnostic(help("write a value there first, for example `\"\"`"))]
    NothingToReplace {
        /// Where it would be.
        offset: usize,
    },
}

impl Edit {
    /// Replaces a value by text, quoted as the place needs it. The text stays text: `true` gets quotes.
    ///
    /// # Errors
    ///
    /// When the value is null and not written out in a place where text could be put.
    pub fn scalar(node: NodeRef<'_>, text: &str) -> Result<Self, EditError> {
        Self::make(node, &Place::of(node).scalar(text))
    }

    /// Replaces a value by a mapping of texts on one line.
    ///
    /// # Errors
    ///
    /// When the value is null and not written out in a place where a mapping could be put.
    pub fn mapping(node: NodeRef<'_>, entries: &[(&str, &str)]) -> Result<Self, EditError> {
        Self::make(node, &Place::of(node).mapping(entries))
    }

    /// Replaces a value by JSON, which YAML takes as well.
    ///
    /// # Errors
    ///
    /// When the value is null and not written out in a place where a mapping could be put.
    pub fn flow(node: NodeRef<'_>, json: &str) -> Result<Self, EditError> {
        Self::make(node, json)
    }

    /// Puts an entry before the first one of a mapping; none where that would change another place too (the mapping
    /// is an alias) or where there is no first entry.
    #[must_use]
    pub fn first_entry(mapping: NodeRef<'_>, key: &str, value: NewValue<'_>) -> Option<Self> {
        if mapping.is_alias() {
            return None;
        }
        let first = mapping.first_key()?;
        let place = Place::beside(first);
        let value = match value {
            NewValue::Text(text) => place.scalar(text),
            NewValue::Pairs(pairs) => place.mapping(pairs),
            NewValue::Raw(json) => json.to_owned(),
        };
        let indent = " ".repeat(first.position().column.saturating_sub(1));
        let separator = if place.is_block() { format!("\n{indent}") } else { ", ".to_owned() };
        let span = Span::at(first.span().start);
        Some(Self { span, replacement: format!("{}: {value}{separator}", place.scalar(key)) })
    }

    fn make(node: NodeRef<'_>, value: &str) -> Result<Self, EditError> {
        let (span, text) = (node.span(), node.document().text());
        let before = text.get(..span.start).unwrap_or_default();
        if span.is_empty() && !before.trim_end_matches(' ').ends_with([':', '-']) {
            return Err(EditError::NothingToReplace { offset: span.start });
        }
        // A block list may stand as far left as its key; what replaces it must stand further right.
        let is_block_list = node.is_sequence() && !node.is_flow() && !node.is_alias();
        let space = if span.is_empty() || is_block_list { " " } else { "" };
        Ok(Self { span, replacement: format!("{space}{value}") })
    }
}

/// Makes all edits at once, in any order.
///
/// # Errors
///
/// When edits overlap or do not fit the text.
pub fn apply(source: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut ordered: Vec<&Edit> = edits.iter().collect();
    ordered.sort_by_key(|edit| edit.span);
    let mut result = String::with_capacity(source.len());
    let mut done = 0;
    for edit in ordered {
        let offset = edit.span.start;
        if offset < done {
            return Err(EditError::Overlap { offset });
        }
        let kept = source.get(done..offset).filter(|_| source.get(edit.span.range()).is_some());
        result.push_str(kept.ok_or(EditError::OutOfPlace { offset })?);
        result.push_str(&edit.replacement);
        done = edit.span.end;
    }
    result.push_str(source.get(done..).ok_or(EditError::OutOfPlace { offset: done })?);
    Ok(result)
}
