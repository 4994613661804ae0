//! Builds Rust functions: one run of cargo for each workspace, however many binaries of it are wanted. Compiled
//! dependencies are shared between projects.
//!
//! For this machine plain cargo. For Lambda cargo-lambda if it is there, else cargo-zigbuild, else plain cargo with a
//! statically linked C library (musl), so that the one of this machine does not matter.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::BuildError;
use super::fingerprint::Fingerprint;
use super::process::{attempt, failure, run};
use super::sources::{Closure, closure};
use super::{Failed, Order, Shop};
use crate::host::children::{Finished, Line};
use crate::host::files;
use crate::host::programs::{self, Program};
use crate::package::platform::{Architecture, Platform, glibc_minor};
use crate::package::recipe::{CargoRecipe, Recipe};

const LOCK: &str = "Cargo.lock";
const HELP: &str = "correct the code; `cargo build --release` in that folder shows all of it";
const INSTALL_CARGO: &str =
    "install Rust with rustup, or with your system's packages (Debian and Ubuntu: `apt-get install cargo`)";
const INSTALL_LAMBDA: &str = "`pip install cargo-lambda` (it brings a linker for every platform along)";

/// One binary that is not built yet.
struct Wanted<'a> {
    order: usize,
    recipe: &'a CargoRecipe,
    folder: PathBuf,
    entry: super::cache::Entry,
}

/// What is built in one run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Run {
    root: PathBuf,
    arguments: Vec<String>,
    platform: Platform,
}

/// Builds every Rust order; returns their folders.
pub(super) async fn all(shop: &Shop<'_>, orders: &[Order]) -> Result<Vec<(usize, PathBuf)>, Failed> {
    let mut done = Vec::new();
    let mut runs: BTreeMap<Run, Vec<Wanted<'_>>> = BTreeMap::new();
    for (order, Order { recipe, folder }) in orders.iter().enumerate() {
        let Recipe::Cargo(recipe) = recipe else { continue };
        let failed = |error| Failed { order, error };
        let (run, wanted) = look_up(shop, order, recipe, folder).await.map_err(failed)?;
        if wanted.entry.is_ready().map_err(failed)? {
            done.push((order, wanted.entry.folder));
        } else {
            runs.entry(run).or_default().push(wanted);
        }
    }
    for (run, wanted) in runs {
        let order = wanted.first().map_or(0, |wanted| wanted.order);
        build(shop, &run, &wanted).await.map_err(|error| Failed { order, error })?;
        done.extend(wanted.into_iter().map(|wanted| (wanted.order, wanted.entry.folder)));
    }
    Ok(done)
}

async fn look_up<'a>(
    shop: &Shop<'_>,
    order: usize,
    recipe: &'a CargoRecipe,
    folder: &Path,
) -> Result<(Run, Wanted<'a>), BuildError> {
    let folder = files::canonical(folder)?;
    let mut sources = closure(&folder)?;
    if !sources.root.join(LOCK).is_file() {
        // Cargo makes one when it builds, and then the inputs would be others the next time.
        let cargo = cargo()?;
        let arguments = ["generate-lockfile".to_owned()];
        let line =
            Line { program: &cargo.path, arguments: &arguments, folder: &folder, set: &[], unset: &[] };
        run(&line, HELP).await?;
        sources = closure(&folder)?;
    }
    let way = Way::find(&recipe.platform);
    let entry = shop.cache.entry("rust", print(recipe, &sources, &way)?);
    let run = Run {
        root: sources.root.clone(),
        arguments: recipe.arguments.clone(),
        platform: recipe.platform.clone(),
    };
    Ok((run, Wanted { order, recipe, folder, entry }))
}

fn print(recipe: &CargoRecipe, sources: &Closure, way: &Way) -> Result<Fingerprint, BuildError> {
    let platform = match &recipe.platform {
        Platform::Host => format!("host {}", programs::architecture()),
        Platform::Lambda { runtime, architecture } => format!("{architecture} {}", glibc_minor(runtime)),
    };
    let print = Fingerprint::of("rust/1")
        .with(platform)
        .with(way.stamp())
        .with(programs::find("rustc").map(|rustc| rustc.stamp).unwrap_or_default())
        .with(programs::rust_toolchains())
        .with(&recipe.binary)
        .with_all(recipe.arguments.iter());
    sources.trees.iter().try_fold(print, |print, tree| print.with(&tree.name).with_tree(&tree.files))
}

fn cargo() -> Result<Program, BuildError> {
    programs::find("cargo").ok_or_else(|| {
        BuildError::missing("building Rust functions needs cargo, which was not found", INSTALL_CARGO)
    })
}

/// Which cargo builds.
enum Way {
    /// `cargo build` for this machine.
    Here,
    /// `cargo lambda build`.
    Lambda(Program),
    /// `cargo zigbuild`.
    Zig(Program),
    /// `cargo build` with musl.
    Musl,
}

impl Way {
    fn find(platform: &Platform) -> Self {
        match platform {
            Platform::Host => Self::Here,
            Platform::Lambda { .. } => programs::find("cargo-lambda")
                .map(Self::Lambda)
                .or_else(|| programs::find("cargo-zigbuild").map(Self::Zig))
                .unwrap_or(Self::Musl),
        }
    }

    fn stamp(&self) -> String {
        match self {
            Self::Here => "here".into(),
            Self::Lambda(program) | Self::Zig(program) => program.stamp.clone(),
            Self::Musl => "musl".into(),
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Here | Self::Musl => "cargo",
            Self::Lambda(_) => "cargo lambda",
            Self::Zig(_) => "cargo zigbuild",
        }
    }
}

async fn build(shop: &Shop<'_>, run: &Run, wanted: &[Wanted<'_>]) -> Result<(), BuildError> {
    let cargo = cargo()?;
    let way = Way::find(&run.platform);
    if let (Way::Musl, Platform::Lambda { architecture, .. }) = (&way, &run.platform) {
        require_standard_library(&musl(*architecture), &run.root).await?;
    }
    let target = shop.cache.lasting("cargo-target");
    // A folder of the user's own is shared with what he builds himself.
    let folder = programs::cargo_target().unwrap_or_else(|| target.folder.clone());
    // From cargo's run until the binaries are copied: another project may have binaries of the same name.
    let _held = target.lock().await?;
    let is_ready = wanted.iter().map(|wanted| wanted.entry.is_ready()).collect::<Result<Vec<_>, _>>()?;
    if is_ready.into_iter().all(|is_ready| is_ready) {
        return Ok(());
    }
    shop.started(&wanted.iter().map(|wanted| wanted.order).collect::<Vec<_>>(), way.name());
    target.make()?;
    let (arguments, set) = command(&way, run, wanted, &folder);
    let line = Line { program: &cargo.path, arguments: &arguments, folder: &run.root, set: &set, unset: &[] };
    let finished = attempt(&line).await?;
    if !finished.is_success {
        return Err(explained(&line, &finished, run));
    }
    let made = match way {
        Way::Lambda(_) => Made::Named(folder.join(LAMBDA_FOLDER)),
        Way::Here | Way::Zig(_) | Way::Musl => Made::Told(artifacts(&finished.stdout)),
    };
    for wanted in wanted {
        let binary = made.binary(wanted).ok_or_else(|| {
            BuildError::unexpected(
                format!("cargo built no binary {:?}", wanted.recipe.binary),
                "name one of the crate's binaries under Binary in BuildProperties",
            )
        })?;
        let staged = wanted.entry.stage()?;
        files::copy_new(&binary, &staged.path().join("bootstrap"))?;
        wanted.entry.publish(staged)?;
    }
    Ok(())
}

/// Where cargo-lambda puts the binaries, below the target folder.
const LAMBDA_FOLDER: &str = "lambda";

fn command(
    way: &Way,
    run: &Run,
    wanted: &[Wanted<'_>],
    target: &Path,
) -> (Vec<String>, Vec<(&'static str, String)>) {
    let mut words: Vec<String> = match way {
        Way::Here | Way::Musl => vec!["build".into()],
        Way::Lambda(_) => vec!["lambda".into(), "build".into()],
        Way::Zig(_) => vec!["zigbuild".into()],
    };
    if !run.arguments.iter().any(|argument| argument.starts_with("--profile=")) {
        words.push("--release".into());
    }
    // What is locked is built; a lock file that does not fit its manifest is told, not changed.
    words.push("--locked".into());
    words.extend(run.arguments.iter().cloned());
    // From the root, cargo looks at the root package only.
    if wanted.iter().any(|wanted| wanted.folder != run.root) {
        words.push("--workspace".into());
    }
    for wanted in wanted {
        words.extend(["--bin".into(), wanted.recipe.binary.clone()]);
    }
    let mut set = vec![("CARGO_TARGET_DIR", target.to_string_lossy().into_owned())];
    if let Platform::Lambda { runtime, architecture } = &run.platform {
        let glibc = format!("{}-unknown-linux-gnu.2.{}", architecture.linux_name(), glibc_minor(runtime));
        match way {
            Way::Here => {}
            Way::Lambda(_) => {
                let folder = target.join(LAMBDA_FOLDER).to_string_lossy().into_owned();
                words.extend(["--target".into(), glibc, "--lambda-dir".into(), folder]);
            }
            Way::Zig(_) => words.extend(["--target".into(), glibc]),
            Way::Musl => {
                words.extend(["--target".into(), musl(*architecture)]);
                if *architecture != programs::architecture() {
                    // Rust's own linker: that of this machine links for this machine.
                    set.push((linker_variable(*architecture), "rust-lld".into()));
                }
            }
        }
    }
    if !matches!(way, Way::Lambda(_)) {
        words.push("--message-format=json-render-diagnostics".into());
    }
    (words, set)
}

fn musl(architecture: Architecture) -> String {
    format!("{}-unknown-linux-musl", architecture.linux_name())
}

const fn linker_variable(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86 => "CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_LINKER",
        Architecture::Arm => "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER",
    }
}

/// Said before minutes are spent on compiling.
async fn require_standard_library(target: &str, folder: &Path) -> Result<(), BuildError> {
    let rustc = programs::find("rustc").ok_or_else(|| {
        BuildError::missing("building Rust functions needs rustc, which was not found", INSTALL_CARGO)
    })?;
    let arguments = ["--print".to_owned(), "sysroot".to_owned()];
    let line = Line { program: &rustc.path, arguments: &arguments, folder, set: &[], unset: &[] };
    let finished = run(&line, INSTALL_CARGO).await?;
    let sysroot = PathBuf::from(String::from_utf8_lossy(&finished.stdout).trim());
    if sysroot.join("lib/rustlib").join(target).join("lib").is_dir() {
        return Ok(());
    }
    Err(no_target(target))
}

fn no_target(target: &str) -> BuildError {
    let add = if programs::find("rustup").is_some() {
        format!("`rustup target add {target}`, or {INSTALL_LAMBDA}")
    } else {
        INSTALL_LAMBDA.to_owned()
    };
    BuildError::missing(format!("the Rust standard library for {target} is not installed"), add)
}

/// The error for a run that failed; what only lacks a tool is told as that.
fn explained(line: &Line<'_>, finished: &Finished, run: &Run) -> BuildError {
    let text = String::from_utf8_lossy(&finished.stderr);
    let Platform::Lambda { architecture, .. } = &run.platform else { return failure(line, finished, HELP) };
    let target = musl(*architecture);
    if text.contains("can't find crate for `core`") || text.contains("can't find crate for `std`") {
        return no_target(&target);
    }
    // rustc, and the crate that compiles C code for others.
    let lacks_linker = text.contains("linker `") && text.contains("not found");
    if lacks_linker || text.contains("failed to find tool") {
        return BuildError::missing(
            format!(
                "this machine has no C compiler or linker for {target}, which the crate or its dependencies need"
            ),
            INSTALL_LAMBDA,
        );
    }
    failure(line, finished, HELP)
}

/// Where the binaries are.
enum Made {
    /// In folders of their names.
    Named(PathBuf),
    /// Where cargo told.
    Told(Vec<Artifact>),
}

impl Made {
    fn binary(&self, wanted: &Wanted<'_>) -> Option<PathBuf> {
        match self {
            Self::Named(folder) => {
                Some(folder.join(&wanted.recipe.binary).join("bootstrap")).filter(|path| path.is_file())
            }
            Self::Told(artifacts) => {
                let named = || artifacts.iter().filter(|artifact| artifact.name == wanted.recipe.binary);
                // Members of a workspace may have binaries of the same name.
                let own = named().find(|artifact| artifact.manifest.parent() == Some(&wanted.folder));
                own.or_else(|| named().next()).map(|artifact| artifact.executable.clone())
            }
        }
    }
}

/// One binary that cargo made.
#[derive(Debug, PartialEq, Eq)]
struct Artifact {
    name: String,
    manifest: PathBuf,
    executable: PathBuf,
}

/// What cargo says about what it made (The Cargo Book, "External tools", "JSON messages").
fn artifacts(stdout: &[u8]) -> Vec<Artifact> {
    #[derive(Deserialize)]
    struct Message {
        target: Target,
        manifest_path: PathBuf,
        executable: Option<PathBuf>,
    }
    #[derive(Deserialize)]
    struct Target {
        name: String,
        kind: Vec<String>,
    }
    let text = String::from_utf8_lossy(stdout);
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok());
    messages
        .filter(|message| message.target.kind.iter().any(|kind| kind == "bin"))
        .filter_map(|message| {
            let executable = message.executable?;
            Some(Artifact { name: message.target.name, manifest: message.manifest_path, executable })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binaries_are_read_from_what_cargo_says() {
        let said = br#"{"reason":"compiler-artifact","manifest_path":"/p/a/Cargo.toml","target":{"name":"a","kind":["lib"]},"executable":null}
{"reason":"compiler-artifact","manifest_path":"/p/a/Cargo.toml","target":{"name":"create","kind":["bin"]},"executable":"/t/release/create"}
{"reason":"build-finished","success":true}
"#;
        let expected = Artifact {
            name: "create".into(),
            manifest: "/p/a/Cargo.toml".into(),
            executable: "/t/release/create".into(),
        };
        assert_eq!(artifacts(said), [expected]);
    }

    fn words(way: &Way, platform: Platform, arguments: &[&str]) -> String {
        let run = Run {
            root: "/p".into(),
            arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
            platform: platform.clone(),
        };
        let recipe = CargoRecipe { binary: "create".into(), arguments: run.arguments.clone(), platform };
        let cache = super::super::cache::Cache::open("/c".into());
        let wanted = Wanted { order: 0, recipe: &recipe, folder: "/p".into(), entry: cache.lasting("x") };
        command(way, &run, &[wanted], Path::new("/t")).0.join(" ")
    }

    #[test]
    fn every_way_is_told_the_platform_in_its_words() {
        let arm = || Platform::Lambda { runtime: "provided.al2023".into(), architecture: Architecture::Arm };
        let program = || Program { path: "/x".into(), stamp: "x".into() };
        let json = "--message-format=json-render-diagnostics";
        assert_eq!(
            words(&Way::Here, Platform::Host, &["--features=a"]),
            format!("build --release --locked --features=a --bin create {json}")
        );
        assert_eq!(
            words(&Way::Lambda(program()), arm(), &[]),
            "lambda build --release --locked --bin create --target aarch64-unknown-linux-gnu.2.34 --lambda-dir /t/lambda"
        );
        assert_eq!(
            words(&Way::Zig(program()), arm(), &["--profile=small"]),
            format!(
                "zigbuild --locked --profile=small --bin create --target aarch64-unknown-linux-gnu.2.34 {json}"
            )
        );
        assert_eq!(
            words(&Way::Musl, arm(), &[]),
            format!("build --release --locked --bin create --target aarch64-unknown-linux-musl {json}")
        );
    }
}
