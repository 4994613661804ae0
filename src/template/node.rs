//! A node of a document as its users see it: aliases followed, merge keys applied, short tags written out.

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use super::arena::{Children, NodeId, ScalarStyle, Shape};
use super::document::{Document, MERGE_KEY};
use super::position::{Position, Span};

/// The most mappings that merge keys may bring into one lookup.
const MAX_MERGED: usize = 64;

/// A value of a document; a copy is free.
#[derive(Clone, Copy)]
pub struct NodeRef<'d> {
    document: &'d Document,
    id: NodeId,
}

/// The three kinds of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, a number, a boolean or null.
    Scalar,
    /// A list.
    Sequence,
    /// Keys with values; also every intrinsic function.
    Mapping,
}

/// A key of a mapping with its value.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'d> {
    /// The key.
    pub key: NodeRef<'d>,
    /// The value.
    pub value: NodeRef<'d>,
}

impl<'d> Entry<'d> {
    /// The key's text; empty where the key is a collection.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.key.text().unwrap_or_default()
    }
}

impl std::fmt::Debug for NodeRef<'_> {
    /// Shows where the node is, never what it holds: values may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let span = self.span();
        write!(f, "NodeRef({:?} at {}..{})", self.kind(), span.start, span.end)
    }
}

impl PartialEq for NodeRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.id == other.id
    }
}

impl Eq for NodeRef<'_> {}

impl<'d> NodeRef<'d> {
    pub(super) const fn new(document: &'d Document, id: NodeId) -> Self {
        Self { document, id }
    }

    /// The document it belongs to.
    #[must_use]
    pub const fn document(self) -> &'d Document {
        self.document
    }

    /// The node's place in the document's list; an alias has its own.
    #[must_use]
    pub const fn id(self) -> NodeId {
        self.id
    }

    /// The bytes it is written in: of a short tag with its value, of an alias the mention.
    #[must_use]
    pub fn span(self) -> Span {
        self.document.arena().get(self.id).span
    }

    /// The line and column where it begins.
    #[must_use]
    pub fn position(self) -> Position {
        self.document.position(self.span().start)
    }

    /// Which of the three kinds it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self.shape() {
            Shape::Sequence { .. } => Kind::Sequence,
            Shape::Mapping { .. } => Kind::Mapping,
            Shape::Scalar { .. } | Shape::Alias(_) => Kind::Scalar,
        }
    }

    /// Whether it is a mapping.
    #[must_use]
    pub fn is_mapping(self) -> bool {
        self.kind() == Kind::Mapping
    }

    /// Whether it is a sequence.
    #[must_use]
    pub fn is_sequence(self) -> bool {
        self.kind() == Kind::Sequence
    }

    /// Whether it is a scalar.
    #[must_use]
    pub fn is_scalar(self) -> bool {
        self.kind() == Kind::Scalar
    }

    /// Whether it is null: nothing at all, `~` or `null` without quotes.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.plain().is_some_and(|text| matches!(text, "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Whether it is a collection in brackets.
    #[must_use]
    pub fn is_flow(self) -> bool {
        self.shape().is_flow()
    }

    /// How the scalar is written.
    #[must_use]
    pub fn style(self) -> Option<ScalarStyle> {
        match self.shape() {
            Shape::Scalar { style, .. } => Some(*style),
            Shape::Sequence { .. } | Shape::Mapping { .. } | Shape::Alias(_) => None,
        }
    }

    /// The text of a scalar that is not null, as it is written: `512` and `"512"` alike, because
    /// CloudFormation turns one into the other.
    #[must_use]
    pub fn as_str(self) -> Option<&'d str> {
        if self.is_null() { None } else { self.text() }
    }

    /// The boolean, also in quotes, as CloudFormation takes it; YAML 1.1's `yes` and `on` only without.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match (self.text()?, self.plain().is_some()) {
            ("true" | "True" | "TRUE", _) | ("yes" | "Yes" | "YES" | "on" | "On" | "ON", true) => Some(true),
            ("false" | "False" | "FALSE", _) | ("no" | "No" | "NO" | "off" | "Off" | "OFF", true) => {
                Some(false)
            }
            _ => None,
        }
    }

    /// The value under a key of a mapping; of duplicates the last.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Self> {
        self.entry(key).map(|entry| entry.value)
    }

    /// The key with its value; own keys come before merged ones.
    #[must_use]
    pub fn entry(self, key: &str) -> Option<Entry<'d>> {
        self.own_entry(key).or_else(|| self.merged().into_iter().find_map(|mapping| mapping.own_entry(key)))
    }

    /// The value at the end of a chain of keys.
    #[must_use]
    pub fn path(self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The keys and values of a mapping in the order of the text, merged ones last; nothing for others.
    pub fn entries(self) -> impl Iterator<Item = Entry<'d>> {
        let own = self.own_entries().filter(|entry| entry.name() != MERGE_KEY);
        own.chain(self.inherited())
    }

    /// The items of a sequence; nothing for others.
    pub fn items(self) -> impl Iterator<Item = Self> {
        let children = self.is_sequence().then(|| self.children());
        children.into_iter().flatten().map(move |id| self.at(id))
    }

    /// The items of a sequence, or the value itself: IAM takes `Action: x` for `Action: [x]`.
    pub fn items_or_self(self) -> impl Iterator<Item = Self> {
        std::iter::once(self).filter(|node| !node.is_sequence()).chain(self.items())
    }

    /// The node and everything in it, in the order of the text. Aliases are listed, not entered.
    pub fn descendants(self) -> impl Iterator<Item = Self> {
        let end = self.document.arena().get(self.id).end;
        (self.id.0..end.0).map(move |number| self.at(NodeId(number)))
    }

    /// Whether it mentions an anchored value.
    pub(super) fn is_alias(self) -> bool {
        matches!(self.document.arena().get(self.id).shape, Shape::Alias(_))
    }

    /// The text of any scalar, null too.
    pub(super) fn text(self) -> Option<&'d str> {
        self.document.arena().text(self.id)
    }

    /// The text of a scalar that may be more than text, because nothing says it is.
    fn plain(self) -> Option<&'d str> {
        match self.shape() {
            Shape::Scalar { text, style: ScalarStyle::Plain, is_text: false } => Some(text),
            Shape::Scalar { .. } | Shape::Sequence { .. } | Shape::Mapping { .. } | Shape::Alias(_) => None,
        }
    }

    fn shape(self) -> &'d Shape {
        let arena = self.document.arena();
        &arena.get(arena.target(self.id)).shape
    }

    fn at(self, id: NodeId) -> Self {
        Self::new(self.document, id)
    }

    fn children(self) -> Children<'d> {
        let arena = self.document.arena();
        arena.children(arena.target(self.id))
    }

    fn own_entry(self, key: &str) -> Option<Entry<'d>> {
        if !self.is_mapping() {
            return None;
        }
        let (key, value) = self.document.own_pair(self.document.arena().target(self.id), key)?;
        Some(Entry { key: self.at(key), value: self.at(value) })
    }

    /// The first key that is written in a mapping, merge keys included.
    pub(super) fn first_key(self) -> Option<Self> {
        self.own_entries().next().map(|entry| entry.key)
    }

    fn own_entries(self) -> impl Iterator<Item = Entry<'d>> {
        let mut children = self.is_mapping().then(|| self.children()).into_iter().flatten();
        std::iter::from_fn(move || {
            let (key, value) = (children.next()?, children.next()?);
            Some(Entry { key: self.at(key), value: self.at(value) })
        })
    }

    /// The mappings that merge keys bring in, nearest first. What lies beyond the limit is not merged.
    fn merged(self) -> Vec<Self> {
        let mut found = Vec::new();
        let mut waiting: Vec<Self> = Some(self).filter(|node| node.merges()).into_iter().collect();
        while let Some(mapping) = waiting.pop().filter(|_| found.len() < MAX_MERGED) {
            let sources =
                mapping.own_entry(MERGE_KEY).into_iter().flat_map(|entry| entry.value.items_or_self());
            let sources: Vec<Self> = sources.filter(|node| node.is_mapping()).take(MAX_MERGED).collect();
            found.extend(&sources);
            waiting.extend(sources.into_iter().rev().filter(|node| node.merges()));
        }
        found
    }

    fn merges(self) -> bool {
        matches!(self.shape(), Shape::Mapping { merges: true, .. })
    }

    fn inherited(self) -> Vec<Entry<'d>> {
        let sources = self.merged();
        if sources.is_empty() {
            return Vec::new();
        }
        let mut seen: HashSet<&str> = self.own_entries().map(|entry| entry.name()).collect();
        let entries = sources.into_iter().flat_map(Self::own_entries);
        entries.filter(|entry| seen.insert(entry.name())).collect()
    }
}
