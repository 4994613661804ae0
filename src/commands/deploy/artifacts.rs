//! What a deployment sends: packages and files, uploaded once, and the template that names them.

use std::collections::BTreeMap;

use futures_util::{StreamExt, TryStreamExt, stream};
use sha2::{Digest, Sha256};

use super::source::Source;
use crate::aws::session::Session;
use crate::commands::{Context, Failure};
use crate::config::Settings;
use crate::deploy::report::Package;
use crate::names::LogicalId;
use crate::package::edits;
use crate::package::limits::{self, Delivery};
use crate::ports::{Buckets, TemplateSource};
use crate::template::apply;

/// Uploads at once: enough to fill a line, few enough not to be throttled.
const UPLOADS: usize = 8;

/// A template with everything it names, ready to upload.
#[derive(Debug)]
pub struct Prepared<'a> {
    source: &'a Source,
    artifacts: Vec<Artifact>,
}

/// One package or file.
#[derive(Debug)]
pub(super) struct Artifact {
    /// Everything that uses it.
    pub(super) users: Vec<LogicalId>,
    /// Its key in the artifact bucket, made of its content.
    pub(super) key: String,
    /// What is in it.
    pub(super) bytes: Vec<u8>,
}

/// The artifact bucket of an account and region.
#[must_use]
pub fn bucket(session: &Session) -> String {
    let identity = session.identity();
    format!("slsx-artifacts-{}-{}", identity.account, identity.region)
}

impl<'a> Prepared<'a> {
    pub(super) const fn new(source: &'a Source, artifacts: Vec<Artifact>) -> Self {
        Self { source, artifacts }
    }

    /// The template as CloudFormation gets it: local paths replaced by where their packages will be.
    ///
    /// # Errors
    /// When the paths make it too long, or cannot be told apart where the template names them.
    pub fn template(&self, bucket: &str) -> Result<String, Failure> {
        self.naming(bucket, &self.keys())
    }

    /// The key of what each function, layer or other resource uses.
    pub(super) fn keys(&self) -> BTreeMap<LogicalId, String> {
        let artifacts = self.artifacts.iter();
        artifacts
            .flat_map(|artifact| artifact.users.iter().map(|user| (user.clone(), artifact.key.clone())))
            .collect()
    }

    /// The package of a function.
    pub(super) fn package(&self, function: &LogicalId) -> Option<&Artifact> {
        self.artifacts.iter().find(|artifact| artifact.users.contains(function))
    }

    /// The template, naming these keys.
    pub(super) fn naming(&self, bucket: &str, keys: &BTreeMap<LogicalId, String>) -> Result<String, Failure> {
        let document = &self.source.document;
        let edits = edits(document, bucket, keys).map_err(|error| match error.place() {
            Some(place) => self.source.at(place.span, &error),
            None => self.source.whole(&error),
        })?;
        let template = apply(document.text(), &edits).map_err(|error| self.source.whole(&error))?;
        limits::delivery(template.len(), document.resources().count())?;
        Ok(template)
    }

    /// Request token and name of the change set: the same for the same content, so that a deployment that was
    /// interrupted is found again.
    #[must_use]
    pub fn token(&self, template: &str, settings: &Settings) -> String {
        let mut hash = Sha256::new();
        hash.update(settings.stack.as_str());
        hash.update([0]);
        hash.update(template);
        for (key, value) in settings.parameters.iter().chain(&settings.tags) {
            hash.update([0]);
            hash.update(key);
            hash.update([0]);
            hash.update(value);
        }
        let hex: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        format!("slsx-{hex}")
    }

    /// Uploads what the bucket does not have yet, several at once.
    ///
    /// # Errors
    /// When AWS refuses.
    pub async fn upload(
        &self,
        buckets: &impl Buckets,
        bucket: &str,
        context: &mut Context,
    ) -> Result<Vec<Package>, Failure> {
        let distinct = self.distinct();
        let mut packages: Vec<Package> = stream::iter(&distinct)
            .map(|(key, (users, content))| async move {
                let was_uploaded = !buckets.has(bucket, key).await?;
                let bytes = content.len() as u64;
                Ok::<_, Failure>(Package {
                    users: users.clone(),
                    key: (*key).to_owned(),
                    bytes,
                    was_uploaded,
                })
            })
            .buffered(UPLOADS)
            .try_collect()
            .await?;
        packages.sort_by(|a, b| a.users.cmp(&b.users));
        if packages.iter().all(|package| !package.was_uploaded) {
            return Ok(packages);
        }
        if buckets.ensure_private(bucket).await? {
            context.say(&format!(
                "Created the artifact bucket {bucket}: private, encrypted, versioned, TLS only."
            ));
        }
        let missing = packages.iter().filter(|package| package.was_uploaded);
        let contents = missing.filter_map(|package| distinct.get_key_value(package.key.as_str()));
        stream::iter(contents)
            .map(|(key, (_, content))| buckets.put(bucket, key, content.to_vec(), None))
            .buffer_unordered(UPLOADS)
            .try_collect::<()>()
            .await?;
        Ok(packages)
    }

    /// Each package once, by its key, with all that use it: folders of the same content have one package.
    fn distinct(&self) -> BTreeMap<&str, (Vec<LogicalId>, &[u8])> {
        let mut distinct = BTreeMap::new();
        for artifact in &self.artifacts {
            let new = || (Vec::new(), artifact.bytes.as_slice());
            let (users, _) = distinct.entry(artifact.key.as_str()).or_insert_with(new);
            users.extend(artifact.users.iter().cloned());
        }
        distinct
    }

    /// Hands the template over in the request, or through the bucket when it is too long for that.
    ///
    /// # Errors
    /// When it is too long for CloudFormation altogether, or AWS refuses.
    pub async fn deliver(
        &self,
        template: &str,
        buckets: &impl Buckets,
        bucket: &str,
        session: &Session,
    ) -> Result<TemplateSource, Failure> {
        let resources = self.source.document.resources().count();
        match limits::delivery(template.len(), resources)? {
            Delivery::Body => Ok(TemplateSource::Body(template.to_owned())),
            Delivery::Upload => {
                buckets.ensure_private(bucket).await?;
                let digest: String =
                    Sha256::digest(template).iter().map(|byte| format!("{byte:02x}")).collect();
                let key = format!("template/{digest}.yaml");
                buckets.put(bucket, &key, template.as_bytes().to_vec(), None).await?;
                Ok(TemplateSource::Url(object_url(session, bucket, &key)))
            }
        }
    }
}

/// An emulator has no host name per bucket.
fn object_url(session: &Session, bucket: &str, key: &str) -> String {
    match session.endpoint_url() {
        Some(endpoint) => format!("{}/{bucket}/{key}", endpoint.trim_end_matches('/')),
        None => format!("https://{bucket}.s3.{}.amazonaws.com/{key}", session.identity().region),
    }
}
