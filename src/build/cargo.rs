//! Builds Rust functions: one run of cargo for each workspace, however many binaries of it are wanted. Compiled
//! dependencies are shared between projects.
//!
//! For this machine plain cargo. For Lambda cargo-lambda if it is there, else cargo-zigbuild, else plain cargo with a
//! statically linked C library (musl), so that the one of this machine does not matter.

mod artifacts;
mod command;
mod outside;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use artifacts::{Made, artifacts};
use command::{LAMBDA_FOLDER, Way, command, musl};

use super::cache::require_unchanged;
use super::error::BuildError;
use super::fingerprint::Fingerprint;
use super::process::{attempt, failure, run};
use super::sources::{Closure, closure};
use super::{Failed, Order, Shop};
use crate::host::children::{Finished, Line};
use crate::host::programs::{self, Program};
use crate::host::{files, rust};
use crate::package::platform::{Platform, glibc_minor};
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

/// What cargo has to do.
#[derive(Default)]
pub(super) struct Work<'a> {
    done: Vec<(usize, PathBuf)>,
    runs: BTreeMap<Run, Vec<Wanted<'a>>>,
}

/// Finds out what cargo has to do, and that what it needs for that is there: before anything else is built, because
/// cargo comes last.
pub(super) async fn plan<'a>(shop: &Shop<'_>, orders: &'a [Order]) -> Result<Work<'a>, Failed> {
    let mut work = Work::default();
    for (order, Order { recipe, folder }) in orders.iter().enumerate() {
        let Recipe::Cargo(recipe) = recipe else { continue };
        let failed = |error| Failed { order, error };
        let (run, wanted) = look_up(shop, order, recipe, folder).await.map_err(failed)?;
        if is_ready(&wanted.entry).map_err(failed)? {
            work.done.push((order, wanted.entry.folder.join(OUT)));
            continue;
        }
        require_tools(&run).await.map_err(failed)?;
        work.runs.entry(run).or_default().push(wanted);
    }
    Ok(work)
}

/// Does it; returns the folder of each Rust order.
pub(super) async fn all(shop: &Shop<'_>, work: Work<'_>) -> Result<Vec<(usize, PathBuf)>, Failed> {
    let mut done = work.done;
    for (run, wanted) in work.runs {
        let order = wanted.first().map_or(0, |wanted| wanted.order);
        build(shop, &run, &wanted).await.map_err(|error| Failed { order, error })?;
        done.extend(wanted.into_iter().map(|wanted| (wanted.order, wanted.entry.folder.join(OUT))));
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
    let entry = shop.cache.entry(KIND, print(recipe, &sources, &way)?);
    let run = Run {
        root: sources.root.clone(),
        arguments: recipe.arguments.clone(),
        platform: recipe.platform.clone(),
    };
    Ok((run, Wanted { order, recipe, folder, entry }))
}

/// Whether a binary is built already, from what is there now.
fn is_ready(entry: &super::cache::Entry) -> Result<bool, BuildError> {
    Ok(entry.is_ready()? && outside::is_as_noted(&entry.folder)?)
}

/// What entries of the cache with a binary are called.
const KIND: &str = "rust";
/// The folder in an entry that is packaged.
const OUT: &str = "out";

fn print(recipe: &CargoRecipe, sources: &Closure, way: &Way) -> Result<Fingerprint, BuildError> {
    let platform = match &recipe.platform {
        Platform::Host => format!("host {}", programs::architecture()),
        Platform::Lambda { runtime, architecture } => format!("{architecture} {}", glibc_minor(runtime)),
    };
    let print = Fingerprint::of("rust/2")
        .with(platform)
        .with(way.stamp())
        .with(programs::find("rustc").map(|rustc| rustc.stamp).unwrap_or_default())
        .with(rust::settings(&sources.root))
        .with(&sources.crate_name)
        .with(&recipe.binary)
        .with_all(recipe.arguments.iter());
    sources.trees.iter().try_fold(print, |print, tree| print.with(&tree.name).with_tree(&tree.files))
}

fn cargo() -> Result<Program, BuildError> {
    programs::find("cargo").ok_or_else(|| {
        BuildError::missing("building Rust functions needs cargo, which was not found", INSTALL_CARGO)
    })
}

async fn build(shop: &Shop<'_>, run: &Run, wanted: &[Wanted<'_>]) -> Result<(), BuildError> {
    let cargo = cargo()?;
    let way = Way::find(&run.platform);
    let (target, folder) = target(shop);
    let orders: Vec<usize> = wanted.iter().map(|wanted| wanted.order).collect();
    // From cargo's run until the binaries are copied: another project may have binaries of the same name.
    let _held = target.lock_telling(|| shop.waiting(&orders)).await?;
    let is_ready = wanted.iter().map(|wanted| is_ready(&wanted.entry)).collect::<Result<Vec<_>, _>>()?;
    if is_ready.into_iter().all(|is_ready| is_ready) {
        return Ok(());
    }
    shop.started(&orders, way.name());
    target.make()?;
    let (arguments, set) = command(&way, run, wanted, &folder);
    let line = Line { program: &cargo.path, arguments: &arguments, folder: &run.root, set: &set, unset: &[] };
    let finished = attempt(&line).await?;
    if !finished.is_success {
        return Err(explained(&line, &finished, &way, run));
    }
    let made = match way {
        Way::Lambda(_) => Made::Named(folder.join(LAMBDA_FOLDER)),
        Way::Here | Way::Zig(_) | Way::Musl => Made::Told(artifacts(&finished.stdout)),
    };
    for wanted in wanted {
        let binary = made.binary(wanted)?;
        let sources = closure(&wanted.folder)?;
        require_unchanged(&wanted.entry, &shop.cache.entry(KIND, print(wanted.recipe, &sources, &way)?))?;
        let staged = wanted.entry.stage()?;
        files::create_folders(&staged.path().join(OUT))?;
        files::copy_new(&binary, &staged.path().join(OUT).join("bootstrap"))?;
        outside::note(&made.dep_info(&binary, run, &folder), &sources, staged.path())?;
        // What was made from other files outside of the workspace, if anything.
        files::discard(&wanted.entry.folder)?;
        wanted.entry.publish(staged)?;
    }
    Ok(())
}

/// Where cargo works. A folder of the user's own is shared with what he builds himself.
fn target(shop: &Shop<'_>) -> (super::cache::Entry, PathBuf) {
    match rust::target_folder() {
        Some(folder) => {
            let name = Fingerprint::of("target").with(folder.to_string_lossy().as_bytes()).hex();
            (shop.cache.lasting(&format!("cargo-{name}")), folder)
        }
        None => {
            let target = shop.cache.lasting("cargo-target");
            let folder = target.folder.clone();
            (target, folder)
        }
    }
}

async fn require_tools(run: &Run) -> Result<(), BuildError> {
    cargo()?;
    match (Way::find(&run.platform), &run.platform) {
        (Way::Musl, Platform::Lambda { architecture, .. }) => {
            require_standard_library(&musl(*architecture), &run.root).await
        }
        _ => Ok(()),
    }
}

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
fn explained(line: &Line<'_>, finished: &Finished, way: &Way, run: &Run) -> BuildError {
    let text = String::from_utf8_lossy(&finished.stderr);
    let Platform::Lambda { architecture, .. } = &run.platform else { return failure(line, finished, HELP) };
    let target = match way {
        Way::Here | Way::Musl => musl(*architecture),
        Way::Lambda(_) | Way::Zig(_) => format!("{}-unknown-linux-gnu", architecture.linux_name()),
    };
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
