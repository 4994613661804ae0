//! Cloud assemblies, as `cdk synth` leaves them in `cdk.out`: which stacks there are, and their templates with assets
//! named by their place beside the template, so that everything that can be done with a template can be done with them.
//! No bootstrap stack is needed: assets go where all packages go.
//!
//! Sources: the cloud assembly schema (<https://github.com/aws/aws-cdk-cli>, `packages/@aws-cdk/cloud-assembly-schema`),
//! manifests of version 55.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::plan::Place;
use crate::names::LogicalId;
use crate::template::{Document, Edit, EditError, NodeRef, Span, apply};

/// A manifest, as far as stacks are concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Its stacks, in the order of their ids.
    pub stacks: Vec<AssemblyStack>,
    /// Folders of further assemblies: those of CDK stages.
    pub nested: Vec<String>,
}

/// One stack of an assembly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssemblyStack {
    /// Its id in the app, such as `Shop` or `Production/Shop`.
    pub id: String,
    /// The name it is to have in the account.
    pub name: String,
    /// The file of its template, relative to the assembly.
    pub template: String,
    /// The files that list its assets, relative to the assembly.
    pub assets: Vec<String>,
}

/// A file or folder that a stack uses.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Asset {
    path: String,
}

/// The assets of a stack, by the key they would have in a bootstrapped bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    files: BTreeMap<String, Asset>,
    has_images: bool,
}

/// Why an assembly cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum AssemblyError {
    /// Not the JSON of a manifest.
    #[error("this is not a file of a cloud assembly: {message}")]
    #[diagnostic(help("make it anew with `npx cdk synth`"))]
    Unreadable {
        /// What is wrong.
        message: String,
    },
    /// A function in a container image that CDK would build.
    #[error("{user} runs in a container image that has to be built and pushed first")]
    #[diagnostic(help("slsx builds no images: push it yourself and name it with `DockerImageCode.fromEcr`"))]
    Image {
        /// The function.
        user: LogicalId,
        /// Where the template names it.
        place: Place,
    },
    /// An asset in a property that is not known to name a file.
    #[error("{user} uses the asset {asset} where slsx knows of no file")]
    #[diagnostic(help(
        "deploy this stack with `npx cdk deploy`, or give the file to a property that takes one"
    ))]
    Unknown {
        /// The resource.
        user: LogicalId,
        /// Its place in the assembly.
        asset: String,
        /// Where the template names it.
        place: Place,
    },
    /// The template cannot be edited.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Edit(#[from] EditError),
}

impl AssemblyError {
    /// Where in the template, if the error is about one place.
    #[must_use]
    pub const fn place(&self) -> Option<Place> {
        match self {
            Self::Image { place, .. } | Self::Unknown { place, .. } => Some(*place),
            Self::Unreadable { .. } | Self::Edit(_) => None,
        }
    }
}

#[derive(Deserialize)]
struct ManifestFile {
    artifacts: BTreeMap<String, Artifact>,
}

#[derive(Deserialize)]
struct Artifact {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    properties: Properties,
    #[serde(default)]
    dependencies: Vec<String>,
    #[serde(rename = "displayName")]
    display_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Properties {
    template_file: Option<String>,
    stack_name: Option<String>,
    file: Option<String>,
    directory_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssetsFile {
    #[serde(default)]
    files: BTreeMap<String, FileAsset>,
    #[serde(default)]
    docker_images: BTreeMap<String, serde_json::Value>,
}

#[derive(Deserialize)]
struct FileAsset {
    source: FileSource,
    #[serde(default)]
    destinations: BTreeMap<String, Destination>,
}

#[derive(Deserialize)]
struct FileSource {
    path: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Destination {
    object_key: String,
}

impl Manifest {
    /// Reads a `manifest.json`.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(text: &str) -> Result<Self, AssemblyError> {
        let file: ManifestFile = parse(text)?;
        let mut manifest = Self::default();
        for (id, artifact) in &file.artifacts {
            let Artifact { kind, properties, .. } = artifact;
            match (kind.as_str(), &properties.template_file, &properties.directory_name) {
                ("aws:cloudformation:stack", Some(template), _) => manifest.stacks.push(AssemblyStack {
                    id: artifact.display_name.clone().unwrap_or_else(|| id.clone()),
                    name: properties.stack_name.clone().unwrap_or_else(|| id.clone()),
                    template: template.clone(),
                    assets: artifact.asset_files(&file.artifacts),
                }),
                ("cdk:cloud-assembly", _, Some(folder)) => manifest.nested.push(folder.clone()),
                _ => {}
            }
        }
        Ok(manifest)
    }
}

impl Artifact {
    fn asset_files(&self, all: &BTreeMap<String, Self>) -> Vec<String> {
        let listed = self.dependencies.iter().filter_map(|id| all.get(id));
        let manifests = listed.filter(|artifact| artifact.kind == "cdk:asset-manifest");
        manifests.filter_map(|artifact| artifact.properties.file.clone()).collect()
    }
}

impl Assets {
    /// Adds those of an `*.assets.json`.
    ///
    /// # Errors
    /// When it is none.
    pub fn add(&mut self, text: &str) -> Result<(), AssemblyError> {
        let file: AssetsFile = parse(text)?;
        self.has_images |= !file.docker_images.is_empty();
        for asset in file.files.into_values() {
            let Some(path) = asset.source.path else { continue };
            for destination in asset.destinations.into_values() {
                self.files.insert(destination.object_key, Asset { path: path.clone() });
            }
        }
        Ok(())
    }

    /// The template with every asset named by its path beside the template, without what asks for the bootstrap stack.
    /// Its lines stay where they are.
    ///
    /// # Errors
    /// When an asset is used in a way that cannot be told.
    pub fn localize(&self, document: &Document) -> Result<String, AssemblyError> {
        let mut edits = Vec::new();
        for resource in document.resources() {
            let user = resource.logical_id();
            let node = resource.node();
            let is_image = |node: &NodeRef<'_>| node.get("ImageUri").is_some();
            if let Some(image) = node.descendants().find(is_image).filter(|_| self.has_images) {
                return Err(AssemblyError::Image { user, place: Place::of(image) });
            }
            // A name that changes with every change of the code; only local debuggers read it.
            edits.extend(without(document, node, "Metadata", "aws:asset:path"));
            let mut done = Vec::new();
            for inner in node.descendants() {
                if let Some(asset) = self.named_by(inner) {
                    edits.push(on_as_many_lines(document, inner, &quoted(&asset.path)));
                    done.push(inner.span());
                }
            }
            // Whatever else mentions an asset would name something that is nowhere.
            let left = node.descendants().find_map(|inner| {
                let asset = self.files.get(inner.as_str()?)?;
                let is_done = done.iter().any(|span| span.contains(inner.span()));
                (!is_done).then_some((inner, asset))
            });
            if let Some((inner, asset)) = left {
                let (asset, place) = (asset.path.clone(), Place::of(inner));
                return Err(AssemblyError::Unknown { user, asset, place });
            }
        }
        for (section, key) in [("Parameters", "BootstrapVersion"), ("Rules", "CheckBootstrapVersion")] {
            edits.extend(without(document, document.root(), section, key));
        }
        Ok(apply(document.text(), &edits)?)
    }

    /// The asset that a value names: a pair of bucket and key, or the address of a template.
    fn named_by(&self, node: NodeRef<'_>) -> Option<&Asset> {
        for (bucket, key) in [("S3Bucket", "S3Key"), ("Bucket", "Key")] {
            if node.get(bucket).is_some()
                && let Some(asset) =
                    node.get(key).and_then(NodeRef::as_str).and_then(|key| self.files.get(key))
            {
                return Some(asset);
            }
        }
        // An address is a join of many parts, the last of which ends with the key.
        let parts = node.get("Fn::Join").filter(|_| node.is_mapping())?.items().nth(1)?;
        let last = parts.items().last()?.as_str()?;
        let (_, key) = last.rsplit_once('/')?;
        self.files.get(key)
    }
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, AssemblyError> {
    serde_json::from_str(text).map_err(|error| AssemblyError::Unreadable { message: error.to_string() })
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Replaces a value of a JSON text and keeps the number of its lines.
fn on_as_many_lines(document: &Document, node: NodeRef<'_>, value: &str) -> Edit {
    let span = node.span();
    let lines = document.text().get(span.range()).map_or(0, |text| text.matches('\n').count());
    Edit { span, replacement: format!("{value}{}", "\n".repeat(lines)) }
}

/// Takes an entry out of a mapping in a JSON template, or the whole mapping out of what holds it where it is the only one.
fn without(document: &Document, holder: NodeRef<'_>, name: &str, key: &str) -> Option<Edit> {
    let mapping = holder.get(name)?;
    mapping.get(key)?;
    let is_only = mapping.entries().count() == 1;
    let (parent, gone) = if is_only { (holder, name) } else { (mapping, key) };
    let entries: Vec<_> = parent.entries().collect();
    let index = entries.iter().position(|entry| entry.name() == gone)?;
    let entry = entries.get(index)?;
    let span = match (index.checked_sub(1).and_then(|before| entries.get(before)), entries.get(index + 1)) {
        (Some(before), _) => Span::new(before.value.span().end, entry.value.span().end),
        (None, Some(after)) => Span::new(entry.key.span().start, after.key.span().start),
        (None, None) => Span::new(entry.key.span().start, entry.value.span().end),
    };
    let lines = document.text().get(span.range()).map_or(0, |text| text.matches('\n').count());
    Some(Edit { span, replacement: "\n".repeat(lines) })
}

#[cfg(test)]
mod tests;
