//! What the workers need of the world. `aws` has it from AWS, the tests have it from memory.

use std::future::Future;

use crate::work::{Artifact, Facts};

/// What a bucket or a table said no with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation} failed: {reason}")]
pub struct StoreError {
    pub operation: &'static str,
    pub reason: String,
}

/// Objects in buckets.
pub trait Objects: Sync {
    fn get(&self, bucket: &str, key: &str) -> impl Future<Output = Result<Vec<u8>, StoreError>> + Send;

    fn put(&self, bucket: &str, key: &str, artifact: Artifact) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// Items in tables.
pub trait Items: Sync {
    fn put(&self, table: &str, item: Facts) -> impl Future<Output = Result<(), StoreError>> + Send;
}
