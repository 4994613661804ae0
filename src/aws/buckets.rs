//! The `Buckets` port over S3.

mod policy;

use aws_config::timeout::TimeoutConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::operation::head_bucket::HeadBucketError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, BucketLocationConstraint,
    BucketVersioningStatus, CreateBucketConfiguration, Delete, ExpirationStatus, LifecycleRule,
    LifecycleRuleFilter, ObjectIdentifier, PublicAccessBlockConfiguration, ServerSideEncryption,
    ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
    VersioningConfiguration,
};

use self::policy::{with_readers, with_tls_only};
use super::error::translate;
use super::session::Session;
use crate::ports::{BucketContents, Buckets, RemoteError};

/// `DeleteObjects` takes this many keys
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html>).
pub(super) const DELETE_BATCH: usize = 1000;

/// S3, reached through the SDK.
#[derive(Clone)]
pub struct S3Buckets {
    client: Client,
    account: String,
    region: String,
}

/// One entry of a versioned bucket.
pub(super) struct Entry {
    pub(super) identifier: ObjectIdentifier,
    pub(super) bytes: u64,
}

impl S3Buckets {
    /// Uses the session's credentials, region and endpoint.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        // An emulator has no host name per bucket.
        let config = aws_sdk_s3::config::Builder::from(session.config())
            .force_path_style(session.endpoint_url().is_some())
            .build();
        Self {
            client: Client::from_conf(config),
            account: session.identity().account.clone(),
            region: session.identity().region.clone(),
        }
    }

    /// Whether the bucket is there and belongs to this account.
    ///
    /// # Errors
    /// When S3 does not tell, as it does about a bucket of another account.
    pub async fn exists(&self, bucket: &str) -> Result<bool, RemoteError> {
        let reply =
            self.client.head_bucket().bucket(bucket).expected_bucket_owner(&self.account).send().await;
        match reply {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(HeadBucketError::is_not_found) => Ok(false),
            Err(error) => Err(perhaps_of_another(bucket, translate("s3:HeadBucket", error))),
        }
    }

    async fn create(&self, bucket: &str) -> Result<(), RemoteError> {
        // us-east-1 is the one region that must not be named
        // (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html).
        let location = (self.region != "us-east-1").then(|| {
            CreateBucketConfiguration::builder()
                .location_constraint(BucketLocationConstraint::from(self.region.as_str()))
                .build()
        });
        let reply = self
            .client
            .create_bucket()
            .bucket(bucket)
            .set_create_bucket_configuration(location)
            .send()
            .await
            .map_err(|error| translate("s3:CreateBucket", error));
        match reply {
            // Another deployment was faster.
            Err(RemoteError::Rejected { code, .. }) if code == "BucketAlreadyOwnedByYou" => Ok(()),
            other => other.map(drop),
        }
    }

    /// What an upload that broke off left behind is paid for until somebody removes it.
    async fn forget_broken_uploads(&self, bucket: &str) -> Result<(), RemoteError> {
        let operation = "s3:PutLifecycleConfiguration";
        let rule = LifecycleRule::builder()
            .id("slsx-broken-uploads")
            .status(ExpirationStatus::Enabled)
            .filter(LifecycleRuleFilter::builder().prefix("").build())
            .abort_incomplete_multipart_upload(
                AbortIncompleteMultipartUpload::builder().days_after_initiation(1).build(),
            )
            .build()
            .map_err(|error| invalid(operation, &error))?;
        let configuration = BucketLifecycleConfiguration::builder()
            .rules(rule)
            .build()
            .map_err(|error| invalid(operation, &error))?;
        self.client
            .put_bucket_lifecycle_configuration()
            .bucket(bucket)
            .expected_bucket_owner(&self.account)
            .lifecycle_configuration(configuration)
            .send()
            .await
            .map(drop)
            .map_err(|error| translate(operation, error))
    }

    /// The bucket's policy, if it has one.
    async fn policy(&self, bucket: &str) -> Result<Option<String>, RemoteError> {
        let reply = self
            .client
            .get_bucket_policy()
            .bucket(bucket)
            .expected_bucket_owner(&self.account)
            .send()
            .await
            .map_err(|error| translate("s3:GetBucketPolicy", error));
        match reply {
            Ok(reply) => Ok(reply.policy().map(ToOwned::to_owned)),
            Err(RemoteError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn block_public_access(&self, bucket: &str) -> Result<(), RemoteError> {
        let block = PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .block_public_policy(true)
            .ignore_public_acls(true)
            .restrict_public_buckets(true)
            .build();
        self.client
            .put_public_access_block()
            .bucket(bucket)
            .expected_bucket_owner(&self.account)
            .public_access_block_configuration(block)
            .send()
            .await
            .map(drop)
            .map_err(|error| translate("s3:PutPublicAccessBlock", error))
    }

    async fn encrypt(&self, bucket: &str) -> Result<(), RemoteError> {
        let by_default = ServerSideEncryptionByDefault::builder()
            .sse_algorithm(ServerSideEncryption::Aes256)
            .build()
            .map_err(|error| invalid("s3:PutBucketEncryption", &error))?;
        let rule =
            ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(by_default).build();
        let configuration = ServerSideEncryptionConfiguration::builder()
            .rules(rule)
            .build()
            .map_err(|error| invalid("s3:PutBucketEncryption", &error))?;
        self.client
            .put_bucket_encryption()
            .bucket(bucket)
            .expected_bucket_owner(&self.account)
            .server_side_encryption_configuration(configuration)
            .send()
            .await
            .map(drop)
            .map_err(|error| translate("s3:PutBucketEncryption", error))
    }

    async fn keep_versions(&self, bucket: &str) -> Result<(), RemoteError> {
        let versioning = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
        self.client
            .put_bucket_versioning()
            .bucket(bucket)
            .expected_bucket_owner(&self.account)
            .versioning_configuration(versioning)
            .send()
            .await
            .map(drop)
            .map_err(|error| translate("s3:PutBucketVersioning", error))
    }

    async fn put_policy(&self, bucket: &str, policy: String) -> Result<(), RemoteError> {
        self.client
            .put_bucket_policy()
            .bucket(bucket)
            .expected_bucket_owner(&self.account)
            .policy(policy)
            .send()
            .await
            .map(drop)
            .map_err(|error| translate("s3:PutBucketPolicy", error))
    }

    /// Lets other accounts read what is in the bucket: their Lambda takes code from it.
    ///
    /// # Errors
    /// When AWS refuses.
    pub async fn share(&self, bucket: &str, accounts: &[&str]) -> Result<(), RemoteError> {
        let policy = self.policy(bucket).await?;
        match with_readers(policy.as_deref(), bucket, &self.region, accounts) {
            Some(policy) => self.put_policy(bucket, policy).await,
            None => Ok(()),
        }
    }

    pub(super) async fn entries(&self, bucket: &str) -> Result<Vec<Entry>, RemoteError> {
        let mut pages = self
            .client
            .list_object_versions()
            .bucket(bucket)
            .expected_bucket_owner(&self.account)
            .send()
            .await
            .map_err(|error| translate("s3:ListObjectVersions", error))?;
        let mut entries = Vec::new();
        loop {
            for version in pages.versions() {
                let bytes = version.size().unwrap_or_default().unsigned_abs();
                entries.extend(entry(version.key(), version.version_id(), bytes));
            }
            for marker in pages.delete_markers() {
                entries.extend(entry(marker.key(), marker.version_id(), 0));
            }
            if !pages.is_truncated().unwrap_or_default() {
                return Ok(entries);
            }
            pages = self
                .client
                .list_object_versions()
                .bucket(bucket)
                .expected_bucket_owner(&self.account)
                .set_key_marker(pages.next_key_marker().map(ToOwned::to_owned))
                .set_version_id_marker(pages.next_version_id_marker().map(ToOwned::to_owned))
                .send()
                .await
                .map_err(|error| translate("s3:ListObjectVersions", error))?;
        }
    }

    pub(super) async fn delete(&self, bucket: &str, batch: Vec<ObjectIdentifier>) -> Result<(), RemoteError> {
        let delete = Delete::builder()
            .set_objects(Some(batch))
            .quiet(true)
            .build()
            .map_err(|error| invalid("s3:DeleteObjects", &error))?;
        let reply = self
            .client
            .delete_objects()
            .bucket(bucket)
            .expected_bucket_owner(&self.account)
            .delete(delete)
            .send()
            .await
            .map_err(|error| translate("s3:DeleteObjects", error))?;
        match reply.errors().first() {
            None => Ok(()),
            Some(error) => Err(RemoteError::Rejected {
                operation: "s3:DeleteObjects".into(),
                code: error.code().unwrap_or_default().to_owned(),
                message: format!(
                    "{}: {}",
                    error.key().unwrap_or_default(),
                    error.message().unwrap_or_default()
                ),
            }),
        }
    }
}

impl Buckets for S3Buckets {
    async fn ensure_private(&self, bucket: &str) -> Result<bool, RemoteError> {
        let is_new = !self.exists(bucket).await?;
        if is_new {
            self.create(bucket).await?;
        }
        // Said again every time: it is cheap, and nobody can have meant it to be otherwise.
        self.block_public_access(bucket).await?;
        self.keep_versions(bucket).await?;
        // The policy comes last, so it is the receipt for the rest. What others may have set otherwise on purpose
        // (a key of their own, rules of their own) is only set where the receipt is missing.
        let policy = self.policy(bucket).await?;
        if let Some(policy) = with_tls_only(policy.as_deref(), bucket, &self.region) {
            self.encrypt(bucket).await?;
            if is_new {
                self.forget_broken_uploads(bucket).await?;
            }
            self.put_policy(bucket, policy).await?;
        }
        Ok(is_new)
    }

    async fn has(&self, bucket: &str, key: &str) -> Result<bool, RemoteError> {
        let reply = self
            .client
            .head_object()
            .bucket(bucket)
            .key(key)
            .expected_bucket_owner(&self.account)
            .send()
            .await;
        match reply.map_err(|error| translate("s3:HeadObject", error)) {
            Ok(_) => Ok(true),
            Err(RemoteError::NotFound { .. }) => Ok(false),
            Err(error) => Err(perhaps_of_another(bucket, error)),
        }
    }

    async fn put(
        &self,
        bucket: &str,
        key: &str,
        bytes: Vec<u8>,
        content_type: Option<&str>,
    ) -> Result<(), RemoteError> {
        // A package of 250 MB takes as long as the line needs; one that stalls is cut by the SDK's own guard.
        let patience = TimeoutConfig::builder().disable_operation_attempt_timeout().build();
        self.client
            .put_object()
            .bucket(bucket)
            .key(key)
            .expected_bucket_owner(&self.account)
            .set_content_type(content_type.map(ToOwned::to_owned))
            .body(ByteStream::from(bytes))
            .customize()
            .config_override(aws_sdk_s3::config::Builder::new().timeout_config(patience))
            .send()
            .await
            .map(drop)
            .map_err(|error| translate("s3:PutObject", error))
    }

    async fn get(&self, bucket: &str, key: &str) -> Result<Option<Vec<u8>>, RemoteError> {
        let operation = "s3:GetObject";
        let reply = self
            .client
            .get_object()
            .bucket(bucket)
            .key(key)
            .expected_bucket_owner(&self.account)
            .send()
            .await
            .map_err(|error| translate(operation, error));
        let reply = match reply {
            Ok(reply) => reply,
            Err(RemoteError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(perhaps_of_another(bucket, error)),
        };
        let content = reply.body.collect().await.map_err(|error| RemoteError::Unreachable {
            operation: operation.into(),
            message: error.to_string(),
        })?;
        Ok(Some(content.to_vec()))
    }

    async fn contents(&self, bucket: &str) -> Result<BucketContents, RemoteError> {
        let entries = self.entries(bucket).await?;
        Ok(BucketContents {
            entries: entries.len() as u64,
            bytes: entries.iter().map(|entry| entry.bytes).sum(),
        })
    }

    async fn empty(&self, bucket: &str) -> Result<u64, RemoteError> {
        let entries = self.entries(bucket).await?;
        let count = entries.len() as u64;
        let mut identifiers = entries.into_iter().map(|entry| entry.identifier).peekable();
        while identifiers.peek().is_some() {
            self.delete(bucket, identifiers.by_ref().take(DELETE_BATCH).collect()).await?;
        }
        Ok(count)
    }
}

fn entry(key: Option<&str>, version: Option<&str>, bytes: u64) -> Option<Entry> {
    let identifier =
        ObjectIdentifier::builder().key(key?).set_version_id(version.map(ToOwned::to_owned)).build().ok()?;
    Some(Entry { identifier, bytes })
}

fn invalid(operation: &str, error: &dyn std::error::Error) -> RemoteError {
    RemoteError::Rejected {
        operation: operation.to_owned(),
        code: "InvalidRequest".into(),
        message: error.to_string(),
    }
}

/// A reply to HEAD has no body, so a denial tells nothing; the name of a bucket is known worldwide.
fn perhaps_of_another(bucket: &str, error: RemoteError) -> RemoteError {
    let RemoteError::Denied { operation, message } = error else { return error };
    let message = format!("{message}; the bucket {bucket} may belong to another account");
    RemoteError::Denied { operation, message }
}
