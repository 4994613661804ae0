//! A parsed file: its text, its nodes, and the sections of a template in it. It resolves nothing.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use super::arena::{Arena, NodeId, Shape};
use super::node::NodeRef;
use super::position::{LineIndex, Position};
use super::resource::{Parameter, Resource};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML, also a YAML flow collection that is no valid JSON.
    Yaml,
    /// JSON.
    Json,
}

/// A YAML or JSON file, read.
pub struct Document {
    text: String,
    arena: Arena,
    format: Format,
    lines: LineIndex,
    /// The keys of long mappings in alphabetical order, so that a lookup in them is not a walk.
    sorted: HashMap<NodeId, Vec<(NodeId, NodeId)>>,
}

impl std::fmt::Debug for Document {
    /// Shows how much there is, never what it says: a template may hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({:?}, {} nodes)", self.format, self.arena.nodes.len())
    }
}

/// From this many keys on, a mapping gets an index.
const LONG_MAPPING: usize = 16;

impl Document {
    pub(super) fn new(text: String, arena: Arena, format: Format) -> Self {
        let lines = LineIndex::new(&text);
        let mut document = Self { text, arena, format, lines, sorted: HashMap::new() };
        document.index();
        document
    }

    /// The text of the file, byte for byte.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the file is YAML or JSON.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The outermost value; null in an empty file.
    #[must_use]
    pub const fn root(&self) -> NodeRef<'_> {
        NodeRef::new(self, NodeId(0))
    }

    /// The line and column of a byte.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        self.lines.position(&self.text, offset)
    }

    /// A top-level section such as `Conditions`, `Outputs`, `Metadata` or `Mappings`.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<NodeRef<'_>> {
        self.root().get(name)
    }

    /// What `Globals` says for one kind of SAM resource, such as `Function`.
    #[must_use]
    pub fn globals(&self, section: &str) -> Option<NodeRef<'_>> {
        self.section("Globals")?.get(section)
    }

    /// The resources, in the order of the text.
    pub fn resources(&self) -> impl Iterator<Item = Resource<'_>> {
        self.section("Resources")
            .into_iter()
            .flat_map(NodeRef::entries)
            .filter_map(|entry| Resource::new(entry.key, entry.value))
    }

    /// The resources of one type, such as `AWS::SQS::Queue`.
    pub fn resources_of_type(&self, resource_type: &str) -> impl Iterator<Item = Resource<'_>> {
        self.resources().filter(move |resource| resource.resource_type() == resource_type)
    }

    /// The resource with this logical id.
    #[must_use]
    pub fn resource(&self, id: &str) -> Option<Resource<'_>> {
        let entry = self.section("Resources")?.entry(id)?;
        Resource::new(entry.key, entry.value)
    }

    /// The parameters, in the order of the text.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter<'_>> {
        self.section("Parameters")
            .into_iter()
            .flat_map(NodeRef::entries)
            .filter_map(|entry| Parameter::new(entry.key, entry.value))
    }

    /// The parameter of this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<Parameter<'_>> {
        let entry = self.section("Parameters")?.entry(name)?;
        Parameter::new(entry.key, entry.value)
    }

    pub(super) const fn arena(&self) -> &Arena {
        &self.arena
    }

    /// The last pair of a mapping that has this key, among the mapping's own: of duplicate keys the last one
    /// counts, as in the readers of the AWS CLI and SAM.
    pub(super) fn own_pair(&self, mapping: NodeId, key: &str) -> Option<(NodeId, NodeId)> {
        if let Some(sorted) = self.sorted.get(&mapping) {
            let after = sorted.partition_point(|(id, _)| self.arena.text(*id) <= Some(key));
            let pair = *sorted.get(after.checked_sub(1)?)?;
            return (self.arena.text(pair.0) == Some(key)).then_some(pair);
        }
        self.arena.pairs(mapping).filter(|(id, _)| self.arena.text(*id) == Some(key)).last()
    }

    /// Finds merge keys and long mappings, in one walk.
    fn index(&mut self) {
        let mut merging = Vec::new();
        for number in 0..u32::try_from(self.arena.nodes.len()).unwrap_or(u32::MAX) {
            let id = NodeId(number);
            if !matches!(self.arena.get(id).shape, Shape::Mapping { .. }) {
                continue;
            }
            let pairs: Vec<_> = self.arena.pairs(id).collect();
            if pairs.iter().any(|(key, _)| self.arena.text(*key) == Some(MERGE_KEY)) {
                merging.push(id);
            }
            if pairs.len() >= LONG_MAPPING {
                let mut pairs = pairs;
                // A stable sort: of equal keys the last in the text stays the last.
                pairs.sort_by_key(|(key, _)| self.arena.text(*key));
                self.sorted.insert(id, pairs);
            }
        }
        for id in merging {
            if let Some(node) = self.arena.nodes.get_mut(id.0 as usize)
                && let Shape::Mapping { merges, .. } = &mut node.shape
            {
                *merges = true;
            }
        }
    }
}

/// The key that YAML 1.1 merges other mappings with.
pub(super) const MERGE_KEY: &str = "<<";
