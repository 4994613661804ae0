//! What an account has that may refer to artifacts, and the artifacts.

use super::RemoteError;
use crate::deploy::StackStatus;
use crate::deploy::garbage::StoredVersion;

/// One stack of an account, nested ones included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedStack {
    /// Its name.
    pub name: String,
    /// Its status; never deleted.
    pub status: StackStatus,
}

/// An account and its artifact bucket.
#[expect(async_fn_in_trait, reason = "current-thread runtime, generics only: Send is not needed")]
pub trait Inventory {
    /// `ListObjectVersions`, all pages; none when there is no such bucket.
    async fn versions(&self, bucket: &str) -> Result<Option<Vec<StoredVersion>>, RemoteError>;
    /// `DeleteObjects` of exactly these versions.
    async fn remove(&self, bucket: &str, versions: &[StoredVersion]) -> Result<(), RemoteError>;
    /// `ListStacks`, all pages, without those that are deleted.
    async fn stacks(&self) -> Result<Vec<ListedStack>, RemoteError>;
    /// `GetTemplate` as it was sent; none for a stack that has none.
    async fn template(&self, stack: &str) -> Result<Option<String>, RemoteError>;
    /// `ListChangeSets`, all pages, and the template of each that can still be executed.
    async fn change_set_templates(&self, stack: &str) -> Result<Vec<String>, RemoteError>;
    /// The templates of all StackSets; none where the endpoint has no StackSets.
    async fn stack_set_templates(&self) -> Result<Vec<String>, RemoteError>;
    /// `ListFunctions` with all versions: the digest of each one's code, in hex.
    async fn code_digests(&self) -> Result<Vec<String>, RemoteError>;
}
