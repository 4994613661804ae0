//! The rules: one file and one page each, and the list of all.

mod async_no_failure_destination;
mod iam_managed_fullaccess;
mod iam_shared_role;
mod iam_wildcard_action;
mod iam_wildcard_resource;
mod monolith_catchall_route;
mod runtime_deprecated;

use super::rule::Rule;

/// Every rule, sorted by id.
pub static ALL: &[&dyn Rule] = &[
    &async_no_failure_destination::AsyncNoFailureDestination,
    &iam_managed_fullaccess::IamManagedFullaccess,
    &iam_shared_role::IamSharedRole,
    &iam_wildcard_action::IamWildcardAction,
    &iam_wildcard_resource::IamWildcardResource,
    &monolith_catchall_route::MonolithCatchallRoute,
    &runtime_deprecated::RuntimeDeprecated,
];

#[cfg(test)]
mod tests;
