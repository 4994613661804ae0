//! Evaluates intrinsic functions within a budget. It reads nodes and makes texts.

use std::collections::HashSet;

use crate::names::LogicalId;
use crate::template::document::Document;
use crate::template::intrinsic::{Function, Intrinsic};
use crate::template::node::NodeRef;
use crate::template::resource::Parameter;

use super::Resolved;
use super::substitution::{Piece, dynamic_references, pieces};
use super::text::{Part, Reference, Target, Text};

/// Arguments within arguments beyond this are unknown.
const MAX_LEVELS: u32 = 32;
/// More possible values than this are unknown.
const MAX_ALTERNATIVES: usize = 16;
/// Nodes that one resolution may look at.
const MAX_STEPS: u32 = 4_000;
/// A longer value is unknown.
const MAX_SIZE: usize = 64 << 10;

/// One resolution and what is left of its budget.
pub(super) struct Evaluation<'d> {
    document: &'d Document,
    steps: u32,
    level: u32,
}

impl<'d> Evaluation<'d> {
    pub(super) const fn new(document: &'d Document) -> Self {
        Self { document, steps: 0, level: 0 }
    }

    /// The possible values of a node.
    pub(super) fn value(&mut self, node: NodeRef<'d>) -> Resolved {
        self.steps += 1;
        if self.level >= MAX_LEVELS || self.steps >= MAX_STEPS {
            return unknown("too much to resolve");
        }
        self.level += 1;
        let resolved = match (node.as_str(), node.intrinsic()) {
            (Some(text), _) => one(literal(text)),
            (None, Some(intrinsic)) => self.function(intrinsic),
            (None, None) => unknown("a value that is no text"),
        };
        self.level -= 1;
        resolved
    }

    fn function(&mut self, intrinsic: Intrinsic<'d>) -> Resolved {
        let argument = intrinsic.argument;
        let resolved = match intrinsic.function {
            Function::Ref => argument.as_str().map(|name| self.reference(name)),
            Function::Sub => self.substitute(argument),
            Function::GetAtt => self.attribute(argument),
            Function::Join => self.join(argument),
            Function::Select => self.select(argument),
            Function::FindInMap => self.find_in_map(argument),
            Function::If => self.either(argument),
            Function::ImportValue
            | Function::Base64
            | Function::Split
            | Function::Condition
            | Function::Other => None,
        };
        resolved.unwrap_or_else(|| unknown(intrinsic.name))
    }

    /// What `Ref` of a name gives.
    fn reference(&self, name: &str) -> Resolved {
        if name == "AWS::NoValue" {
            return Resolved { alternatives: Vec::new(), may_be_absent: true };
        }
        if name.starts_with("AWS::") {
            return refers(Target::Pseudo(name.to_owned()), None);
        }
        if let Some(parameter) = self.document.parameter(name) {
            return match parameter.default_text() {
                Some(default) => one(literal(default)),
                None => refers(Target::Parameter(name.to_owned()), None),
            };
        }
        if self.document.resource(name).is_some() {
            return refers(Target::Resource(LogicalId::new(name)), None);
        }
        // SAM lets `Ref` name what it generates for a resource: `MyFunction.Alias`.
        match name.split_once('.') {
            Some((id, attribute)) => self.attribute_of(id, attribute),
            None => unknown(name),
        }
    }

    fn attribute_of(&self, id: &str, attribute: &str) -> Resolved {
        match self.document.resource(id) {
            Some(resource) => refers(Target::Resource(resource.logical_id()), Some(attribute.to_owned())),
            None => unknown(format!("{id}.{attribute}")),
        }
    }

    /// `Fn::GetAtt`, as `Id.Attribute` or as a list.
    fn attribute(&mut self, argument: NodeRef<'d>) -> Option<Resolved> {
        if let Some(text) = argument.as_str() {
            let (id, attribute) = text.split_once('.')?;
            return Some(self.attribute_of(id, attribute));
        }
        let mut items = argument.items();
        let (id, attribute) = (items.next()?.as_str()?, items.next()?);
        let attribute = self.value(attribute);
        Some(self.attribute_of(id, attribute.known()?))
    }

    fn substitute(&mut self, argument: NodeRef<'d>) -> Option<Resolved> {
        let mut items = argument.items_or_self();
        let template = items.next()?.as_str()?;
        let variables = items.next();
        let mut result = one(Text::default());
        for piece in pieces(template) {
            let next = match piece {
                Piece::Text(text) => one(literal(text)),
                Piece::Escaped(name) => one(Text::literal_of(&format!("${{{name}}}"))),
                Piece::Variable(name) => match variables.and_then(|map| map.get(name)) {
                    Some(node) => self.value(node),
                    None => self.reference(name),
                },
            };
            result = self.product(result, &next)?;
        }
        Some(result)
    }

    fn join(&mut self, argument: NodeRef<'d>) -> Option<Resolved> {
        let mut items = argument.items();
        let (delimiter, list) = (items.next()?.text()?, items.next()?);
        let mut result = one(Text::default());
        // An item that is `AWS::NoValue` is not in the list at all.
        let items = self.list(list)?.into_iter().filter(|item| !item.alternatives.is_empty());
        for (number, item) in items.enumerate() {
            if number > 0 {
                result = self.product(result, &one(Text::literal_of(delimiter)))?;
            }
            result = self.product(result, &item)?;
        }
        Some(result)
    }

    fn select(&mut self, argument: NodeRef<'d>) -> Option<Resolved> {
        let mut items = argument.items();
        let (index, list) = (items.next()?, items.next()?);
        let index = self.value(index).known()?.parse::<usize>().ok()?;
        self.list(list)?.into_iter().nth(index)
    }

    /// A key that is unknown stands for every key of the map.
    fn find_in_map(&mut self, argument: NodeRef<'d>) -> Option<Resolved> {
        let keys: Vec<NodeRef<'d>> = argument.items().take(3).collect();
        let [map, first, second] = keys.as_slice() else { return None };
        let map = self.value(*map);
        let maps = self.document.section("Mappings")?.get(map.known()?)?;
        let mut alternatives = Vec::new();
        for inner in self.candidates(maps, *first) {
            for value in self.candidates(inner, *second) {
                alternatives.extend(self.value(value).alternatives);
            }
        }
        if alternatives.is_empty() { None } else { several(alternatives, false) }
    }

    fn candidates(&mut self, map: NodeRef<'d>, key: NodeRef<'d>) -> Vec<NodeRef<'d>> {
        match self.value(key).known() {
            Some(known) => map.get(known).into_iter().collect(),
            None => map.entries().map(|entry| entry.value).take(MAX_ALTERNATIVES + 1).collect(),
        }
    }

    /// `Fn::If`: conditions are not evaluated, both branches are possible.
    fn either(&mut self, argument: NodeRef<'d>) -> Option<Resolved> {
        let branches: Vec<NodeRef<'d>> = argument.items().collect();
        let [_, yes, no] = branches.as_slice() else { return None };
        let (yes, no) = (self.value(*yes), self.value(*no));
        let may_be_absent = yes.may_be_absent || no.may_be_absent;
        several(yes.alternatives.into_iter().chain(no.alternatives), may_be_absent)
    }

    /// The items of a list, or nothing where their number is not known.
    fn list(&mut self, node: NodeRef<'d>) -> Option<Vec<Resolved>> {
        if node.is_sequence() {
            return Some(node.items().take(MAX_STEPS as usize).map(|item| self.value(item)).collect());
        }
        let intrinsic = node.intrinsic()?;
        match intrinsic.function {
            Function::Ref => self.default_list(self.document.parameter(intrinsic.argument.as_str()?)?),
            Function::Split => {
                let mut items = intrinsic.argument.items();
                let (delimiter, whole) = (items.next()?.text()?, items.next()?);
                let whole = self.value(whole);
                Some(whole.known()?.split(delimiter).map(|item| one(literal(item))).collect())
            }
            Function::Sub
            | Function::GetAtt
            | Function::Join
            | Function::Select
            | Function::FindInMap
            | Function::If
            | Function::ImportValue
            | Function::Base64
            | Function::Condition
            | Function::Other => None,
        }
    }

    fn default_list(&self, parameter: Parameter<'d>) -> Option<Vec<Resolved>> {
        let default = parameter.default_text().filter(|_| parameter.is_list())?;
        Some(default.split(',').map(|item| one(literal(item.trim()))).collect())
    }

    /// Every item that a list may have, whichever branch is taken.
    pub(super) fn possible_items(&mut self, node: NodeRef<'d>) -> Vec<Resolved> {
        let mut items = Vec::new();
        let mut waiting = vec![node];
        while let Some(node) = waiting.pop() {
            self.steps += 1;
            if self.steps >= MAX_STEPS {
                items.push(unknown("too much to resolve"));
                break;
            }
            if node.is_sequence() {
                let start = waiting.len();
                waiting.extend(node.items());
                if let Some(added) = waiting.get_mut(start..) {
                    added.reverse();
                }
                continue;
            }
            let branches = node.intrinsic().filter(|intrinsic| intrinsic.function == Function::If);
            match branches {
                Some(intrinsic) => waiting.extend(intrinsic.argument.items().skip(1).take(2)),
                None => match self.list(node) {
                    Some(list) => items.extend(list),
                    None => items.push(self.value(node)),
                },
            }
        }
        items.retain(|item| !item.alternatives.is_empty());
        items
    }

    /// Every value of the left with every value of the right after it; nothing if that is too much, or
    /// if one of them may be missing.
    fn product(&mut self, left: Resolved, right: &Resolved) -> Option<Resolved> {
        self.steps += 1;
        let is_absent = |side: &Resolved| side.may_be_absent || side.alternatives.is_empty();
        if self.steps >= MAX_STEPS || is_absent(&left) || is_absent(right) {
            return None;
        }
        let (last, others) = right.alternatives.split_last()?;
        let mut texts = Vec::with_capacity(left.alternatives.len() * right.alternatives.len());
        for start in left.alternatives {
            texts.extend(others.iter().map(|end| start.clone().followed_by(end)));
            texts.push(start.followed_by(last));
        }
        if texts.iter().any(|text| text.size() > MAX_SIZE) {
            return None;
        }
        several(texts, false)
    }
}

fn one(text: Text) -> Resolved {
    Resolved { alternatives: vec![text], may_be_absent: false }
}

fn unknown(name: impl Into<String>) -> Resolved {
    one(Text::unknown(name))
}

fn refers(target: Target, attribute: Option<String>) -> Resolved {
    one(Text::of(Part::Reference(Reference { target, attribute })))
}

/// The different values among these; nothing if there are too many.
fn several(texts: impl IntoIterator<Item = Text>, may_be_absent: bool) -> Option<Resolved> {
    let mut alternatives: Vec<Text> = texts.into_iter().collect();
    if alternatives.len() > 1 {
        let mut seen = HashSet::new();
        alternatives.retain(|text| seen.insert(text.clone()));
    }
    (alternatives.len() <= MAX_ALTERNATIVES).then_some(Resolved { alternatives, may_be_absent })
}

/// Text as it stands, with `{{resolve:…}}` left to AWS.
fn literal(text: &str) -> Text {
    let mut result = Text::default();
    for piece in dynamic_references(text) {
        result.push(match piece {
            Ok(text) => Part::Literal(text.to_owned()),
            Err(reference) => Part::Unknown(reference.to_owned()),
        });
    }
    result
}
