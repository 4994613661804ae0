//! What a deployment sends: packages and files, uploaded once, and the template that names them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use futures_util::{StreamExt, TryStreamExt, stream};
use sha2::{Digest, Sha256};

use super::source::Source;
use crate::aws::session::Session;
use crate::commands::{Context, Failure};
use crate::config::Settings;
use crate::deploy::report::Package;
use crate::names::LogicalId;
use crate::package::limits::{self, Delivery};
use crate::package::{Keys, Store, edits};
use crate::ports::{Buckets, TemplateSource};
use crate::template::{Document, apply};

/// Uploads at once: enough to fill a line, few enough not to be throttled.
const UPLOADS: usize = 8;

/// A template with everything it names, ready to upload.
#[derive(Debug)]
pub struct Prepared<'a> {
    source: &'a Source,
    artifacts: Vec<Artifact>,
    /// The templates that are nested in it, by where it names them.
    nested: Vec<(usize, Self)>,
}

/// One package or file.
#[derive(Debug)]
pub(in crate::commands) struct Artifact {
    /// Everything that uses it.
    pub(super) users: Vec<LogicalId>,
    /// Where the template names it, if it is no code.
    pub(super) named_at: Option<usize>,
    /// Its key in the artifact bucket, made of its content.
    pub(super) key: String,
    /// What is in it.
    pub(in crate::commands) bytes: Vec<u8>,
}

/// What is sent under one key.
#[derive(Debug)]
pub struct Sent<'a> {
    /// Everything that uses it.
    pub users: Vec<LogicalId>,
    /// What is in it.
    pub bytes: Cow<'a, [u8]>,
}

impl<'a> Sent<'a> {
    const fn new(bytes: Cow<'a, [u8]>) -> Self {
        Self { users: Vec::new(), bytes }
    }
}

/// Where packages go: the artifact bucket, as templates name what is in it.
///
/// Templates are named with the bucket in the path, as the AWS CLI does it; local AWS reads the path alone, so that its
/// port, which may differ tomorrow, is no difference. Other endpoints know themselves only.
#[must_use]
pub fn store(session: &Session) -> Store {
    let name = session.artifact_bucket();
    let region = &session.identity().region;
    let base = match session.endpoint_url().filter(|_| !session.is_own_local_aws()) {
        Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
        None if region.starts_with("cn-") => format!("https://s3.{region}.amazonaws.com.cn"),
        None => format!("https://s3.{region}.amazonaws.com"),
    };
    Store::Bucket { address: format!("{base}/{name}"), name }
}

/// A template's key, made of what it says.
pub(super) fn template_key(text: &str) -> String {
    let digest: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("template/{digest}.yaml")
}

impl<'a> Prepared<'a> {
    pub(super) const fn new(
        source: &'a Source,
        artifacts: Vec<Artifact>,
        nested: Vec<(usize, Self)>,
    ) -> Self {
        Self { source, artifacts, nested }
    }

    /// The template as CloudFormation gets it: local paths replaced by where their packages will be.
    ///
    /// # Errors
    /// When the paths make it too long, or cannot be told apart where the template names them.
    pub fn template(&self, store: &Store) -> Result<String, Failure> {
        self.naming(store, self.keys())
    }

    /// The key of what each function and layer uses.
    pub(super) fn keys(&self) -> BTreeMap<LogicalId, String> {
        let code = self.artifacts.iter().filter(|artifact| artifact.named_at.is_none());
        code.flat_map(|artifact| artifact.users.iter().map(|user| (user.clone(), artifact.key.clone())))
            .collect()
    }

    /// The package of a function.
    pub(in crate::commands) fn package(&self, function: &LogicalId) -> Option<&Artifact> {
        let mut code = self.artifacts.iter().filter(|artifact| artifact.named_at.is_none());
        code.find(|artifact| artifact.users.contains(function))
    }

    /// The template, naming these packages, and the other files as they are.
    pub(super) fn naming(&self, store: &Store, code: BTreeMap<LogicalId, String>) -> Result<String, Failure> {
        let named = |artifact: &Artifact| Some((artifact.named_at?, artifact.key.clone()));
        let mut keys = Keys { code, files: self.artifacts.iter().filter_map(named).collect() };
        for (at, text) in self.nested_templates(store)? {
            keys.files.insert(at, template_key(&text));
        }
        let document = &self.source.document;
        let edits = edits(document, store, &keys).map_err(|error| match error.place() {
            Some(place) => self.source.at(place.span, &error),
            None => self.source.whole(&error),
        })?;
        let template = apply(document.text(), &edits).map_err(|error| self.source.whole(&error))?;
        limits::template(document, template.len()).map_err(|error| self.source.whole(&error))?;
        Ok(template)
    }

    /// The templates that are nested in it, as the project has them.
    pub(super) fn nested_documents(&self) -> Vec<&Document> {
        self.source.all().into_iter().skip(1).map(|source| &source.document).collect()
    }

    /// The templates that are nested directly in this one, each by where it is named.
    fn nested_templates(&self, store: &Store) -> Result<Vec<(usize, String)>, Failure> {
        let store = &match store {
            // Their folder is beside those of the packages.
            Store::Folder { .. } => Store::Folder { up: "../" },
            Store::Bucket { .. } | Store::Regions { .. } => store.clone(),
        };
        self.nested.iter().map(|(at, nested)| Ok((*at, nested.template(store)?))).collect()
    }

    /// Everything that is sent, each once by its key with all that use it, the nested templates included.
    ///
    /// # Errors
    /// As [`Self::template`].
    pub fn contents(&self, store: &Store) -> Result<BTreeMap<String, Sent<'_>>, Failure> {
        let mut contents: BTreeMap<String, Sent<'_>> = BTreeMap::new();
        for artifact in &self.artifacts {
            let sent = contents.entry(artifact.key.clone());
            let sent = sent.or_insert_with(|| Sent::new(Cow::Borrowed(&artifact.bytes)));
            sent.users.extend(artifact.users.iter().cloned());
        }
        for ((at, text), (_, nested)) in self.nested_templates(store)?.into_iter().zip(&self.nested) {
            let user = self.source.files.iter().find(|file| file.place.span.start == at);
            let sent = contents.entry(template_key(&text));
            let sent = sent.or_insert_with(|| Sent::new(Cow::Owned(text.into_bytes())));
            sent.users.extend(user.map(|file| file.user.clone()));
            for (key, Sent { users, bytes }) in nested.contents(store)? {
                contents.entry(key).or_insert_with(|| Sent::new(bytes)).users.extend(users);
            }
        }
        Ok(contents)
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
        store: &Store,
        context: &mut Context,
    ) -> Result<Vec<Package>, Failure> {
        let Store::Bucket { name: bucket, .. } = store else { return Ok(Vec::new()) };
        let distinct = self.contents(store)?;
        let mut packages: Vec<Package> = stream::iter(&distinct)
            .map(|(key, Sent { users, bytes })| async move {
                let was_uploaded = !buckets.has(bucket, key).await?;
                let bytes = bytes.len() as u64;
                Ok::<_, Failure>(Package { users: users.clone(), key: (*key).clone(), bytes, was_uploaded })
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
            .map(|(key, sent)| buckets.put(bucket, key, sent.bytes.to_vec(), None))
            .buffer_unordered(UPLOADS)
            .try_collect::<()>()
            .await?;
        Ok(packages)
    }

    /// Uploads to a bucket that is there what it does not have yet; returns how many that were.
    ///
    /// # Errors
    /// When AWS refuses.
    pub(super) async fn upload_to(
        &self,
        buckets: &impl Buckets,
        bucket: &str,
        store: &Store,
    ) -> Result<usize, Failure> {
        let contents = self.contents(store)?;
        let uploads = stream::iter(&contents).map(|(key, sent)| async move {
            if buckets.has(bucket, key).await? {
                return Ok::<_, Failure>(0);
            }
            buckets.put(bucket, key, sent.bytes.to_vec(), None).await?;
            Ok(1)
        });
        let uploaded: Vec<usize> = uploads.buffer_unordered(UPLOADS).try_collect().await?;
        Ok(uploaded.into_iter().sum())
    }

    /// Hands the template over in the request, or through the bucket when it is too long for that.
    ///
    /// # Errors
    /// When it is too long for CloudFormation altogether, or AWS refuses.
    pub async fn deliver(
        &self,
        template: &str,
        buckets: &impl Buckets,
        store: &Store,
    ) -> Result<TemplateSource, Failure> {
        match (limits::template(&self.source.document, template.len())?, store) {
            (Delivery::Upload, Store::Bucket { name, address }) => {
                buckets.ensure_private(name).await?;
                let key = template_key(template);
                buckets.put(name, &key, template.as_bytes().to_vec(), None).await?;
                Ok(TemplateSource::Url(format!("{address}/{key}")))
            }
            (Delivery::Body | Delivery::Upload, _) => Ok(TemplateSource::Body(template.to_owned())),
        }
    }
}
