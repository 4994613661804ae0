//! Compares two templates, section by section and value by value.

use std::collections::{BTreeMap, HashMap};

use super::shown::shown;
use crate::template::{Document, Kind, NodeRef};

/// One thing of a section that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its section, such as `Resources`.
    pub section: String,
    /// Its name there; empty for sections that are one value, such as `Description`.
    pub name: String,
    /// The type of a resource or parameter.
    pub kind: Option<String>,
    /// How it differs.
    pub how: How,
}

/// How something differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// These values of it differ.
    Changed(Vec<Field>),
}

/// A value that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Where it is, such as `Environment.Variables.LEVEL` or `Policies[0]`.
    pub path: String,
    /// What is deployed.
    pub before: Option<String>,
    /// What is to be.
    pub after: Option<String>,
}

/// Compares.
pub(super) fn compare(deployed: &Document, wanted: &Document) -> Vec<Item> {
    let mut items = Vec::new();
    let (old, new) = (deployed.root(), wanted.root());
    for entry in new.entries() {
        sections(entry.name(), old.get(entry.name()), Some(entry.value), &mut items);
    }
    for entry in old.entries().filter(|entry| new.get(entry.name()).is_none()) {
        sections(entry.name(), Some(entry.value), None, &mut items);
    }
    items
}

/// Sections that hold things with names.
const NAMED: [&str; 6] = ["Parameters", "Mappings", "Conditions", "Resources", "Outputs", "Globals"];

fn sections(section: &str, old: Option<NodeRef<'_>>, new: Option<NodeRef<'_>>, items: &mut Vec<Item>) {
    let is_mapping = |node: Option<NodeRef<'_>>| node.is_none_or(NodeRef::is_mapping);
    if !NAMED.contains(&section) || !is_mapping(old) || !is_mapping(new) {
        items.extend(item(section, "", old, new));
        return;
    }
    let names = |node: Option<NodeRef<'_>>| -> Vec<String> {
        node.into_iter().flat_map(NodeRef::entries).map(|entry| entry.name().to_owned()).collect()
    };
    let of = |node: Option<NodeRef<'_>>, name: &str| -> Option<()> { node?.get(name).map(drop) };
    for name in names(new) {
        let (before, after) = (old.and_then(|old| old.get(&name)), new.and_then(|new| new.get(&name)));
        items.extend(item(section, &name, before, after));
    }
    for name in names(old).into_iter().filter(|name| of(new, name).is_none()) {
        items.extend(item(section, &name, old.and_then(|old| old.get(&name)), None));
    }
}

fn item(section: &str, name: &str, old: Option<NodeRef<'_>>, new: Option<NodeRef<'_>>) -> Option<Item> {
    let kind = |node: NodeRef<'_>| node.get("Type").and_then(NodeRef::as_str).map(ToOwned::to_owned);
    let how = match (old, new) {
        (None, None) => return None,
        (None, Some(_)) => How::Added,
        (Some(_), None) => How::Removed,
        (Some(old), Some(new)) => {
            let mut fields = Vec::new();
            values(&mut Path::default(), old, new, &mut fields);
            if fields.is_empty() {
                return None;
            }
            How::Changed(fields)
        }
    };
    let kind = new.or(old).and_then(kind);
    Some(Item { section: section.to_owned(), name: name.to_owned(), kind, how })
}

/// Where a value is. `Properties` itself is left out: everything is in there.
#[derive(Clone, Debug, Default)]
struct Path(Vec<String>);

impl Path {
    fn text(&self) -> String {
        let mut text = String::new();
        let inner = self.0.strip_prefix(&["Properties".to_owned()]).unwrap_or(&self.0);
        for part in inner {
            if !text.is_empty() && !part.starts_with('[') {
                text.push('.');
            }
            text.push_str(part);
        }
        text
    }
}

fn values(path: &mut Path, old: NodeRef<'_>, new: NodeRef<'_>, fields: &mut Vec<Field>) {
    let (before, after) = (shown(old), shown(new));
    if before == after {
        return;
    }
    let are_functions = old.intrinsic().is_some() || new.intrinsic().is_some();
    match (old.kind(), new.kind()) {
        (Kind::Mapping, Kind::Mapping) if !are_functions => mappings(path, old, new, fields),
        (Kind::Sequence, Kind::Sequence) => sequences(path, old, new, fields),
        _ => fields.push(Field { path: path.text(), before: Some(before), after: Some(after) }),
    }
}

fn mappings(path: &mut Path, old: NodeRef<'_>, new: NodeRef<'_>, fields: &mut Vec<Field>) {
    for entry in new.entries() {
        path.0.push(entry.name().to_owned());
        match old.get(entry.name()) {
            Some(before) => values(path, before, entry.value, fields),
            None => fields.push(Field { path: path.text(), before: None, after: Some(shown(entry.value)) }),
        }
        path.0.pop();
    }
    for entry in old.entries().filter(|entry| new.get(entry.name()).is_none()) {
        path.0.push(entry.name().to_owned());
        fields.push(Field { path: path.text(), before: Some(shown(entry.value)), after: None });
        path.0.pop();
    }
}

/// What is in both lists is left out, wherever it is; of the rest, those at the same place are compared.
fn sequences(path: &mut Path, old: NodeRef<'_>, new: NodeRef<'_>, fields: &mut Vec<Field>) {
    let (gone, come) = without_common(old, new);
    if gone.is_empty() && come.is_empty() {
        // Only the order is another.
        fields.push(Field { path: path.text(), before: Some(shown(old)), after: Some(shown(new)) });
    }
    for (number, item) in &come {
        path.0.push(format!("[{number}]"));
        match gone.get(number) {
            Some(before) => values(path, *before, *item, fields),
            None => fields.push(Field { path: path.text(), before: None, after: Some(shown(*item)) }),
        }
        path.0.pop();
    }
    for (number, item) in gone.iter().filter(|(number, _)| !come.contains_key(*number)) {
        path.0.push(format!("[{number}]"));
        fields.push(Field { path: path.text(), before: Some(shown(*item)), after: None });
        path.0.pop();
    }
}

/// Items by their number.
type Items<'d> = BTreeMap<usize, NodeRef<'d>>;

/// The items that only one of two lists has.
fn without_common<'o, 'n>(old: NodeRef<'o>, new: NodeRef<'n>) -> (Items<'o>, Items<'n>) {
    let mut gone: Items<'o> = old.items().enumerate().collect();
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (number, item) in &gone {
        places.entry(shown(*item)).or_default().push(*number);
    }
    let mut come = Items::new();
    for (number, item) in new.items().enumerate() {
        match places.get_mut(&shown(item)).and_then(Vec::pop) {
            Some(place) => drop(gone.remove(&place)),
            None => drop(come.insert(number, item)),
        }
    }
    (gone, come)
}
