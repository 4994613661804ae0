//! Bundles a folder of JavaScript or TypeScript with the project's own esbuild, on a copy of its sources beside the
//! installed packages, so that nothing of what happens to lie in the folder has a part in it.

use std::path::{Path, PathBuf};

use super::Shop;
use super::cache::require_unchanged;
use super::error::BuildError;
use super::npm::{self, MODULES};
use super::process::run;
use crate::host::children::Line;
use crate::host::{files, programs, walk};
use crate::package::exclusion::is_excluded;
use crate::package::native::System;
use crate::package::recipe::EsbuildRecipe;

const HELP: &str = "correct the code, or BuildProperties in the template";
const NO_ESBUILD: &str = "add it to the project: `npm install --save-dev --save-exact esbuild`";

/// The folder with the bundle.
pub(super) async fn bundle(
    shop: &Shop<'_>,
    index: usize,
    recipe: &EsbuildRecipe,
    folder: &Path,
) -> Result<PathBuf, BuildError> {
    let tools = if recipe.has_manifest { "npm + esbuild" } else { "esbuild" };
    let tree = walk::tree(folder, |path, _| is_excluded(path) || is_modules(path));
    if let Some(refused) = tree.refused.into_iter().next() {
        return Err(BuildError::Refused { path: refused.relative, reason: refused.reason.to_string() });
    }
    let on_path = programs::find("esbuild");
    let stamp = on_path.as_ref().filter(|_| !recipe.has_manifest).map_or("", |found| found.stamp.as_str());
    let print = |files: &[walk::Entry]| {
        npm::bundling_print(folder)?
            .with("esbuild/1")
            .with(stamp)
            .with_all(recipe.entries.iter())
            .with_all(recipe.arguments.iter())
            .with_tree(files)
    };
    let entry = shop.cache.entry(KIND, print(&tree.files)?);
    if entry.is_ready()? {
        return Ok(entry.folder.join(OUT));
    }
    // One lock at a time: the packages first.
    let modules = match recipe.has_manifest {
        true => Some(npm::for_bundling(shop, index, tools, folder).await?),
        false => None,
    };
    let own = modules.as_deref().and_then(own_esbuild);
    let esbuild = own.or_else(|| on_path.as_ref().map(|found| found.path.clone())).ok_or_else(|| {
        BuildError::missing(
            "bundling needs esbuild, which is neither a dependency in package.json nor on the PATH",
            NO_ESBUILD,
        )
    })?;
    let _held = entry.lock().await?;
    if entry.is_ready()? {
        return Ok(entry.folder.join(OUT));
    }
    shop.started(&[index], tools);
    let staged = entry.stage()?;
    let sources = staged.path().join(SOURCES);
    files::create_folders(&sources)?;
    for source in &tree.files {
        files::copy_new(&source.path, &sources.join(&source.relative))?;
    }
    let copied = walk::tree(&sources, |_, _| false).files;
    require_unchanged(&entry, &shop.cache.entry(KIND, print(&copied)?))?;
    if let Some(modules) = modules {
        files::link_folder(&modules.join(MODULES), &sources.join(MODULES))?;
    }
    let arguments = arguments(recipe);
    let line =
        Line { program: &esbuild, arguments: &arguments, folder: &sources, set: &[], unset: &["NODE_PATH"] };
    let finished = run(&line, HELP).await?;
    shop.said(index, &finished.stderr);
    files::remove_tree(&sources)?;
    entry.publish(staged)?;
    Ok(entry.folder.join(OUT))
}

/// What entries of the cache with a bundle are called.
const KIND: &str = "bundle";

/// Folders of an entry while it is made. Source maps name the one as seen from the other, always in the same way.
const SOURCES: &str = "sources";
const OUT: &str = "out";

fn is_modules(path: &str) -> bool {
    path.rsplit('/').next() == Some(MODULES)
}

fn arguments(recipe: &EsbuildRecipe) -> Vec<String> {
    // The packages are reached through a link, and their real path would get into the bundle.
    let fixed = ["--preserve-symlinks", "--log-level=warning", "--color=false"].map(ToOwned::to_owned);
    let entries = recipe.entries.iter().cloned();
    entries
        .chain(recipe.arguments.iter().cloned())
        .chain(fixed)
        .chain([format!("--outdir=../{OUT}")])
        .collect()
}

/// The binary for this machine, which the package `esbuild` brings along as an optional dependency. The script under
/// its usual name would start Node.js first, or needs an install script to be replaced by the binary.
fn own_esbuild(modules: &Path) -> Option<PathBuf> {
    let system = match programs::system() {
        System::Linux => "linux",
        System::MacOs => "darwin",
        System::Windows => "win32",
    };
    let package = format!("@esbuild/{system}-{}", programs::architecture().node_name());
    let modules = modules.join(MODULES);
    // Beside or below the package: npm puts it below where another one needs another version.
    let places = [modules.join("esbuild").join(MODULES), modules.clone()];
    let found =
        places.iter().map(|place| place.join(&package).join("bin/esbuild")).find(|path| path.is_file());
    found.filter(|_| modules.join("esbuild/package.json").is_file())
}
