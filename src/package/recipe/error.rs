//! Why the template and the folder do not tell how code is built. Every reason has a place in the template.

use crate::names::LogicalId;
use crate::package::plan::{CodeUse, Place};

/// There is no recipe.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
#[error("{user}: {reason}")]
#[diagnostic(forward(reason))]
pub struct RecipeError {
    /// The function or layer.
    pub user: LogicalId,
    /// Where in the template.
    pub place: Place,
    /// Why.
    pub reason: Box<Reason>,
}

impl RecipeError {
    pub(super) fn new(code_use: &CodeUse, place: Place, reason: Reason) -> Self {
        Self { user: code_use.user.clone(), place, reason: Box::new(reason) }
    }
}

/// Why there is no recipe.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum Reason {
    /// A build method nobody here knows.
    #[error("slsx does not build with the method {method:?}")]
    #[diagnostic(help(
        "it knows esbuild, rust-cargolambda, python3.x and nodejsNN.x; build the rest yourself, point at the folder that comes out, and leave BuildMethod away"
    ))]
    UnknownMethod {
        /// What the template says.
        method: String,
    },
    /// `BuildMethod: makefile`.
    #[error("slsx runs no makefiles, because what they do depends on more than the files of the folder")]
    #[diagnostic(help(
        "run its `build-` target with ARTIFACTS_DIR before you deploy, point at that folder, and leave BuildMethod away"
    ))]
    Makefile,
    /// `Architectures` is none of Lambda's two, or depends on what is known only at AWS.
    #[error("the template does not tell for which architecture this is built")]
    #[diagnostic(help(
        "write x86_64 or arm64 under Architectures, or a parameter whose value slsx.toml, --parameter or its default gives"
    ))]
    UnknownArchitecture,
    /// The method does not fit the runtime.
    #[error("the method {method} builds nothing for the runtime {runtime}")]
    #[diagnostic(help("change one of the two"))]
    WrongRuntime {
        /// `BuildMethod`.
        method: String,
        /// `Runtime`.
        runtime: String,
    },
    /// A build property nobody here knows.
    #[error("{method} has no build property {name:?}")]
    #[diagnostic(help("{}", did_you_mean(suggestion)))]
    UnknownProperty {
        /// The property.
        name: String,
        /// `BuildMethod`.
        method: String,
        /// The nearest name that exists.
        suggestion: Option<String>,
    },
    /// A build property with a value of the wrong kind.
    #[error("{name} must be {expected}")]
    #[diagnostic(help("correct it in BuildProperties"))]
    WrongProperty {
        /// The property.
        name: String,
        /// What it must be.
        expected: &'static str,
    },
    /// esbuild without anything to begin with.
    #[error("esbuild needs to know the EntryPoints")]
    #[diagnostic(help(
        "name the handler's file:\n  Metadata:\n    BuildMethod: esbuild\n    BuildProperties:\n      EntryPoints: [app.ts]"
    ))]
    NoEntryPoints,
    /// An entry point that is not there.
    #[error("there is no {entry:?} in {folder:?}")]
    #[diagnostic(help("entry points are files of the function's own code folder"))]
    NoEntryPoint {
        /// The entry point.
        entry: String,
        /// The code folder.
        folder: String,
    },
    /// A handler in TypeScript that nothing compiles.
    #[error("{file} is TypeScript, which the runtime does not run")]
    #[diagnostic(help(
        "have it bundled, with `Handler: {handler}`:\n  Metadata:\n    BuildMethod: esbuild\n    BuildProperties:\n      EntryPoints: [{file}]"
    ))]
    TypeScript {
        /// The handler's file.
        file: String,
        /// What the handler is after bundling.
        handler: String,
    },
    /// A Rust function without a crate.
    #[error("there is no Cargo.toml in {folder:?}")]
    #[diagnostic(help("CodeUri is the folder of the crate or workspace"))]
    NoCargoManifest {
        /// The code folder.
        folder: String,
    },
    /// A manifest that cannot be read.
    #[error("cannot use {file}: {reason}")]
    #[diagnostic(help("correct the file"))]
    BadManifest {
        /// Which file of the code folder.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A binary that the crate does not have.
    #[error("the crate has no binary {binary:?}")]
    #[diagnostic(help("{}it has: {known}", suggestion.as_ref().map(|name| format!("did you mean {name:?}? ")).unwrap_or_default()))]
    NoSuchBinary {
        /// The binary.
        binary: String,
        /// The nearest one that exists.
        suggestion: Option<String>,
        /// Those that exist.
        known: String,
    },
    /// Several binaries, or none.
    #[error("the crate has {}, so it must be said which one the function is", if known.is_empty() { "no binary that could be found" } else { known })]
    #[diagnostic(help(
        "name it:\n  Metadata:\n    BuildMethod: rust-cargolambda\n    BuildProperties:\n      Binary: NAME"
    ))]
    WhichBinary {
        /// Those that exist.
        known: String,
    },
    /// Source code that the runtime cannot run and slsx does not compile.
    #[error("{file} is source code that has to be compiled, and slsx does not do that for {runtime}")]
    #[diagnostic(help("compile it yourself and point at the folder or `.jar` that comes out"))]
    Compiled {
        /// The file that tells.
        file: String,
        /// `Runtime`.
        runtime: String,
    },
}

fn did_you_mean(suggestion: &Option<String>) -> String {
    match suggestion {
        Some(name) => format!("did you mean {name}?"),
        None => "leave it away, or build the code yourself".into(),
    }
}
