//! Everything a template refers to on this machine: packaged, uploaded, and replaced by where it is then.

use std::collections::BTreeMap;
use std::path::Path;

use futures_util::{StreamExt, TryStreamExt, stream};
use miette::{NamedSource, SourceSpan};
use sha2::{Digest, Sha256};

use super::gather::{self, GatherError};
use super::show;
use crate::aws::session::Session;
use crate::commands::{Context, Failure, Project};
use crate::config::Settings;
use crate::deploy::diagnosis::Cause;
use crate::deploy::report::Package;
use crate::host::files;
use crate::names::LogicalId;
use crate::package::limits::{self, Delivery};
use crate::package::{Archive, LocalCode, edits, local_code};
use crate::ports::{Buckets, TemplateSource};
use crate::render::diagnostic::{self, Diagnostic, Excerpt, Loudness, Mark};
use crate::template::{self, Classification, Document, Span, apply};

/// Uploads at once: enough to fill a line, few enough not to be throttled.
const UPLOADS: usize = 8;

/// Something is wrong at one place of the template.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{message}")]
pub struct TemplateError {
    message: String,
    #[source_code]
    file: NamedSource<String>,
    #[label("here")]
    at: SourceSpan,
    #[help]
    help: Option<String>,
}

/// A template whose local code is packaged and ready to upload.
#[derive(Debug)]
pub struct Prepared {
    shown: String,
    document: Document,
    packages: Vec<(LocalCode, Archive)>,
}

/// The artifact bucket of an account and region.
#[must_use]
pub fn bucket(session: &Session) -> String {
    let identity = session.identity();
    format!("slsx-artifacts-{}-{}", identity.account, identity.region)
}

/// Reads the template and packages the code it names; nothing leaves this machine.
///
/// # Errors
/// When the template cannot be read, or the code it names cannot be packaged; both with their place.
pub fn prepare(project: &Project) -> Result<Prepared, Failure> {
    let path = project.template()?.to_owned();
    let shown = shown(&path, &project.folder);
    let bytes = files::read(&path)?;
    let document = template::parse(&bytes).map_err(|error| {
        let span = error.span();
        placed(&shown, &String::from_utf8_lossy(&bytes), span, error.to_string(), help_of(&error))
    })?;
    if document.classify() != Classification::Template {
        return Err(placed(
            &shown,
            document.text(),
            Span { start: 0, end: 0 },
            "this is not a CloudFormation or SAM template: it has no Resources".into(),
            Some("name the template in slsx.toml: template = \"...\"".into()),
        ));
    }
    // What CloudFormation would refuse for its size costs no packaging, no upload and no deletion.
    limits::delivery(document.text().len(), document.resources().count())?;
    let packages = package_all(&document, &path, &shown)?;
    Ok(Prepared { shown, document, packages })
}

/// Each folder once, however many functions use it.
fn package_all(document: &Document, path: &Path, shown: &str) -> Result<Vec<(LocalCode, Archive)>, Failure> {
    let base = path.parent().unwrap_or(Path::new("."));
    let codes = local_code(document).map_err(|error| at(shown, document, error.place().span, &error))?;
    let mut packages = Vec::new();
    for code in codes {
        let span = code.first.place.span;
        let archive = gather::package(&code, &base.join(&code.path)).map_err(|error| match error {
            GatherError::Plan(error) => at(shown, document, error.place().span, &error),
            GatherError::Build(error) => at(shown, document, span, &error),
            GatherError::Package(error) => at(shown, document, span, &error),
            GatherError::File(error) => error.into(),
        })?;
        packages.push((code, archive));
    }
    Ok(packages)
}

impl Prepared {
    /// The template as CloudFormation gets it: local paths replaced by where their packages will be.
    ///
    /// # Errors
    /// When the paths make it too long, or an edit is impossible, which would be a mistake of ours.
    pub fn template(&self, bucket: &str) -> Result<String, Failure> {
        let keys: BTreeMap<String, String> =
            self.packages.iter().map(|(code, archive)| (code.path.clone(), archive.key())).collect();
        let whole = |error: &dyn std::fmt::Display| {
            placed(&self.shown, self.document.text(), Span { start: 0, end: 0 }, error.to_string(), None)
        };
        let edits = edits(&self.document, bucket, &keys).map_err(|error| whole(&error))?;
        let template = apply(self.document.text(), &edits).map_err(|error| whole(&error))?;
        limits::delivery(template.len(), self.document.resources().count())?;
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
        for (key, value) in &settings.parameters {
            hash.update([0]);
            hash.update(key);
            hash.update([0]);
            hash.update(value);
        }
        let hex: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        format!("slsx-{hex}")
    }

    /// Names of the template's parameters.
    #[must_use]
    pub fn parameters(&self) -> Vec<String> {
        self.document.parameters().map(|parameter| parameter.name().to_owned()).collect()
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
            .map(|(key, (users, archive))| async move {
                let was_uploaded = !buckets.has(bucket, key).await?;
                let bytes = archive.bytes.len() as u64;
                Ok::<_, Failure>(Package { users: users.clone(), key: key.clone(), bytes, was_uploaded })
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
        let archives = missing.filter_map(|package| distinct.get_key_value(&package.key));
        stream::iter(archives)
            .map(|(key, (_, archive))| buckets.put(bucket, key, archive.bytes.clone(), None))
            .buffer_unordered(UPLOADS)
            .try_collect::<()>()
            .await?;
        Ok(packages)
    }

    /// Each package once, by its key, with all that use it: folders of the same content have one package.
    fn distinct(&self) -> BTreeMap<String, (Vec<LogicalId>, &Archive)> {
        let mut distinct = BTreeMap::new();
        for (code, archive) in &self.packages {
            let (users, _) = distinct.entry(archive.key()).or_insert_with(|| (Vec::new(), archive));
            users.extend(code.uses().map(|used| used.user.clone()));
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
        let resources = self.document.resources().count();
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

    /// Shows the lines of the template that the cause of a failure comes from.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn point_at(&self, cause: &Cause, context: &mut Context) -> Result<(), Failure> {
        let Some(resource) = self.document.resource(cause.logical_id.as_str()) else { return Ok(()) };
        let key = resource.key().span();
        let mark = Mark { range: key.start..key.end, label: "this resource".into(), is_primary: true };
        let diagnostic = Diagnostic {
            loudness: Loudness::Error,
            word: "error",
            code: None,
            title: format!("{}: {}", cause.logical_id, cause.reason),
            excerpts: vec![Excerpt {
                path: &self.shown,
                text: self.document.text(),
                first_line: 1,
                marks: vec![mark],
            }],
            notes: Vec::new(),
            help: Some(cause.remedy.sentence()),
        };
        show::remark(context, |err, style| diagnostic::write(&diagnostic, style, err))
    }
}

/// An emulator has no host name per bucket.
fn object_url(session: &Session, bucket: &str, key: &str) -> String {
    match session.endpoint_url() {
        Some(endpoint) => format!("{}/{bucket}/{key}", endpoint.trim_end_matches('/')),
        None => format!("https://{bucket}.s3.{}.amazonaws.com/{key}", session.identity().region),
    }
}

/// The path as the user would type it.
fn shown(path: &Path, folder: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned()
}

fn at(shown: &str, document: &Document, span: Span, error: &dyn miette::Diagnostic) -> Failure {
    placed(shown, document.text(), span, error.to_string(), help_of(error))
}

fn help_of(error: &dyn miette::Diagnostic) -> Option<String> {
    error.help().map(|help| help.to_string())
}

fn placed(shown: &str, text: &str, span: Span, message: String, help: Option<String>) -> Failure {
    let file = NamedSource::new(shown, text.to_owned());
    let at = SourceSpan::from((span.start, span.end.saturating_sub(span.start)));
    Failure::Template(Box::new(TemplateError { message, file, at, help }))
}
