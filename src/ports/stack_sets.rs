//! CloudFormation StackSets with self-managed permissions: one template in many accounts and regions.

use std::collections::BTreeSet;

use super::RemoteError;
use crate::deploy::reach::{Content, ReachStatus, Site, SiteResult};

/// An operation on a stack set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReachOperation {
    /// Its id, which whoever starts it chooses.
    pub id: String,
    /// Its status.
    pub status: ReachStatus,
}

/// StackSets.
#[expect(async_fn_in_trait, reason = "current-thread runtime, generics only: Send is not needed")]
pub trait StackSets {
    /// `DescribeStackSet`; none when there is no such stack set.
    async fn describe(&self, name: &str) -> Result<Option<Content>, RemoteError>;
    /// `ListStackInstances`, all pages.
    async fn sites(&self, name: &str) -> Result<BTreeSet<Site>, RemoteError>;
    /// `CreateStackSet`, without any site. Sent twice with one token, it makes one.
    async fn create(
        &self,
        name: &str,
        content: &Content,
        url: Option<&str>,
        token: &str,
    ) -> Result<(), RemoteError>;
    /// `UpdateStackSet` at all its sites; returns before that is done. `url` is where the template is, if it is long.
    async fn update(
        &self,
        name: &str,
        content: &Content,
        url: Option<&str>,
        id: &str,
    ) -> Result<(), RemoteError>;
    /// `CreateStackInstances` in all of these accounts and regions; returns before that is done.
    async fn add(
        &self,
        name: &str,
        accounts: &[String],
        regions: &[String],
        id: &str,
    ) -> Result<(), RemoteError>;
    /// `DeleteStackInstances` with their stacks; returns before that is done.
    async fn remove(
        &self,
        name: &str,
        accounts: &[String],
        regions: &[String],
        id: &str,
    ) -> Result<(), RemoteError>;
    /// `DeleteStackSet`, which must be without sites.
    async fn delete(&self, name: &str) -> Result<(), RemoteError>;
    /// `ListStackSetOperations`: the latest ones.
    async fn operations(&self, name: &str) -> Result<Vec<ReachOperation>, RemoteError>;
    /// `ListStackSetOperationResults`, all pages.
    async fn results(&self, name: &str, id: &str) -> Result<Vec<SiteResult>, RemoteError>;
}
