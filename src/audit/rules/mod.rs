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
mod tests {
    use super::*;

    #[test]
    fn ids_are_sorted_unique_and_kebab_case() {
        let ids: Vec<_> = ALL.iter().map(|rule| rule.meta().id).collect();
        assert!(ids.is_sorted_by(|left, right| left < right), "{ids:?}");
        for id in ids {
            assert!(id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{id}");
        }
    }

    #[test]
    fn a_page_is_titled_with_the_id_and_says_what_the_list_says() {
        for rule in ALL {
            let meta = rule.meta();
            let mut lines = meta.page.lines();
            assert_eq!(lines.next(), Some(format!("# {}", meta.id).as_str()));
            assert!(meta.page.contains(meta.summary), "{}: the page does not hold its summary", meta.id);
            for section in ["## Why", "## Example", "## How to fix", "## References"] {
                assert!(meta.page.contains(section), "{}: no section {section}", meta.id);
            }
        }
    }
}
