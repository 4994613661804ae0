//! Puts the events of a reader into the arena, within the budget. It knows no syntax.

use std::collections::HashMap;

use crate::template::arena::{Arena, NodeData, NodeId, ScalarStyle, Shape};
use crate::template::position::Span;

use super::error::Reason;
use super::{MAX_DEPTH, MAX_NODES};

/// A reason and the bytes it is about.
pub(super) type Refusal = (Reason, Span);

/// What is written before a value: an anchor, and a short tag such as `!Sub`.
#[derive(Debug, Default)]
pub(super) struct Properties {
    pub(super) anchor: Option<String>,
    pub(super) tag: Option<ShortTag>,
}

/// A short tag with its place; it becomes the single key of a mapping around the value.
#[derive(Debug)]
pub(super) struct ShortTag {
    pub(super) key: Box<str>,
    pub(super) span: Span,
}

/// Builds an arena from events in the order of the text.
#[derive(Debug, Default)]
pub(super) struct Builder {
    nodes: Vec<NodeData>,
    open: Vec<Open>,
    anchors: HashMap<String, NodeId>,
    /// The byte after the last value so far.
    last: usize,
}

#[derive(Debug)]
struct Open {
    id: NodeId,
    wrapper: Option<NodeId>,
}

impl Builder {
    /// A scalar value.
    pub(super) fn scalar(&mut self, shape: Shape, span: Span, properties: Properties) -> Result<(), Refusal> {
        let wrapper = self.begin(properties, span)?;
        let id = self.push(shape, span)?;
        self.last = self.last.max(span.end);
        self.end(Open { id, wrapper });
        Ok(())
    }

    /// The start of a sequence or a mapping.
    pub(super) fn open(&mut self, shape: Shape, span: Span, properties: Properties) -> Result<(), Refusal> {
        if self.open.len() >= MAX_DEPTH {
            return Err((Reason::TooDeep, span));
        }
        let wrapper = self.begin(properties, span)?;
        let id = self.push(shape, span)?;
        self.open.push(Open { id, wrapper });
        Ok(())
    }

    /// The end of the innermost collection. `bracket` is where the text of that event lies: the closing
    /// bracket of a flow collection, and nothing of interest after a block collection, which ends where
    /// its last value does and not at the next token.
    pub(super) fn close(&mut self, bracket: Span) {
        let Some(open) = self.open.pop() else { return };
        let is_flow = self.nodes.get(open.id.0 as usize).is_some_and(|node| node.shape.is_flow());
        if is_flow && !bracket.is_empty() {
            self.last = self.last.max(bracket.end);
        }
        if let Some(node) = self.nodes.get_mut(open.id.0 as usize) {
            node.span.end = node.span.end.max(self.last);
        }
        self.end(open);
    }

    /// A mention of an anchored value.
    pub(super) fn alias(&mut self, name: String, span: Span) -> Result<(), Refusal> {
        let Some(target) = self.anchors.get(&name).copied() else {
            return Err((Reason::UndefinedAlias(name), span));
        };
        if self.open.iter().any(|open| open.id == target || open.wrapper == Some(target)) {
            return Err((Reason::RecursiveAlias(name), span));
        }
        let id = self.push(Shape::Alias(target), span)?;
        self.last = self.last.max(span.end);
        self.end(Open { id, wrapper: None });
        Ok(())
    }

    /// The finished arena; a file without a value holds a null.
    pub(super) fn finish(mut self) -> Arena {
        if self.nodes.is_empty() {
            let null = Shape::Scalar { text: "".into(), style: ScalarStyle::Plain, is_text: false };
            self.nodes.push(NodeData { shape: null, span: Span::at(0), end: NodeId(1) });
        }
        Arena { nodes: self.nodes }
    }

    /// Writes the mapping that a short tag stands for, and notes the anchor.
    fn begin(&mut self, properties: Properties, span: Span) -> Result<Option<NodeId>, Refusal> {
        let wrapper = match properties.tag {
            None => None,
            Some(tag) => {
                let shape = Shape::Mapping { flow: false, merges: false };
                let wrapper = self.push(shape, tag.span)?;
                let key = Shape::Scalar { text: tag.key, style: ScalarStyle::Plain, is_text: true };
                let key = self.push(key, tag.span)?;
                self.end(Open { id: key, wrapper: None });
                Some(wrapper)
            }
        };
        if let Some(anchor) = properties.anchor {
            let id = match wrapper {
                Some(wrapper) => wrapper,
                None => self.next_id(span)?,
            };
            self.anchors.insert(anchor, id);
        }
        Ok(wrapper)
    }

    fn push(&mut self, shape: Shape, span: Span) -> Result<NodeId, Refusal> {
        let id = self.next_id(span)?;
        self.nodes.push(NodeData { shape, span, end: id.next() });
        Ok(id)
    }

    fn next_id(&self, span: Span) -> Result<NodeId, Refusal> {
        match u32::try_from(self.nodes.len()) {
            Ok(id) if self.nodes.len() < MAX_NODES => Ok(NodeId(id)),
            Ok(_) | Err(_) => Err((Reason::TooManyNodes, span)),
        }
    }

    /// Everything pushed since the node began is its descendant. A short tag ends with its value.
    fn end(&mut self, open: Open) {
        let end = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        let last = self.nodes.get(open.id.0 as usize).map_or(0, |node| node.span.end);
        for id in [Some(open.id), open.wrapper].into_iter().flatten() {
            if let Some(node) = self.nodes.get_mut(id.0 as usize) {
                node.end = end;
                node.span.end = node.span.end.max(last);
            }
        }
    }
}
