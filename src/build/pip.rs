//! Installs what a requirements file asks for into a folder of its own, for the platform where the function will run.
//!
//! Wheels only, chosen by platform and Python version, so no matching interpreter is needed and no code of a package
//! runs here. uv is used when it is there, because it also evaluates environment markers for the target; pip evaluates
//! them for itself, which matters only for requirements that are not locked.
//!
//! # Byte code
//!
//! No `.pyc` is packaged, so Python compiles what it imports at every cold start: `/var/task` is read-only, and nothing
//! is kept. Measured with aws-lambda-powertools 3.20 on Python 3.11, CPU time of one process, median of 25: importing
//! its logger takes 112 ms without and 59 ms with byte code; with the HTTP resolver and the batch processor too, 239 and
//! 130 ms. The package would be 1.9 MB instead of 0.9 MB. The half is worth having, and still it is left away: byte code
//! fits one minor version of Python and is made by that very interpreter, so a package would depend on which ones are
//! installed where it is built. A colleague without Python 3.13 would deploy other bytes than CI does, every function
//! would change with each of them, and "nothing to change" would never be true.

use std::path::{Path, PathBuf};

use super::cache::require_unchanged;
use super::error::BuildError;
use super::fingerprint::Fingerprint;
use super::process::{PYTHON_VARIABLES, run};
use super::{Interpreter, Shop};
use crate::host::children::Line;
use crate::host::clock::SystemClock;
use crate::host::programs::{self, Program};
use crate::host::{files, walk};
use crate::package::exclusion::is_excluded;
use crate::package::platform::{Architecture, Platform, glibc_minor};
use crate::package::recipe::{Places, PythonRecipe};
use crate::package::record;
use crate::ports::Clock as _;

const REQUIREMENTS: &str = "requirements.txt";
const HELP: &str =
    "correct requirements.txt; only wheels for the function's platform are installed, never source code";

/// The folder with the packages.
pub(super) async fn packages(
    shop: &Shop<'_>,
    index: usize,
    recipe: &PythonRecipe,
    folder: &Path,
) -> Result<PathBuf, BuildError> {
    let here = match recipe.platform {
        Platform::Host => Some(shop.interpreter()?),
        Platform::Lambda { .. } => None,
    };
    // The installer is not looked for yet: with everything built, none is needed.
    let now = SystemClock::start().now_ms();
    let entry_now =
        || Ok::<_, BuildError>(shop.cache.entry(KIND, print(recipe, folder, here.as_ref(), now)?));
    let entry = entry_now()?;
    if entry.is_ready()? {
        return Ok(entry.folder);
    }
    let installer = Installer::find(shop, here.as_ref())?;
    let _held = entry.lock().await?;
    if entry.is_ready()? {
        return Ok(entry.folder);
    }
    shop.started(&[index], installer.name());
    let staged = entry.stage()?;
    // A requirements file may be missing where only the layout of a layer is wanted.
    if !recipe.files.is_empty() {
        let arguments = installer.arguments(recipe, here.as_ref(), staged.path());
        let unset = PYTHON_VARIABLES;
        let line =
            Line { program: installer.program(), arguments: &arguments, folder, set: &[], unset: &unset };
        run(&line, HELP).await?;
        strip(staged.path())?;
    }
    // Building a package of the folder may leave something beside it.
    if recipe.places == Places::None {
        require_unchanged(&entry, &entry_now()?)?;
    }
    entry.publish(staged)?;
    Ok(entry.folder)
}

/// What entries of the cache with packages are called.
const KIND: &str = "python";

/// `now` tells builds apart that depend on files which cannot be known.
fn print(
    recipe: &PythonRecipe,
    folder: &Path,
    here: Option<&Interpreter>,
    now: u64,
) -> Result<Fingerprint, BuildError> {
    let platform = match (&recipe.platform, here) {
        (Platform::Host, Some(here)) => format!("{} {:?}", here.cache_tag, programs::system()),
        (Platform::Host, None) => String::new(),
        (Platform::Lambda { runtime, architecture }, _) => {
            format!("{} {architecture} {}", recipe.version, glibc_minor(runtime))
        }
    };
    // Where both take wheels, they do not always take the same ones.
    let installer = if programs::find("uv").is_some() { "uv" } else { "pip" };
    let print = Fingerprint::of("python/2")
        .with(platform)
        .with(programs::architecture().linux_name())
        .with(installer);
    let print = recipe.files.iter().try_fold(print, |print, file| print.with_file(folder, file))?;
    let print = match recipe.places {
        Places::None => return Ok(print),
        Places::Inside => print,
        // What is elsewhere may have changed: it is installed anew each time.
        Places::Outside => print.with(now.to_string()),
    };
    print.with_tree(&walk::tree(folder, |path, _| is_excluded(path)).files)
}

/// What installs.
enum Installer {
    Uv(Program),
    Pip(PathBuf),
}

impl Installer {
    fn find(shop: &Shop<'_>, here: Option<&Interpreter>) -> Result<Self, BuildError> {
        if let Some(uv) = programs::find("uv") {
            return Ok(Self::Uv(uv));
        }
        // The interpreter that will run the function knows best which wheels fit it.
        let probed = here.and_then(|here| crate::host::python::probe(&here.executable));
        let python = match probed.filter(|python| python.has_pip) {
            Some(python) => python,
            None => shop.python()?,
        };
        if !python.has_pip {
            return Err(BuildError::missing(
                format!("installing Python packages needs pip or uv, and {} has no pip", python.executable),
                "install one of them (Debian and Ubuntu: `apt-get install python3-pip`; or `uv`)",
            ));
        }
        Ok(Self::Pip(PathBuf::from(python.executable)))
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Uv(_) => "uv",
            Self::Pip(_) => "pip",
        }
    }

    fn program(&self) -> &Path {
        match self {
            Self::Uv(uv) => &uv.path,
            Self::Pip(python) => python,
        }
    }

    fn arguments(&self, recipe: &PythonRecipe, here: Option<&Interpreter>, target: &Path) -> Vec<String> {
        let mut arguments: Vec<String> = match self {
            Self::Uv(_) => vec!["pip", "install", "--no-progress", "--link-mode", "copy"],
            Self::Pip(_) => vec![
                "-m",
                "pip",
                "install",
                "--no-input",
                "--disable-pip-version-check",
                "--no-compile",
                "--no-warn-script-location",
                "--progress-bar",
                "off",
            ],
        }
        .into_iter()
        .map(ToOwned::to_owned)
        .collect();
        arguments.extend(["--only-binary", ":all:", "--target"].map(ToOwned::to_owned));
        arguments.push(target.to_string_lossy().into_owned());
        match (self, &recipe.platform, here) {
            (Self::Uv(_), Platform::Host, Some(here)) => {
                arguments.extend(["--python".to_owned(), here.executable.clone()]);
            }
            // It runs with the interpreter that will run the function, or one of the same version.
            (_, Platform::Host, _) => {}
            (Self::Uv(_), Platform::Lambda { runtime, architecture }, _) => {
                arguments.extend(for_uv(&recipe.version, runtime, *architecture));
            }
            (Self::Pip(_), Platform::Lambda { runtime, architecture }, _) => {
                arguments.extend(for_pip(&recipe.version, runtime, *architecture));
            }
        }
        if recipe.requires_hashes {
            arguments.push("--require-hashes".to_owned());
        }
        arguments.extend(["--requirement".to_owned(), REQUIREMENTS.to_owned()]);
        arguments
    }
}

/// uv has one name for all wheels that a C library of at least that version takes.
fn for_uv(version: &str, runtime: &str, architecture: Architecture) -> Vec<String> {
    let name = architecture.linux_name();
    // 2.28 is the newest that wheels are made for in practice, and it runs on everything newer.
    let platform = if glibc_minor(runtime) >= 28 { "manylinux_2_28" } else { "manylinux2014" };
    vec![
        "--python-version".to_owned(),
        version.to_owned(),
        "--python-platform".to_owned(),
        format!("{name}-{platform}"),
    ]
}

/// pip takes the tags one by one (PEP 600: a wheel for an older C library runs on a newer one), and expands only
/// `manylinux2014` by itself, to those before it.
fn for_pip(version: &str, runtime: &str, architecture: Architecture) -> Vec<String> {
    let name = architecture.linux_name();
    let mut arguments = vec!["--implementation", "cp", "--python-version", version]
        .into_iter()
        .map(ToOwned::to_owned)
        .collect::<Vec<_>>();
    let tags = (5..=glibc_minor(runtime)).rev().map(|minor| format!("manylinux_2_{minor}_{name}"));
    for tag in tags.chain([format!("manylinux2014_{name}")]) {
        arguments.extend(["--platform".to_owned(), tag]);
    }
    arguments
}

/// Removes what differs between two equal installations: caches, notes of where from and by whom, scripts for the
/// interpreter at hand. `RECORD` stays, because packages look themselves up in it, and names only what is left.
fn strip(folder: &Path) -> Result<(), BuildError> {
    let tree = walk::tree(folder, |_, _| false);
    if let Some(refused) = tree.refused.into_iter().next() {
        return Err(BuildError::Refused { path: refused.relative, reason: refused.reason.to_string() });
    }
    let mut kept = Vec::new();
    for entry in tree.files {
        let is_note = is_excluded(&entry.relative);
        let is_script =
            || Ok::<_, BuildError>(record::is_made_script(&entry.relative, &files::read(&entry.path)?));
        if is_note || entry.relative.starts_with("bin/") && is_script()? {
            files::remove_file(&entry.path)?;
        } else {
            kept.push(entry);
        }
    }
    let has = |path: &str| kept.binary_search_by(|entry| entry.relative.as_str().cmp(path)).is_ok();
    for entry in kept.iter().filter(|entry| entry.relative.ends_with(".dist-info/RECORD")) {
        let text = files::read_to_string(&entry.path)?;
        files::remove_file(&entry.path)?;
        files::create_new(&entry.path, record::record(&text, has).as_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pip_is_given_every_tag_that_the_runtime_takes() {
        let arguments = for_pip("3.13", "python3.13", Architecture::Arm).join(" ");
        assert!(
            arguments
                .starts_with("--implementation cp --python-version 3.13 --platform manylinux_2_34_aarch64")
        );
        assert!(arguments.contains("--platform manylinux_2_17_aarch64"));
        assert!(arguments.ends_with("--platform manylinux2014_aarch64"));
        assert!(!for_pip("3.11", "python3.11", Architecture::X86).join(" ").contains("manylinux_2_27"));
    }

    #[test]
    fn uv_is_given_one_name() {
        let of = |runtime: &str| for_uv("3.11", runtime, Architecture::X86).join(" ");
        assert_eq!(of("python3.11"), "--python-version 3.11 --python-platform x86_64-manylinux2014");
        assert_eq!(of("python3.13"), "--python-version 3.11 --python-platform x86_64-manylinux_2_28");
    }
}
