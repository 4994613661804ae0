//! What the value of a node will be, as far as the template tells. It never guesses: what depends on the
//! account, on unset parameters or on other stacks stays a reference or unknown.
//!
//! Evaluation calls itself for arguments within arguments, down to `MAX_LEVELS` and no further, so
//! the stack it needs does not grow with the input.

mod evaluation;
mod substitution;
#[cfg(test)]
mod tests;
mod text;

pub use text::{Part, Reference, Target, Text};

use super::document::Document;
use super::node::NodeRef;
use evaluation::Evaluation;

/// The possible values of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    alternatives: Vec<Text>,
    may_be_absent: bool,
}

impl Resolved {
    /// The possible values: more than one after `Fn::If` or a map looked up with an unknown key,
    /// none where the value is `AWS::NoValue`.
    #[must_use]
    pub fn alternatives(&self) -> &[Text] {
        &self.alternatives
    }

    /// Whether `AWS::NoValue` may take the value away.
    #[must_use]
    pub const fn may_be_absent(&self) -> bool {
        self.may_be_absent
    }

    /// The only possible value.
    #[must_use]
    pub fn text(&self) -> Option<&Text> {
        match self.alternatives.as_slice() {
            [only] if !self.may_be_absent => Some(only),
            _ => None,
        }
    }

    /// The only possible value, if all of it is known.
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        self.text().and_then(Text::literal)
    }

    /// The only possible value, if it is exactly one reference.
    #[must_use]
    pub fn reference(&self) -> Option<&Reference> {
        self.text().and_then(Text::sole_reference)
    }

    /// Every reference in every alternative.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.alternatives.iter().flat_map(Text::references)
    }
}

impl Document {
    /// The possible values of a scalar or an intrinsic function. Parameters have their defaults.
    #[must_use]
    pub fn resolve(&self, node: NodeRef<'_>) -> Resolved {
        Evaluation::new(self).value(node)
    }

    /// The possible values of every item of a list. A single value counts as a list of one, the
    /// branches of an `Fn::If` count together, and a list that cannot be known is one unknown item.
    #[must_use]
    pub fn resolve_list(&self, node: NodeRef<'_>) -> Vec<Resolved> {
        Evaluation::new(self).possible_items(node)
    }
}
