//! Where results are kept: files in the result bucket, facts in the catalog table. A result has one place, so a
//! repeated event writes the same thing over itself.

use std::future::Future;

use crate::ports::{Items, Objects, StoreError};
use crate::settings::{SettingError, text};
use crate::upload::Upload;
use crate::work::{Artifact, Fact, Facts};

/// Where a result was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// What the handler returns.
    pub key: String,
    /// The same with the bucket or table, for the log.
    pub place: String,
}

/// Keeps results of one type.
pub trait Results<R>: Sync {
    fn keep(&self, upload: &Upload, result: R) -> impl Future<Output = Result<Written, StoreError>> + Send;
}

/// Files under the worker's own prefix.
#[derive(Clone, Debug)]
pub struct ResultBucket<O> {
    pub objects: O,
    pub bucket: String,
    pub prefix: String,
    pub upload_prefix: String,
}

impl<O> ResultBucket<O> {
    /// With the settings of the function.
    pub fn from_settings(objects: O) -> Result<Self, SettingError> {
        let (bucket, prefix) = (text("RESULT_BUCKET")?, text("RESULT_PREFIX")?);
        Ok(Self { objects, bucket, prefix, upload_prefix: text("UPLOAD_PREFIX")? })
    }
}

impl<O: Objects> Results<Artifact> for ResultBucket<O> {
    async fn keep(&self, upload: &Upload, artifact: Artifact) -> Result<Written, StoreError> {
        let name = upload.key.strip_prefix(&self.upload_prefix).unwrap_or(&upload.key);
        let key = format!("{}{name}.{}", self.prefix, artifact.suffix);
        self.objects.put(&self.bucket, &key, artifact).await?;
        Ok(Written { place: format!("s3://{}/{key}", self.bucket), key })
    }
}

/// One item for each upload and worker.
#[derive(Clone, Debug)]
pub struct Catalog<I> {
    pub items: I,
    pub table: String,
    pub worker: String,
}

impl<I> Catalog<I> {
    /// With the settings of the function.
    pub fn from_settings(items: I) -> Result<Self, SettingError> {
        Ok(Self { items, table: text("TABLE")?, worker: text("WORKER")? })
    }
}

impl<I: Items> Results<Facts> for Catalog<I> {
    async fn keep(&self, upload: &Upload, facts: Facts) -> Result<Written, StoreError> {
        let mut item =
            vec![("object_key", Fact::Text(upload.key.clone())), ("worker", Fact::Text(self.worker.clone()))];
        item.extend(facts);
        self.items.put(&self.table, item).await?;
        Ok(Written { key: upload.key.clone(), place: format!("dynamodb://{}/{}", self.table, upload.key) })
    }
}
