//! One stack in many accounts and regions, through CloudFormation StackSets: what is to be done where. It decides, and
//! asks nobody.

use std::collections::{BTreeMap, BTreeSet};

use super::vocabulary::vocabulary;

vocabulary! {
    /// The status of an operation on a stack set.
    ReachStatus {
        /// Waits for another one.
        Queued = "QUEUED",
        /// At work.
        Running = "RUNNING",
        /// Stopped by somebody, and finishing what it has begun.
        Stopping = "STOPPING",
        /// Done everywhere.
        Succeeded = "SUCCEEDED",
        /// More failed than were tolerated.
        Failed = "FAILED",
        /// Stopped by somebody.
        Stopped = "STOPPED",
    }
}

vocabulary! {
    /// How an operation fares in one account and region.
    SiteStatus {
        /// Not begun.
        Pending = "PENDING",
        /// At work.
        Running = "RUNNING",
        /// Done.
        Succeeded = "SUCCEEDED",
        /// Failed; the stack there is rolled back.
        Failed = "FAILED",
        /// Never begun, because it failed elsewhere.
        Cancelled = "CANCELLED",
    }
}

impl ReachStatus {
    /// Whether the operation has come to an end.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        match self {
            Self::Succeeded | Self::Failed | Self::Stopped => true,
            Self::Queued | Self::Running | Self::Stopping | Self::Other(_) => false,
        }
    }
}

/// An account and a region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// Twelve digits.
    pub account: String,
    /// Such as `eu-west-1`.
    pub region: String,
}

/// How an operation fares at a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteResult {
    /// Where.
    pub site: Site,
    /// How.
    pub status: SiteStatus,
    /// Why, in AWS's words.
    pub reason: Option<String>,
}

/// What all stacks of a stack set are made of. No `Debug`: parameters may be secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Content {
    /// The template.
    pub template: String,
    /// Parameters, by name.
    pub parameters: BTreeMap<String, String>,
    /// Tags, by name.
    pub tags: BTreeMap<String, String>,
}

/// What is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReachPlan {
    /// There is no such stack set yet.
    pub is_new: bool,
    /// Its content changes, which changes the stacks at all its sites.
    pub is_update: bool,
    /// Sites that get a stack.
    pub added: BTreeSet<Site>,
    /// Sites that have one and are meant.
    pub kept: BTreeSet<Site>,
    /// Sites that have one and are not meant. They stay, and change with the content.
    pub others: BTreeSet<Site>,
}

/// Compares what there is with what is wanted.
#[must_use]
pub fn plan(
    existing: Option<&Content>,
    sites: &BTreeSet<Site>,
    content: &Content,
    wanted: &BTreeSet<Site>,
) -> ReachPlan {
    ReachPlan {
        is_new: existing.is_none(),
        is_update: existing.is_some_and(|existing| !is_same(existing, content)),
        added: wanted.difference(sites).cloned().collect(),
        kept: wanted.intersection(sites).cloned().collect(),
        others: sites.difference(wanted).cloned().collect(),
    }
}

/// Parameters that nobody sets keep their value, so only those that are set count.
fn is_same(existing: &Content, content: &Content) -> bool {
    let is_set = content.parameters.iter().all(|(key, value)| existing.parameters.get(key) == Some(value));
    existing.template.trim() == content.template.trim() && is_set && existing.tags == content.tags
}

impl ReachPlan {
    /// Whether nothing is to be done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.is_new && !self.is_update && self.added.is_empty()
    }
}

/// Sites as requests take them: all of some accounts in all of some regions.
#[must_use]
pub fn batches(sites: &BTreeSet<Site>) -> Vec<(Vec<String>, Vec<String>)> {
    let mut by_region: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for site in sites {
        by_region.entry(&site.region).or_default().push(&site.account);
    }
    let mut batches: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    for (region, accounts) in by_region {
        match batches.iter_mut().find(|(same, _)| *same == accounts) {
            Some((_, regions)) => regions.push(region.to_owned()),
            None => {
                let accounts = accounts.into_iter().map(str::to_owned).collect();
                batches.push((accounts, vec![region.to_owned()]));
            }
        }
    }
    batches
}

/// How a deployment to many sites, or its deletion, ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReachReport {
    /// The stack set.
    pub name: String,
    /// What was to be done.
    pub plan: ReachPlan,
    /// It was done, or tried.
    pub was_executed: bool,
    /// How it went at each site.
    pub results: Vec<SiteResult>,
}

impl ReachReport {
    /// Whether it went wrong anywhere.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.results.iter().any(|result| result.status != SiteStatus::Succeeded)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn site(account: &str, region: &str) -> Site {
        Site { account: account.into(), region: region.into() }
    }

    fn content(template: &str, level: &str) -> Content {
        Content {
            template: template.into(),
            parameters: [("Level".to_owned(), level.to_owned())].into(),
            tags: BTreeMap::new(),
        }
    }

    #[test]
    fn what_is_missing_is_added_and_what_differs_is_updated() {
        let wanted = BTreeSet::from([site("1", "eu-west-1"), site("1", "us-east-1")]);
        let first = plan(None, &BTreeSet::new(), &content("a", "x"), &wanted);
        assert!(first.is_new && !first.is_update && first.added == wanted);
        let sites = BTreeSet::from([site("1", "eu-west-1"), site("2", "eu-west-1")]);
        let second = plan(Some(&content("a\n", "x")), &sites, &content("a", "x"), &wanted);
        assert!(!second.is_update && !second.is_empty());
        assert_eq!(second.added, BTreeSet::from([site("1", "us-east-1")]));
        assert_eq!(second.others, BTreeSet::from([site("2", "eu-west-1")]));
        assert!(plan(Some(&content("a", "x")), &wanted, &content("a", "x"), &wanted).is_empty());
        for changed in [content("b", "x"), content("a", "y")] {
            assert!(plan(Some(&content("a", "x")), &wanted, &changed, &wanted).is_update);
        }
    }

    #[test]
    fn regions_with_the_same_accounts_are_one_request() {
        let sites =
            BTreeSet::from([site("1", "a"), site("2", "a"), site("1", "b"), site("2", "b"), site("1", "c")]);
        let strings = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        let expected = [(strings(&["1", "2"]), strings(&["a", "b"])), (strings(&["1"]), strings(&["c"]))];
        assert_eq!(batches(&sites), expected);
    }

    proptest! {
        #[test]
        fn batches_are_exactly_the_sites(pairs in prop::collection::btree_set((0_u8..4, 0_u8..4), 0..12)) {
            let sites: BTreeSet<Site> =
                pairs.iter().map(|(account, region)| site(&account.to_string(), &region.to_string())).collect();
            let mut covered = Vec::new();
            for (accounts, regions) in batches(&sites) {
                for account in &accounts {
                    covered.extend(regions.iter().map(|region| site(account, region)));
                }
            }
            let count = covered.len();
            let covered: BTreeSet<Site> = covered.into_iter().collect();
            prop_assert_eq!(covered.len(), count, "none twice");
            prop_assert_eq!(covered, sites);
        }
    }
}
