//! Compares what a stack was given beside its template: values of parameters, and tags.

use std::collections::BTreeMap;

use super::template::{Field, How, Item};
use crate::deploy::Stack;
use crate::deploy::lane::{MASKED, Wanted};
use crate::template::Parameter;

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
            let is_secret = parameters.get(key.as_str()) == Some(&MASKED)
                || wanted.document.parameter(key).is_some_and(Parameter::is_hidden);
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
