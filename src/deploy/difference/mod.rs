//! What differs between the template that is deployed and the one that is to be: resource by resource, property by
//! property, and in who may do what.

mod grants;
mod settings;
mod shown;
mod template;

pub use grants::{Grant, GrantChange};
pub use template::{Field, How, Item};

use super::Stack;
use super::lane::Wanted;
use crate::template::Document;

/// Everything that differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Resources, parameters, outputs and the rest, in the order of the wanted template; what is gone comes last.
    pub items: Vec<Item>,
    /// Permissions that are granted anew, or taken away.
    pub grants: Vec<GrantChange>,
}

impl Difference {
    /// Compares two templates.
    #[must_use]
    pub fn between(deployed: &Document, wanted: &Document) -> Self {
        Self { items: template::compare(deployed, wanted), grants: grants::compare(deployed, wanted) }
    }

    /// Adds what differs in what the stack was given beside its template.
    #[must_use]
    pub fn with_settings(mut self, stack: &Stack, wanted: &Wanted<'_>) -> Self {
        self.items.extend(settings::compare(stack, wanted));
        self
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.grants.is_empty()
    }

    /// Whether anybody may do more than before.
    #[must_use]
    pub fn is_broader(&self) -> bool {
        self.grants.iter().any(GrantChange::is_broader)
    }

    /// The fields of one resource that differ.
    #[must_use]
    pub fn of_resource(&self, logical_id: &str) -> &[Field] {
        let resource = self.items.iter().find(|item| item.section == "Resources" && item.name == logical_id);
        match resource.map(|item| &item.how) {
            Some(How::Changed(fields)) => fields,
            Some(How::Added | How::Removed) | None => &[],
        }
    }
}

#[cfg(test)]
mod tests;
