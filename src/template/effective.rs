//! A property of a SAM resource together with what `Globals` adds to it. It copies nothing: every value
//! is a node, so that its place in the file is known.

#[cfg(test)]
mod tests;

use super::node::NodeRef;

/// The effective value of a property: the resource's own over the one in `Globals`.
///
/// SAM merges mappings, appends lists to the global ones, and lets everything else override
/// (AWS SAM Developer Guide, "Globals section of the AWS SAM template"). Intrinsic functions count as
/// single values, as in SAM's own translator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effective<'d> {
    node: NodeRef<'d>,
    /// The global value below the own one; only where the two are merged.
    below: Option<NodeRef<'d>>,
    is_global: bool,
}

impl<'d> Effective<'d> {
    pub(super) fn merge(own: Option<NodeRef<'d>>, global: Option<NodeRef<'d>>) -> Option<Self> {
        match (own, global) {
            (None, None) => None,
            (None, Some(node)) => Some(Self { node, below: None, is_global: true }),
            (Some(node), global) => {
                let below = global.filter(|global| are_merged(node, *global));
                Some(Self { node, below, is_global: false })
            }
        }
    }

    /// The resource's own value, or the global one where it has none.
    #[must_use]
    pub const fn node(self) -> NodeRef<'d> {
        self.node
    }

    /// Whether the value comes from `Globals` alone.
    #[must_use]
    pub const fn is_global(self) -> bool {
        self.is_global
    }

    /// The nodes that make up the value: one, or the global and the own one.
    fn origins(self) -> Vec<NodeRef<'d>> {
        self.below.into_iter().chain([self.node]).collect()
    }

    /// The text of a scalar.
    #[must_use]
    pub fn as_str(self) -> Option<&'d str> {
        self.node.as_str()
    }

    /// The value under a key of a mapping.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Self> {
        let below = self.below.and_then(|global| global.get(key));
        // What lies inside a global value is global.
        let value = Self::merge(self.node.get(key), below)?;
        Some(Self { is_global: self.is_global || value.is_global, ..value })
    }

    /// The value at the end of a chain of keys.
    #[must_use]
    pub fn path(self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The keys and values of a mapping: the own ones in order, then those that are only global.
    #[must_use]
    pub fn entries(self) -> Vec<(&'d str, Self)> {
        let below = self.below.into_iter().flat_map(NodeRef::entries);
        let only_global = below.filter(|entry| self.node.get(entry.name()).is_none());
        let names = self.node.entries().chain(only_global).map(|entry| entry.name());
        names.filter_map(|name| Some((name, self.get(name)?))).collect()
    }

    /// The items of a sequence, the global ones first.
    #[must_use]
    pub fn items(self) -> Vec<NodeRef<'d>> {
        self.origins().into_iter().flat_map(NodeRef::items).collect()
    }
}

fn are_merged(own: NodeRef<'_>, global: NodeRef<'_>) -> bool {
    let is_plain_mapping = |node: NodeRef<'_>| node.is_mapping() && node.intrinsic().is_none();
    (own.is_sequence() && global.is_sequence()) || (is_plain_mapping(own) && is_plain_mapping(global))
}
