//! Whether a resource sets a property, wherever in it.

use crate::iam::pattern;
use crate::template::{NodeRef, Resource};

/// Properties that `Globals` can set for a resource, of those that are asked for.
static FROM_GLOBALS: [&str; 6] =
    ["VpcConfig", "Layers", "KmsKeyArn", "FileSystemConfigs", "CodeSigningConfigArn", "DeploymentPreference"];

/// Whether the resource has one of these keys; a key may be a pattern, and its case does not count.
pub(super) fn has_any(resource: Resource<'_>, keys: &[&str]) -> bool {
    let is_wanted = |name: &str| keys.iter().any(|key| pattern::matches(key, name));
    let places = [resource.properties(), resource.attribute("UpdatePolicy")];
    let mut own = places.into_iter().flatten().flat_map(NodeRef::descendants).flat_map(NodeRef::entries);
    let own = own.any(|entry| is_wanted(entry.name()));
    own || FROM_GLOBALS.iter().any(|name| is_wanted(name) && resource.effective(name).is_some())
}
