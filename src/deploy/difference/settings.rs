//! Compares what a stack was given beside its template: values of parameters, and tags.

use std::collections::BTreeMap;

use super::template::{Field, How, Item};
use crate::deploy::Stack;
use crate::deploy::lane::{MASKED, Wanted};

/// Compares. What is not set stays as it is.
pub(super) fn compare(stack: &Stack, wanted: &Wanted<'_>) -> Vec<Item> {
    let parameters: BTreeMap<_, _> =
        stack.parameters.iter().map(|parameter| (parameter.key.as_str(), parameter.value.as_str())).collect();
    let tags: BTreeMap<_, _> = stack
        .tags
        .iter()
        .filter(|tag| !tag.key.starts_with("aws:"))
        .map(|tag| (tag.key.as_str(), tag.value.as_str()))
        .collect();
    let mut items: Vec<Item> = wanted
        .parameters
        .iter()
        .filter_map(|(key, value)| {
            let is_secret = parameters.get(key.as_str()) == Some(&MASKED) || is_hidden(wanted, key);
            let after = if is_secret { MASKED } else { value.as_str() };
            let before = parameters.get(key.as_str()).copied();
            (is_secret || before != Some(after)).then(|| item("Values", key, before, Some(after)))
        })
        .collect();
    let ours: BTreeMap<_, _> =
        wanted.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let keys = tags.keys().chain(ours.keys()).copied().collect::<std::collections::BTreeSet<_>>();
    let differing = keys.into_iter().filter(|key| tags.get(key) != ours.get(key));
    items.extend(differing.map(|key| item("Tags", key, tags.get(key).copied(), ours.get(key).copied())));
    items
}

/// Whether the template wants nobody to see the value.
fn is_hidden(wanted: &Wanted<'_>, key: &str) -> bool {
    let parameter = wanted.document.section("Parameters").and_then(|all| all.get(key));
    let mark = parameter.and_then(|parameter| parameter.get("NoEcho"));
    mark.is_some_and(|mark| mark.as_bool() == Some(true) || mark.as_str() == Some("true"))
}

fn item(section: &str, name: &str, before: Option<&str>, after: Option<&str>) -> Item {
    let how = match (before, after) {
        (None, _) => How::Added,
        (Some(_), None) => How::Removed,
        (Some(_), Some(_)) => How::Changed(vec![Field {
            path: String::new(),
            before: before.map(ToOwned::to_owned),
            after: after.map(ToOwned::to_owned),
        }]),
    };
    Item { section: section.to_owned(), name: name.to_owned(), kind: None, how }
}
