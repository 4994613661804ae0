//! Reads values out of a file's nodes within a budget: conditions unrolled, references left open.

use std::cell::Cell;

use super::range;
use crate::{
    iam::policy::{HOLE, Text},
    template::{self, Document, Function, NodeRef, Part, Target},
};

/// Values that may be read out of one file. A template of 1 MB, the most that CloudFormation takes, needs
/// a tenth of it, unless its aliases multiply what it holds.
const BUDGET: usize = 250_000;

/// A document and what may still be read out of it.
#[derive(Debug)]
pub(super) struct Reader<'d> {
    pub(super) document: &'d Document,
    budget: Cell<usize>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        Self { document, budget: Cell::new(BUDGET) }
    }

    /// False if something had to be left out.
    pub(super) fn is_complete(&self) -> bool {
        self.budget.get() > 0
    }

    fn spend(&self) -> bool {
        self.afford(1)
    }

    /// Takes so many values out of the budget; false if it is used up.
    pub(super) fn afford(&self, values: usize) -> bool {
        self.budget.set(self.budget.get().saturating_sub(values));
        self.is_complete()
    }

    /// Lists and both branches of every `Fn::If`, flattened in the order of the file.
    pub(super) fn unrolled(&self, node: NodeRef<'d>) -> Vec<NodeRef<'d>> {
        let mut leaves = Vec::new();
        let mut pending = vec![node];
        while let Some(node) = pending.pop() {
            if !self.spend() {
                break;
            }
            let intrinsic = node.intrinsic();
            if let Some(branches) = intrinsic.filter(|intrinsic| intrinsic.function == Function::If) {
                let branches: Vec<_> = branches.argument.items().skip(1).collect();
                pending.extend(branches.into_iter().rev());
            } else if node.is_sequence() {
                let items: Vec<_> = node.items().collect();
                pending.extend(items.into_iter().rev());
            } else {
                leaves.push(node);
            }
        }
        leaves
    }

    /// The texts of a node (a scalar, a list, an intrinsic), each with the place it is written at.
    pub(super) fn texts(&self, node: NodeRef<'d>) -> Vec<Text> {
        let mut texts = Vec::new();
        for leaf in self.unrolled(node) {
            for resolved in self.document.resolve_list(leaf) {
                let values = resolved.alternatives().iter().take_while(|_| self.spend()).map(with_holes);
                texts.extend(values.map(|value| Text { value, span: range(leaf.span()) }));
            }
        }
        texts
    }

    /// The first of the texts.
    pub(super) fn text(&self, node: NodeRef<'d>) -> Option<Text> {
        self.texts(node).into_iter().next()
    }

    /// Logical ids of the resources that a value refers to, wherever they stand in it.
    pub(super) fn resources_in(&self, node: NodeRef<'d>) -> Vec<String> {
        let resolved = self.document.resolve_list(node);
        let texts = resolved.iter().flat_map(|resolved| resolved.alternatives());
        texts
            .take_while(|_| self.spend())
            .flat_map(template::Text::references)
            .filter_map(|reference| match &reference.target {
                Target::Resource(id) => Some(id.to_string()),
                Target::Parameter(_) | Target::Pseudo(_) => None,
            })
            .collect()
    }
}

/// A resolved text with a hole for every part that is not literal.
fn with_holes(text: &template::Text) -> String {
    let mut value = String::new();
    for part in text.parts() {
        match part {
            Part::Literal(literal) => value.push_str(literal),
            Part::Reference(_) | Part::Unknown(_) => value.push(HOLE),
        }
    }
    value
}
