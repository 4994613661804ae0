//! Installs what a `package.json` asks for into a folder of its own: everything for bundling, or what a function takes
//! with it, for the platform where it will run.
//!
//! With a lock file exactly its versions (`npm ci`), else the newest that fit. For bundling no install script of any
//! package runs; esbuild needs none, because its binary is a package of its own.

use std::path::{Path, PathBuf};

use super::Shop;
use super::cache::require_unchanged;
use super::error::BuildError;
use super::fingerprint::Fingerprint;
use super::process::run;
use crate::host::children::Line;
use crate::host::files;
use crate::host::programs::{self, Program};
use crate::package::native::System;
use crate::package::platform::Platform;
use crate::package::recipe::{NPM_LOCKS, NodeRecipe};

/// Where npm puts the packages.
pub(super) const MODULES: &str = "node_modules";
/// The only files that npm gets to see.
const MANIFESTS: [&str; 4] = ["package.json", NPM_LOCKS[0], NPM_LOCKS[1], ".npmrc"];
const HELP: &str = "correct package.json or its lock file; `npm install` brings the lock file up to date";
const INSTALL: &str =
    "install Node.js with npm (Debian and Ubuntu: `apt-get install nodejs npm`; macOS: `brew install node`)";

/// What the packages are for.
enum Purpose<'a> {
    /// To be bundled on this machine, development dependencies included.
    Bundling,
    /// To be packaged.
    Running(&'a Platform),
}

/// A folder that holds `node_modules` with what a function takes with it.
pub(super) async fn modules(
    shop: &Shop<'_>,
    index: usize,
    recipe: &NodeRecipe,
    folder: &Path,
) -> Result<PathBuf, BuildError> {
    install(shop, index, "npm", &Purpose::Running(&recipe.platform), folder).await
}

/// A folder that holds `node_modules` with everything, for bundling; `tools` is told to the user.
pub(super) async fn for_bundling(
    shop: &Shop<'_>,
    index: usize,
    tools: &str,
    folder: &Path,
) -> Result<PathBuf, BuildError> {
    install(shop, index, tools, &Purpose::Bundling, folder).await
}

/// Whether the packages for bundling are installed already; with it, the fingerprint that they have.
pub(super) fn bundling_print(folder: &Path) -> Result<Fingerprint, BuildError> {
    print(&Purpose::Bundling, programs::find("node").as_ref(), folder)
}

async fn install(
    shop: &Shop<'_>,
    index: usize,
    tools: &str,
    purpose: &Purpose<'_>,
    folder: &Path,
) -> Result<PathBuf, BuildError> {
    let entry_now = || {
        let print = print(purpose, programs::find("node").as_ref(), folder)?;
        Ok::<_, BuildError>(shop.cache.entry("node", print))
    };
    let entry = entry_now()?;
    if entry.is_ready()? {
        return Ok(entry.folder);
    }
    let npm = programs::find("npm").ok_or_else(|| {
        BuildError::missing("installing Node packages needs npm, which was not found", INSTALL)
    })?;
    let _held = entry.lock().await?;
    if entry.is_ready()? {
        return Ok(entry.folder);
    }
    shop.started(&[index], tools);
    let staged = entry.stage()?;
    let present = MANIFESTS.iter().filter(|name| folder.join(name).is_file());
    for name in present {
        files::create_new(&staged.path().join(name), &files::read(&folder.join(name))?)?;
    }
    refuse_local_packages(staged.path())?;
    require_unchanged(&entry, &entry_now()?)?;
    let is_locked = NPM_LOCKS.iter().any(|name| staged.path().join(name).is_file());
    let arguments = arguments(purpose, is_locked);
    let set = [("npm_config_update_notifier", "false".to_owned())];
    // It would leave the development dependencies away, or keep them.
    let line = Line {
        program: &npm.path,
        arguments: &arguments,
        folder: staged.path(),
        set: &set,
        unset: &["NODE_ENV"],
    };
    run(&line, HELP).await?;
    for name in MANIFESTS {
        files::remove_file(&staged.path().join(name))?;
    }
    // Also where nothing was to be installed.
    files::create_folders(&staged.path().join(MODULES))?;
    if matches!(purpose, Purpose::Running(_)) {
        // Links and notes of the installer, which nothing reads at run time.
        files::remove_tree(&staged.path().join(MODULES).join(".bin"))?;
        files::remove_file(&staged.path().join(MODULES).join(".package-lock.json"))?;
    }
    entry.publish(staged)?;
    Ok(entry.folder)
}

/// Packages that are folders of this machine would have to be built before they can be installed.
fn refuse_local_packages(folder: &Path) -> Result<(), BuildError> {
    let text = files::read_to_string(&folder.join(MANIFESTS[0])).unwrap_or_default();
    // What is no JSON at all is npm's to complain about.
    let Ok(manifest) = serde_json::from_str::<serde_json::Value>(&text) else { return Ok(()) };
    match local_package(&manifest) {
        None => Ok(()),
        Some(name) => Err(BuildError::unexpected(
            format!("package.json takes {name} from a folder of this machine"),
            "bundle it with esbuild from a file of the code folder, or `npm pack` it and name its address",
        )),
    }
}

/// The first dependency that is a folder or belongs to a workspace
/// (<https://docs.npmjs.com/cli/v11/configuring-npm/package-json#local-paths>).
fn local_package(manifest: &serde_json::Value) -> Option<String> {
    if manifest.get("workspaces").is_some() {
        return Some("its workspaces".to_owned());
    }
    let is_local = |version: &str| {
        ["file:", "link:", "workspace:", ".", "/", "~/"].iter().any(|start| version.starts_with(start))
    };
    ["dependencies", "devDependencies", "optionalDependencies"]
        .iter()
        .filter_map(|kind| manifest.get(kind)?.as_object())
        .flatten()
        .find(|(_, version)| version.as_str().is_some_and(is_local))
        .map(|(name, _)| name.clone())
}

/// Node's version decides which packages and prebuilt files fit, and npm comes with it.
fn print(purpose: &Purpose<'_>, node: Option<&Program>, folder: &Path) -> Result<Fingerprint, BuildError> {
    let platform = match purpose {
        Purpose::Bundling => "bundling".to_owned(),
        Purpose::Running(Platform::Host) => "host".to_owned(),
        Purpose::Running(Platform::Lambda { runtime, architecture }) => format!("{runtime} {architecture}"),
    };
    let print = Fingerprint::of("node/1")
        .with(platform)
        .with(format!("{:?} {}", programs::system(), programs::architecture()))
        .with(node.map_or("", |node| node.stamp.as_str()));
    MANIFESTS.iter().try_fold(print, |print, name| print.with_file(folder, name))
}

fn arguments(purpose: &Purpose<'_>, is_locked: bool) -> Vec<String> {
    let mut arguments = vec![if is_locked { "ci" } else { "install" }];
    if !is_locked {
        arguments.push("--no-package-lock");
    }
    arguments.extend(["--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"]);
    let mut arguments: Vec<String> = arguments.into_iter().map(ToOwned::to_owned).collect();
    let runs_scripts = match purpose {
        Purpose::Bundling => {
            arguments.push("--include=dev".to_owned());
            false
        }
        Purpose::Running(platform) => {
            arguments.push("--omit=dev".to_owned());
            for_platform(platform, &mut arguments)
        }
    };
    if !runs_scripts {
        arguments.push("--ignore-scripts".to_owned());
    }
    arguments
}

/// Chooses prebuilt packages. Returns whether install scripts may run: what they compile or download fits this machine
/// only.
fn for_platform(platform: &Platform, arguments: &mut Vec<String>) -> bool {
    match platform {
        Platform::Host => true,
        Platform::Lambda { architecture, .. } => {
            arguments.extend(["--os=linux".to_owned(), "--libc=glibc".to_owned()]);
            arguments.push(format!("--cpu={}", architecture.node_name()));
            programs::system() == System::Linux && programs::architecture() == *architecture
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::platform::Architecture;

    #[test]
    fn folders_of_this_machine_are_no_packages() {
        let of = |manifest: &str| local_package(&serde_json::from_str(manifest).unwrap());
        assert_eq!(of(r#"{"dependencies": {"a": "^1.2.3", "b": "https://example.com/b.tgz"}}"#), None);
        assert_eq!(of(r#"{"devDependencies": {"a": "1", "b": "file:../b"}}"#).as_deref(), Some("b"));
        assert_eq!(of(r#"{"workspaces": ["x"]}"#).as_deref(), Some("its workspaces"));
    }

    #[test]
    fn the_lock_file_decides_and_bundling_runs_no_scripts() {
        let bundling = arguments(&Purpose::Bundling, true).join(" ");
        assert!(
            bundling.starts_with("ci ") && bundling.ends_with("--include=dev --ignore-scripts"),
            "{bundling}"
        );
        assert!(arguments(&Purpose::Bundling, false).join(" ").starts_with("install --no-package-lock"));
        let other =
            if programs::architecture() == Architecture::X86 { Architecture::Arm } else { Architecture::X86 };
        let platform = Platform::Lambda { runtime: "nodejs24.x".into(), architecture: other };
        let running = arguments(&Purpose::Running(&platform), true).join(" ");
        assert!(running.contains("--omit=dev --os=linux --libc=glibc --cpu="), "{running}");
        assert!(running.ends_with("--ignore-scripts"), "{running}");
        assert!(!arguments(&Purpose::Running(&Platform::Host), true).join(" ").contains("scripts"));
    }
}
