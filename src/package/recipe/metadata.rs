//! `Metadata` of a function or layer as `sam build` reads it. It only reads; what the words mean is for the recipes.

use crate::package::plan::Place;
use crate::template::{NodeRef, Resource};

/// What a resource says about how it is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildMetadata {
    /// `BuildMethod`, such as `esbuild`.
    pub method: String,
    /// Where it stands.
    pub place: Place,
    /// `BuildProperties`, in the template's order.
    pub properties: Vec<Property>,
}

/// One entry of `BuildProperties`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its name as SAM writes it, such as `EntryPoints`.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// Where it stands.
    pub place: Place,
}

/// What an entry of `BuildProperties` holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `true` or `false`.
    Flag(bool),
    /// Any other scalar.
    Text(String),
    /// A list of scalars.
    List(Vec<String>),
    /// What no build method takes.
    Other,
}

impl BuildMetadata {
    /// What the resource says; none where it says nothing.
    pub(crate) fn of(resource: &Resource<'_>) -> Option<Self> {
        let metadata = resource.attribute("Metadata")?;
        let method = metadata.get("BuildMethod")?;
        let properties = metadata.get("BuildProperties").into_iter().flat_map(NodeRef::entries);
        let property = |entry: crate::template::Entry<'_>| Property {
            name: entry.name().to_owned(),
            value: value(entry.value),
            place: Place::of(entry.key),
        };
        Some(Self {
            method: method.as_str().unwrap_or_default().to_owned(),
            place: Place::of(method),
            properties: properties.map(property).collect(),
        })
    }

    /// A property.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }
}

fn value(node: NodeRef<'_>) -> Value {
    if let Some(flag) = node.as_bool() {
        return Value::Flag(flag);
    }
    if let Some(text) = node.as_str() {
        return Value::Text(text.to_owned());
    }
    let items: Vec<_> = node.items().collect();
    let texts: Vec<String> = items.iter().filter_map(|item| item.as_str().map(ToOwned::to_owned)).collect();
    if node.is_sequence() && texts.len() == items.len() { Value::List(texts) } else { Value::Other }
}
