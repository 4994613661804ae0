//! Which local code and files a template uses, and what must be packaged once.
//!
//! It reads the template only; what is on the disk is told to it.

use std::collections::BTreeMap;

use super::platform::Architecture;
use super::recipe::{BuildMetadata, Recipe, RecipeError};
use crate::names::LogicalId;
use crate::template::{Code, Document, Effective, Function, FunctionView, NodeRef, Position, Resource, Span};

/// A place in the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// For an excerpt.
    pub span: Span,
    /// For `file:line:column`.
    pub position: Position,
}

impl Place {
    /// Where a node stands.
    #[must_use]
    pub fn of(node: NodeRef<'_>) -> Self {
        Self { span: node.span(), position: node.position() }
    }
}

/// What uses code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A function.
    Function,
    /// A layer.
    Layer,
}

/// Something in a template that names local code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeUse {
    /// The function or layer.
    pub user: LogicalId,
    /// Which of the two.
    pub kind: Kind,
    /// The code's path, as in [`LocalCode`].
    pub path: String,
    /// Its runtime, where the template tells it.
    pub runtime: Option<String>,
    /// Its handler, where the template tells it.
    pub handler: Option<String>,
    /// The processors it runs on; none when the template leaves that to what is known only at AWS.
    pub architecture: Option<Architecture>,
    /// The layers of this template that it uses.
    pub layers: Vec<LogicalId>,
    /// It uses layers whose content the template does not tell.
    pub has_foreign_layers: bool,
    /// Its environment asks Node.js for source maps.
    pub enables_source_maps: bool,
    /// What the template says about how it is built.
    pub metadata: Option<BuildMetadata>,
    /// Where the template names the code; functions that take it from `Globals` share a place.
    pub place: Place,
    pub(super) form: Form,
}

/// How a property names something in a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `s3://bucket/key` or a mapping of `Bucket` and `Key`, as SAM's `CodeUri`, `ContentUri` and `DefinitionUri` take it.
    SamUri,
    /// `s3://bucket/key`, as other properties take it.
    Uri,
    /// `S3Bucket` and `S3Key`, as CloudFormation's `Code` and `Content` take it.
    CodeLocation,
    /// `Bucket` and `Key`, as the other properties of CloudFormation take it.
    Location,
    /// `https://…`, as properties that name templates take it.
    Address,
}

/// One folder or file of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalCode {
    /// Its path relative to the template, without a leading `./` or a trailing `/`; `.` is the template's folder.
    pub path: String,
    /// What uses it first; errors are told there.
    pub first: CodeUse,
    /// What else uses it, in the template's order.
    pub others: Vec<CodeUse>,
}

/// One package to make: a folder or file, and what is done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The code; its uses are those that this recipe serves.
    pub code: LocalCode,
    /// What is done with it.
    pub recipe: Recipe,
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
    /// A folder, packaged whole or built.
    Folder,
    /// A `.zip` or `.jar`, uploaded as it is.
    ReadyMade,
    /// One file, packaged under its own name.
    SingleFile,
}

/// Why the code of a template cannot be packaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum PlanError {
    /// The template names something that is not there.
    #[error("{user}: there is no {path:?} beside the template")]
    #[diagnostic(help("paths are relative to the template's own folder"))]
    Nothing {
        /// The resource.
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
    /// Templates that are nested in each other.
    #[error("{user}: {path:?} is nested in itself")]
    #[diagnostic(help("a stack cannot hold itself: name another template"))]
    Circle {
        /// The resource.
        user: LogicalId,
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
            Self::Nothing { place, .. } | Self::NoCode { place, .. } | Self::Circle { place, .. } => *place,
        }
    }
}

/// Values that parameters are given, instead of their defaults.
pub type Given = BTreeMap<String, String>;

/// A use with the value that names its code, and the resource.
pub(super) struct Named<'d> {
    pub(super) node: NodeRef<'d>,
    pub(super) resource: Resource<'d>,
    pub(super) property: &'static str,
    pub(super) code_use: CodeUse,
}

/// Finds every piece of local code once, in the order the template first uses it.
///
/// # Errors
/// When a function has no code.
pub fn local_code(document: &Document, given: &Given) -> Result<Vec<LocalCode>, PlanError> {
    let mut found: Vec<LocalCode> = Vec::new();
    for Named { code_use, .. } in uses(document, given)? {
        match found.iter_mut().find(|code| code.path == code_use.path) {
            Some(code) => code.others.push(code_use),
            None => {
                let path = code_use.path.clone();
                found.push(LocalCode { path, first: code_use, others: Vec::new() });
            }
        }
    }
    Ok(found)
}

pub(super) fn uses<'d>(document: &'d Document, given: &Given) -> Result<Vec<Named<'d>>, PlanError> {
    let mut uses = Vec::new();
    for function in document.functions() {
        match function.code() {
            Code::Local { path, node } => {
                let property = if function.is_sam() { "CodeUri" } else { "Code" };
                let code_use = of_function(document, function, path, node, given);
                uses.push(Named { node, resource: function.resource(), property, code_use });
            }
            Code::Missing => {
                let place = Place::of(function.resource().key());
                return Err(PlanError::NoCode { user: function.logical_id(), place });
            }
            Code::S3 { .. } | Code::Inline { .. } | Code::Image { .. } | Code::Unknown { .. } => {}
        }
    }
    let layers = document.resources().filter_map(|resource| layer(document, resource, given, &uses));
    let layers: Vec<_> = layers.collect();
    uses.extend(layers);
    Ok(uses)
}

fn of_function(
    document: &Document,
    function: FunctionView<'_>,
    path: &str,
    node: NodeRef<'_>,
    given: &Given,
) -> CodeUse {
    let text = |value: Option<Effective<'_>>| value.and_then(|value| literal(document, value.node(), given));
    let architectures = function.architectures().map(Effective::items).unwrap_or_default();
    let architecture = architecture(document, architectures.last().copied(), given);
    let layers = function.resource().effective("Layers").map(Effective::items).unwrap_or_default();
    let own = |node: &NodeRef<'_>| document.resolve(*node).reference()?.resource().cloned();
    let own: Vec<LogicalId> = layers.iter().filter_map(own).collect();
    let options = text(function.environment().and_then(|variables| variables.get("NODE_OPTIONS")));
    CodeUse {
        user: function.logical_id(),
        kind: Kind::Function,
        path: normal(path),
        runtime: text(function.runtime()),
        handler: text(function.handler()),
        architecture,
        has_foreign_layers: own.len() < layers.len(),
        layers: own,
        enables_source_maps: options.is_some_and(|options| options.contains("--enable-source-maps")),
        metadata: BuildMetadata::of(&function.resource()),
        place: Place::of(node),
        form: if function.is_sam() { Form::SamUri } else { Form::CodeLocation },
    }
}

fn layer<'d>(
    document: &'d Document,
    resource: Resource<'d>,
    given: &Given,
    functions: &[Named<'d>],
) -> Option<Named<'d>> {
    let (property, form) = match resource.resource_type() {
        "AWS::Serverless::LayerVersion" => ("ContentUri", Form::SamUri),
        "AWS::Lambda::LayerVersion" => ("Content", Form::CodeLocation),
        _ => return None,
    };
    let node = resource.property(property)?;
    let path = normal(&local_path(document, node)?);
    // SAM's own attribute first; a layer for both architectures is built for the first one.
    let built_for = resource.attribute("Metadata").and_then(|metadata| metadata.get("BuildArchitecture"));
    let compatible = resource.property("CompatibleArchitectures").and_then(|list| list.items().next());
    let named = built_for.or(compatible);
    let architecture = match named {
        Some(_) => architecture(document, named, given),
        None => that_of_users(&resource.logical_id(), functions),
    };
    let code_use = CodeUse {
        user: resource.logical_id(),
        kind: Kind::Layer,
        path,
        runtime: None,
        handler: None,
        architecture,
        layers: Vec::new(),
        has_foreign_layers: false,
        enables_source_maps: false,
        metadata: BuildMetadata::of(&resource),
        place: Place::of(node),
        form,
    };
    Some(Named { node, resource, property, code_use })
}

/// Nothing says what a layer runs on, but all functions that use it may agree.
fn that_of_users(layer: &LogicalId, functions: &[Named<'_>]) -> Option<Architecture> {
    let users = functions.iter().map(|named| &named.code_use).filter(|user| user.layers.contains(layer));
    let mut wanted = users.map(|user| user.architecture);
    let first = wanted.next().unwrap_or(Some(Architecture::X86));
    wanted.all(|other| other == first).then_some(first).flatten()
}

/// The processors, where the template tells them; Lambda's default where it says nothing.
fn architecture(document: &Document, node: Option<NodeRef<'_>>, given: &Given) -> Option<Architecture> {
    match node {
        None => Some(Architecture::X86),
        Some(node) => literal(document, node, given).and_then(|name| Architecture::named(&name)),
    }
}

/// A value that is one literal text and no address.
pub(super) fn local_path(document: &Document, node: NodeRef<'_>) -> Option<String> {
    let path = document.resolve(node).known().map(str::to_owned)?;
    (!path.contains("://") && !path.starts_with("arn:")).then_some(path)
}

/// A value as it will be deployed, as far as that is known.
fn literal(document: &Document, node: NodeRef<'_>, given: &Given) -> Option<String> {
    let reference = node.intrinsic().filter(|intrinsic| intrinsic.function == Function::Ref);
    let parameter = reference.and_then(|intrinsic| intrinsic.argument.as_str());
    parameter
        .and_then(|name| given.get(name).cloned())
        .or_else(|| document.resolve(node).known().map(str::to_owned))
}

/// The same folder has one name, so that it is packaged once.
pub(super) fn normal(path: &str) -> String {
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
    ///
    /// # Errors
    /// When there is nothing.
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

    /// Parts it by recipe: functions that share a folder and differ in what is built from it have packages of their
    /// own.
    ///
    /// # Errors
    /// The first reason why there is no recipe.
    pub fn units(
        &self,
        recipe: impl Fn(&CodeUse) -> Result<Recipe, RecipeError>,
    ) -> Result<Vec<Unit>, RecipeError> {
        let mut units: Vec<Unit> = Vec::new();
        for code_use in self.uses() {
            let recipe = recipe(code_use)?;
            match units.iter_mut().find(|unit| unit.recipe == recipe) {
                Some(unit) => unit.code.others.push(code_use.clone()),
                None => {
                    let first = code_use.clone();
                    let code = Self { path: self.path.clone(), first, others: Vec::new() };
                    units.push(Unit { code, recipe });
                }
            }
        }
        Ok(units)
    }
}

#[cfg(test)]
pub(super) mod tests;
