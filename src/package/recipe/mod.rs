//! How the code of a function or layer becomes its package, told from the template and the folder. It builds nothing.
//!
//! `Metadata` means what it means to `sam build`. Without it the folder tells, so that projects which slsx did not
//! make deploy as they are.

mod cargo;
mod error;
mod esbuild;
mod metadata;
mod requirements;
#[cfg(test)]
mod tests;

pub use cargo::{is_workspace_root, path_dependencies};
pub use error::{Reason, RecipeError};
pub use metadata::{BuildMetadata, Property, Value};

use serde::Deserialize;

use super::plan::{CodeUse, Kind};
use super::platform::{Architecture, Platform};

/// The names that npm gives to a file of exact versions.
pub const NPM_LOCKS: [&str; 2] = ["npm-shrinkwrap.json", "package-lock.json"];

/// What is in a code folder, looked up when it is needed.
pub trait Look {
    /// A file's content; none when it is not there or is no text.
    fn text(&self, path: &str) -> Option<String>;
    /// Whether there is a file.
    fn has(&self, path: &str) -> bool;
    /// The names in a folder; nothing where there is none.
    fn names(&self, folder: &str) -> Vec<String>;
}

/// What is done with a folder. Equal recipes over the same folder give the same package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recipe {
    /// Its files are the package.
    AsIs,
    /// Its files, and the packages that `requirements.txt` asks for.
    Python(PythonRecipe),
    /// Its files, and the packages that `package.json` asks for.
    NodeModules(NodeRecipe),
    /// What esbuild makes of it.
    Esbuild(EsbuildRecipe),
    /// One binary of its crate, as `bootstrap`.
    Cargo(CargoRecipe),
}

/// Packages from a requirements file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PythonRecipe {
    /// Such as `3.13`.
    pub version: String,
    /// What the packages must run on.
    pub platform: Platform,
    /// The requirements file and those it includes, below the code folder.
    pub files: Vec<String>,
    /// Where packages of this machine are that are among those that are wanted.
    pub places: Places,
    /// Every package must have one of the given hashes.
    pub requires_hashes: bool,
    /// Folder of the package that everything goes into; layers have one.
    pub prefix: Option<&'static str>,
}

/// Which files of this machine decide what is installed, beside the list of packages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Places {
    /// None.
    #[default]
    None,
    /// Any of the code folder.
    Inside,
    /// Also some that are elsewhere.
    Outside,
}

/// Packages from npm.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeRecipe {
    /// What the packages must run on.
    pub platform: Platform,
    /// Folder of the package that everything goes into; layers have one.
    pub prefix: Option<&'static str>,
}

/// A bundle.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EsbuildRecipe {
    /// Files of the code folder that are bundled.
    pub entries: Vec<String>,
    /// What esbuild is told beside them and the output folder.
    pub arguments: Vec<String>,
    /// There is a `package.json`, so packages are installed first.
    pub has_manifest: bool,
}

/// A Rust binary.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CargoRecipe {
    /// Its name.
    pub binary: String,
    /// Features and profile.
    pub arguments: Vec<String>,
    /// What it must run on.
    pub platform: Platform,
}

impl Recipe {
    /// The tools that make it, for people.
    #[must_use]
    pub const fn tools(&self) -> &'static str {
        match self {
            Self::AsIs => "nothing",
            Self::Python(_) => "pip",
            Self::NodeModules(_) => "npm",
            Self::Esbuild(recipe) if recipe.has_manifest => "npm + esbuild",
            Self::Esbuild(_) => "esbuild",
            Self::Cargo(_) => "cargo",
        }
    }

    /// The folder's own files are not packaged, only what comes out.
    #[must_use]
    pub const fn replaces_sources(&self) -> bool {
        matches!(self, Self::Esbuild(_) | Self::Cargo(_))
    }

    /// Whether what comes out runs on one kind of processor only.
    const fn depends_on_processor(&self) -> bool {
        matches!(self, Self::Python(_) | Self::NodeModules(_) | Self::Cargo(_))
    }

    /// Folder of the package that everything goes into.
    #[must_use]
    pub const fn prefix(&self) -> Option<&'static str> {
        match self {
            Self::Python(recipe) => recipe.prefix,
            Self::NodeModules(recipe) => recipe.prefix,
            Self::AsIs | Self::Esbuild(_) | Self::Cargo(_) => None,
        }
    }

    /// Whether a file or folder of the code folder has no part in what is made of it: what the tools themselves leave
    /// there, which the recipe makes anew elsewhere.
    #[must_use]
    pub fn ignores(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or_default();
        match self {
            Self::AsIs | Self::Python(_) | Self::Cargo(_) => false,
            Self::NodeModules(_) | Self::Esbuild(_) => name == "node_modules",
        }
    }
}

/// The recipe for one use of a folder. `is_host` when it is to run on this machine.
///
/// # Errors
/// When template and folder contradict each other or leave something open.
pub fn recipe(code_use: &CodeUse, look: &dyn Look, is_host: bool) -> Result<Recipe, RecipeError> {
    let runtime = code_use.runtime.clone().unwrap_or_default();
    let platform = if is_host {
        Platform::Host
    } else {
        let architecture = code_use.architecture.unwrap_or(Architecture::X86);
        Platform::Lambda { runtime: runtime.clone(), architecture }
    };
    let recipe = match &code_use.metadata {
        Some(metadata) => by_method(code_use, metadata, look, platform),
        // A layer's folder has the layout of `/opt` unless SAM is told to make it.
        None if code_use.kind == Kind::Layer => Ok(Recipe::AsIs),
        None => by_runtime(code_use, &runtime, look, platform),
    }?;
    if !is_host && recipe.depends_on_processor() && code_use.architecture.is_none() {
        // A guess would deploy a function that cannot start.
        return Err(RecipeError::new(code_use, code_use.place, Reason::UnknownArchitecture));
    }
    Ok(recipe)
}

fn by_method(
    code_use: &CodeUse,
    metadata: &BuildMetadata,
    look: &dyn Look,
    platform: Platform,
) -> Result<Recipe, RecipeError> {
    let place = metadata.place;
    let method = metadata.method.as_str();
    let is_layer = code_use.kind == Kind::Layer;
    let fits =
        |beginning: &str| is_layer || code_use.runtime.as_deref().is_none_or(|it| it.starts_with(beginning));
    let (beginning, is_known) = match method {
        "esbuild" => ("nodejs", !is_layer),
        "rust-cargolambda" => ("provided", !is_layer),
        "makefile" => return Err(RecipeError::new(code_use, place, Reason::Makefile)),
        _ if method.starts_with("python3.") => ("python", true),
        _ if method.starts_with("nodejs") => ("nodejs", true),
        _ => ("", false),
    };
    if !is_known {
        return Err(RecipeError::new(code_use, place, Reason::UnknownMethod { method: method.into() }));
    }
    if !fits(beginning) {
        let runtime = code_use.runtime.clone().unwrap_or_default();
        return Err(RecipeError::new(
            code_use,
            place,
            Reason::WrongRuntime { method: method.into(), runtime },
        ));
    }
    match method {
        "esbuild" => Ok(Recipe::Esbuild(esbuild::recipe(code_use, metadata, look)?)),
        "rust-cargolambda" => Ok(Recipe::Cargo(cargo::recipe(code_use, Some(metadata), look, platform)?)),
        _ if beginning == "python" => Ok(python(look, method, platform, is_layer.then_some("python"))),
        _ => Ok(node_modules(look, platform, is_layer.then_some("nodejs"))),
    }
}

fn by_runtime(
    code_use: &CodeUse,
    runtime: &str,
    look: &dyn Look,
    platform: Platform,
) -> Result<Recipe, RecipeError> {
    if runtime.starts_with("python") {
        let is_missing = requirements::missing(look, REQUIREMENTS).is_some();
        return Ok(if is_missing { python(look, runtime, platform, None) } else { Recipe::AsIs });
    }
    if runtime.starts_with("nodejs") {
        return node(code_use, look, platform);
    }
    if runtime.starts_with("provided") && !look.has("bootstrap") && look.has(cargo::MANIFEST) {
        return Ok(Recipe::Cargo(cargo::recipe(code_use, None, look, platform)?));
    }
    let is_compiled = runtime.starts_with("java") || runtime.starts_with("dotnet");
    match look.names("").into_iter().find(|name| is_compiled && is_source(name)) {
        Some(file) => Err(RecipeError::new(
            code_use,
            code_use.place,
            Reason::Compiled { file, runtime: runtime.to_owned() },
        )),
        None => Ok(Recipe::AsIs),
    }
}

const REQUIREMENTS: &str = "requirements.txt";

fn python(look: &dyn Look, runtime: &str, platform: Platform, prefix: Option<&'static str>) -> Recipe {
    let files = requirements::files(look, REQUIREMENTS);
    // A layer without requirements still gets its sources into their folder.
    if files.is_empty() && prefix.is_none() {
        return Recipe::AsIs;
    }
    Recipe::Python(PythonRecipe {
        version: runtime.trim_start_matches("python").to_owned(),
        places: requirements::places(look, REQUIREMENTS),
        requires_hashes: requirements::has_hashes(look, REQUIREMENTS),
        platform,
        files,
        prefix,
    })
}

/// What is read of a `package.json`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NodeManifest {
    dependencies: serde_json::Map<String, serde_json::Value>,
}

fn node(code_use: &CodeUse, look: &dyn Look, platform: Platform) -> Result<Recipe, RecipeError> {
    let handler = code_use.handler.as_deref().unwrap_or_default();
    if let Some(file) = typescript(look, handler) {
        // esbuild puts what it makes of one entry point into the package's root.
        let handler = handler.rsplit('/').next().unwrap_or_default().to_owned();
        return Err(RecipeError::new(code_use, code_use.place, Reason::TypeScript { file, handler }));
    }
    let Some(text) = look.text("package.json") else { return Ok(Recipe::AsIs) };
    let manifest: NodeManifest = serde_json::from_str(&text).map_err(|error| {
        RecipeError::new(
            code_use,
            code_use.place,
            Reason::BadManifest { file: "package.json".into(), reason: error.to_string() },
        )
    })?;
    let is_installed = !look.names("node_modules").is_empty();
    let is_needed = !manifest.dependencies.is_empty() && !is_installed;
    Ok(if is_needed { node_modules(look, platform, None) } else { Recipe::AsIs })
}

fn node_modules(look: &dyn Look, platform: Platform, prefix: Option<&'static str>) -> Recipe {
    if look.has("package.json") { Recipe::NodeModules(NodeRecipe { platform, prefix }) } else { Recipe::AsIs }
}

/// The handler's file, if it exists in TypeScript only.
fn typescript(look: &dyn Look, handler: &str) -> Option<String> {
    let module = module_of(handler)?;
    let with = |endings: &[&str]| {
        endings.iter().map(|ending| format!("{module}.{ending}")).find(|path| look.has(path))
    };
    if with(&["js", "mjs", "cjs"]).is_some() {
        return None;
    }
    with(&["ts", "mts", "cts", "tsx"])
}

/// `src/app.handler` is exported by the module `src/app` (Lambda developer guide, "Node.js handler"): the name of the
/// export begins after the first dot of the last component.
pub(super) fn module_of(handler: &str) -> Option<String> {
    let (folder, file) = match handler.rsplit_once('/') {
        Some((folder, file)) => (Some(folder), file),
        None => (None, handler),
    };
    let (stem, _) = file.split_once('.')?;
    let folder = folder.map(|folder| folder.trim_start_matches("./"));
    Some(
        folder
            .filter(|folder| !folder.is_empty())
            .map_or_else(|| stem.to_owned(), |folder| format!("{folder}/{stem}")),
    )
}

fn is_source(name: &str) -> bool {
    matches!(name, "pom.xml" | "build.gradle" | "build.gradle.kts") || name.ends_with(".csproj")
}

/// The name that was probably meant.
fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let lower = written.to_lowercase();
    known
        .map(|name| (strsim::damerau_levenshtein(&lower, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= 3)
        .min()
        .map(|(_, name)| name.to_owned())
}
