//! Which local code a template uses, what must be packaged once, and how the template names it afterwards.
//!
//! It reads the template only; what is on the disk is told to it.

use std::collections::{BTreeMap, BTreeSet};

use crate::names::LogicalId;
use crate::template::{Code, Document, Edit, EditError, NodeRef, Position, Resource, Span};

/// A place in the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// For an excerpt.
    pub span: Span,
    /// For `file:line:column`.
    pub position: Position,
}

/// Something in a template that names local code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeUse {
    /// The function or layer.
    pub user: LogicalId,
    /// Its runtime, where the template tells it.
    pub runtime: Option<String>,
    /// Where the template names the code; functions that take it from `Globals` share a place.
    pub place: Place,
    form: Form,
}

/// How a property names code in a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `s3://bucket/key`, as SAM's `CodeUri` and `ContentUri` take it.
    Uri,
    /// `S3Bucket` and `S3Key`, as CloudFormation's `Code` and `Content` take it.
    BucketAndKey,
}

/// One folder or file to package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalCode {
    /// Its path relative to the template, without a leading `./` or a trailing `/`; `.` is the template's folder.
    pub path: String,
    /// What uses it first; errors are told there.
    pub first: CodeUse,
    /// What else uses it, in the template's order.
    pub others: Vec<CodeUse>,
}

/// What is at a path, as the disk tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// A folder.
    Folder,
    /// A file.
    File,
}

/// How code gets into a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A folder, packaged whole.
    Folder,
    /// A `.zip` or `.jar`, uploaded as it is.
    ReadyMade,
    /// One file, packaged under its own name.
    SingleFile,
}

/// Why the code of a template cannot be packaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum PlanError {
    /// The template names code that is not there.
    #[error("{user}: there is no {path:?} beside the template")]
    #[diagnostic(help("paths are relative to the template's own folder"))]
    Nothing {
        /// The function or layer.
        user: LogicalId,
        /// The path.
        path: String,
        /// Where the template names it.
        place: Place,
    },
    /// A function without code.
    #[error("{user} has no code")]
    #[diagnostic(help("name its folder, such as `CodeUri: functions/{user}`"))]
    NoCode {
        /// The function.
        user: LogicalId,
        /// Where it is.
        place: Place,
    },
    /// A property that names a local file, of a kind that is not uploaded yet.
    #[error("{user}: {property} names the local file {path:?}, and this version uploads only code")]
    #[diagnostic(help("upload it yourself and name its address, or write its content into the template"))]
    NotSupported {
        /// The resource.
        user: LogicalId,
        /// The property.
        property: &'static str,
        /// The path.
        path: String,
        /// Where the template names it.
        place: Place,
    },
}

impl PlanError {
    /// Where in the template.
    #[must_use]
    pub const fn place(&self) -> Place {
        match self {
            Self::Nothing { place, .. } | Self::NoCode { place, .. } | Self::NotSupported { place, .. } => {
                *place
            }
        }
    }
}

/// A use with its path and the value that names it.
struct Named<'d> {
    path: String,
    node: NodeRef<'d>,
    code_use: CodeUse,
}

/// Finds every piece of local code once, in the order the template first uses it.
pub fn local_code(document: &Document) -> Result<Vec<LocalCode>, PlanError> {
    let mut found: Vec<LocalCode> = Vec::new();
    for Named { path, code_use, .. } in uses(document)? {
        match found.iter_mut().find(|code| code.path == path) {
            Some(code) => code.others.push(code_use),
            None => found.push(LocalCode { path, first: code_use, others: Vec::new() }),
        }
    }
    for resource in document.resources() {
        refuse_other_files(document, &resource)?;
    }
    Ok(found)
}

fn uses(document: &Document) -> Result<Vec<Named<'_>>, PlanError> {
    let mut uses = Vec::new();
    for function in document.functions() {
        match function.code() {
            Code::Local { path, node } => {
                let runtime = function.runtime().and_then(|runtime| literal(document, runtime.node()));
                let form = if function.is_sam() { Form::Uri } else { Form::BucketAndKey };
                let code_use = CodeUse { user: function.logical_id(), runtime, place: place_of(node), form };
                uses.push(Named { path: normal(path), node, code_use });
            }
            Code::Missing => {
                let place = place_of(function.resource().key());
                return Err(PlanError::NoCode { user: function.logical_id(), place });
            }
            Code::S3 { .. } | Code::Inline { .. } | Code::Image { .. } | Code::Unknown { .. } => {}
        }
    }
    uses.extend(document.resources().filter_map(|resource| layer(document, &resource)));
    Ok(uses)
}

fn layer<'d>(document: &'d Document, resource: &Resource<'d>) -> Option<Named<'d>> {
    let (property, form) = match resource.resource_type() {
        "AWS::Serverless::LayerVersion" => ("ContentUri", Form::Uri),
        "AWS::Lambda::LayerVersion" => ("Content", Form::BucketAndKey),
        _ => return None,
    };
    let node = resource.property(property)?;
    let path = normal(&local_path(document, node)?);
    let code_use = CodeUse { user: resource.logical_id(), runtime: None, place: place_of(node), form };
    Some(Named { path, node, code_use })
}

/// Stops at files that would have to be uploaded too, rather than deploy a template that cannot work.
fn refuse_other_files(document: &Document, resource: &Resource<'_>) -> Result<(), PlanError> {
    /// Beside code, what `aws cloudformation package` uploads (AWS CLI command reference).
    const PROPERTIES: [(&str, &str); 6] = [
        ("AWS::CloudFormation::Stack", "TemplateURL"),
        ("AWS::Serverless::Api", "DefinitionUri"),
        ("AWS::Serverless::Application", "Location"),
        ("AWS::Serverless::HttpApi", "DefinitionUri"),
        ("AWS::Serverless::StateMachine", "DefinitionUri"),
        ("AWS::StepFunctions::StateMachine", "DefinitionS3Location"),
    ];
    for (resource_type, property) in PROPERTIES {
        if resource.resource_type() != resource_type {
            continue;
        }
        let Some(node) = resource.property(property) else { continue };
        if let Some(path) = local_path(document, node) {
            let place = place_of(node);
            return Err(PlanError::NotSupported { user: resource.logical_id(), property, path, place });
        }
    }
    Ok(())
}

/// A value that is one literal text and no address.
fn local_path(document: &Document, node: NodeRef<'_>) -> Option<String> {
    let path = literal(document, node)?;
    (!path.contains("://") && !path.starts_with("arn:")).then_some(path)
}

fn literal(document: &Document, node: NodeRef<'_>) -> Option<String> {
    document.resolve(node).known().map(str::to_owned)
}

fn place_of(node: NodeRef<'_>) -> Place {
    Place { span: node.span(), position: node.position() }
}

/// The same folder has one name, so that it is packaged once.
fn normal(path: &str) -> String {
    let components: Vec<_> = path.split('/').filter(|component| !matches!(*component, "" | ".")).collect();
    let relative = if components.is_empty() { ".".to_owned() } else { components.join("/") };
    if path.starts_with('/') { format!("/{relative}") } else { relative }
}

impl LocalCode {
    /// Everything that uses it.
    pub fn uses(&self) -> impl Iterator<Item = &CodeUse> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// How it gets into a package, by what is at its path.
    pub fn source(&self, found: Found) -> Result<Source, PlanError> {
        let is_ready_made =
            [".zip", ".jar"].iter().any(|extension| self.path.to_lowercase().ends_with(extension));
        match found {
            Found::Folder => Ok(Source::Folder),
            Found::File if is_ready_made => Ok(Source::ReadyMade),
            Found::File => Ok(Source::SingleFile),
            Found::Nothing => {
                let CodeUse { user, place, .. } = self.first.clone();
                Err(PlanError::Nothing { user, path: self.path.clone(), place })
            }
        }
    }
}

/// Why the packages cannot be named in the template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum EditsError {
    /// The template's code cannot be packaged in the first place.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Plan(#[from] PlanError),
    /// A value cannot be replaced where it stands.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Edit(#[from] EditError),
}

/// The edits that make the template name every package in the bucket.
///
/// `keys` maps the path of each [`LocalCode`] to its key; a path without one stays as it is.
pub fn edits(
    document: &Document,
    bucket: &str,
    keys: &BTreeMap<String, String>,
) -> Result<Vec<Edit>, EditsError> {
    let mut edited = BTreeSet::new();
    let mut edits = Vec::new();
    for Named { path, node, code_use } in uses(document)? {
        let Some(key) = keys.get(&path) else { continue };
        // One place in Globals, or one anchor, serves many functions.
        if edited.insert(node.span().start) {
            edits.push(code_use.form.naming(node, bucket, key)?);
        }
    }
    Ok(edits)
}

impl Form {
    fn naming(self, node: NodeRef<'_>, bucket: &str, key: &str) -> Result<Edit, EditError> {
        match self {
            Self::Uri => Edit::scalar(node, &format!("s3://{bucket}/{key}")),
            Self::BucketAndKey => Edit::mapping(node, &[("S3Bucket", bucket), ("S3Key", key)]),
        }
    }
}

#[cfg(test)]
mod tests;
