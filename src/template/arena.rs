//! The nodes of a parsed file in one flat list. It stores and walks; it does not know what a template is.
//!
//! Nodes lie in the order of the text: a collection is followed by its descendants, so every walk is a
//! loop over a range and no depth of nesting can use up the stack.

use super::position::Span;

/// The place of a node in its document's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    pub(super) fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes: may be a number, a boolean or null.
    Plain,
    /// In single quotes.
    SingleQuoted,
    /// In double quotes, also every JSON string.
    DoubleQuoted,
    /// A block scalar, literal (`|`) or folded (`>`).
    Block,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `is_text` holds for a value that `!!str` or `!` makes a string however it is written.
    Scalar {
        text: Box<str>,
        style: ScalarStyle,
        is_text: bool,
    },
    Sequence {
        flow: bool,
    },
    /// A short tag is kept as the mapping it stands for: `!Ref X` as `{Ref: X}`.
    Mapping {
        flow: bool,
        merges: bool,
    },
    /// A mention of an anchored node: a reference, never a copy.
    Alias(NodeId),
}

impl Shape {
    /// Whether this is a collection in brackets.
    pub(super) const fn is_flow(&self) -> bool {
        matches!(self, Self::Sequence { flow: true } | Self::Mapping { flow: true, .. })
    }
}

/// One node: what it is, where it stands, and the id after its last descendant.
#[derive(Clone, Debug)]
pub(super) struct NodeData {
    pub(super) shape: Shape,
    pub(super) span: Span,
    pub(super) end: NodeId,
}

/// All nodes of a document; the first one is the root.
#[derive(Debug)]
pub(super) struct Arena {
    pub(super) nodes: Vec<NodeData>,
}

impl Arena {
    /// The node's data; ids come from this arena's own builder, so the empty node is never seen.
    pub(super) fn get(&self, id: NodeId) -> &NodeData {
        static NOTHING: std::sync::LazyLock<NodeData> = std::sync::LazyLock::new(|| NodeData {
            shape: Shape::Sequence { flow: true },
            span: Span::at(0),
            end: NodeId(0),
        });
        self.nodes.get(id.0 as usize).unwrap_or(&NOTHING)
    }

    /// The node itself, or what it is an alias of. Aliases never point at aliases.
    pub(super) fn target(&self, id: NodeId) -> NodeId {
        match self.get(id).shape {
            Shape::Alias(target) => target,
            Shape::Scalar { .. } | Shape::Sequence { .. } | Shape::Mapping { .. } => id,
        }
    }

    /// The direct children; of a mapping: key, value, key, value.
    pub(super) fn children(&self, id: NodeId) -> Children<'_> {
        Children { arena: self, next: id.next(), end: self.get(id).end }
    }

    /// The keys of a mapping with their values.
    pub(super) fn pairs(&self, id: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> {
        let mut children = self.children(id);
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// A scalar's text, also through an alias.
    pub(super) fn text(&self, id: NodeId) -> Option<&str> {
        match &self.get(self.target(id)).shape {
            Shape::Scalar { text, .. } => Some(text),
            Shape::Sequence { .. } | Shape::Mapping { .. } | Shape::Alias(_) => None,
        }
    }
}

/// The direct children of a node, in order.
#[derive(Clone, Debug)]
pub(super) struct Children<'d> {
    arena: &'d Arena,
    next: NodeId,
    end: NodeId,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.next >= self.end {
            return None;
        }
        let child = self.next;
        self.next = self.arena.get(child).end;
        Some(child)
    }
}
