//! Installs local AWS once per version into the user's cache folder, locked and all or nothing.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Step;
use super::engine::{Engine, fingerprint, overlay_files, overlay_fingerprint, requirements};
use super::error::LocalError;
use super::python::{self, Python};
use crate::host::folders::Folders;
use crate::host::{files, locks};

/// A slow network may need minutes for the 130 MB that the packages weigh.
const INSTALL_PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Written last: an installation without it is unfinished and made anew.
const RECEIPT: &str = "installed.json";

/// How the packages get onto the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Way {
    /// `python -m venv` and its pip.
    Venv,
    /// `uv venv` and `uv pip`, which need no `ensurepip`.
    Uv,
    /// `python -m pip install --target`, without a virtual environment.
    PipTarget,
}

impl Way {
    const fn name(self) -> &'static str {
        match self {
            Self::Venv => "venv",
            Self::Uv => "uv",
            Self::PipTarget => "pip --target",
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Receipt {
    way: Way,
    python: String,
}

/// The installed engine; installs it first if this version is not there yet.
pub(super) fn ensure(
    folders: &Folders,
    preferred_python: Option<&str>,
    on_step: &mut dyn FnMut(Step),
) -> Result<Engine, LocalError> {
    let python = python::find(preferred_python)?;
    let home = folders.engines().join(fingerprint(&python.cache_tag));
    let lock = folders.engines().join("install.lock");
    let _held = locks::hold(&lock, INSTALL_PATIENCE)?
        .ok_or_else(|| LocalError::Locked { path: lock.clone(), seconds: INSTALL_PATIENCE.as_secs() })?;
    let receipt = match receipt(&home) {
        Some(receipt) => receipt,
        None => install(&home, &python, on_step)?,
    };
    let overlay = write_overlay(&home)?;
    let packages = match receipt.way {
        Way::Venv | Way::Uv => None,
        Way::PipTarget => Some(home.join("packages")),
    };
    Ok(Engine { python: PathBuf::from(receipt.python), packages, overlay })
}

/// None also when the interpreter has gone since, for example with an upgrade of the system.
fn receipt(home: &Path) -> Option<Receipt> {
    let text = files::read_to_string(&home.join(RECEIPT)).ok()?;
    let receipt: Receipt = serde_json::from_str(&text).ok()?;
    Path::new(&receipt.python).exists().then_some(receipt)
}

fn install(home: &Path, python: &Python, on_step: &mut dyn FnMut(Step)) -> Result<Receipt, LocalError> {
    files::remove_tree(home)?;
    files::create_folders(home)?;
    let locked = home.join("requirements.txt");
    files::write_atomic(&locked, requirements())?;
    let log = home.join("install.log");
    let mut reason = "no way to install Python packages was found".to_owned();
    for way in ways(python) {
        on_step(Step::Installing { tool: way.name().to_owned() });
        match run(way, home, python, &log) {
            Ok(interpreter) => {
                let receipt = Receipt { way, python: interpreter };
                let text = serde_json::to_string(&receipt).unwrap_or_default();
                let path = home.join(RECEIPT);
                files::write_atomic(&path, text.as_bytes())?;
                return Ok(receipt);
            }
            Err(failed) => reason = format!("{}: {failed}", way.name()),
        }
    }
    Err(LocalError::Install { reason, log })
}

/// The ways worth trying with this Python, best first.
fn ways(python: &Python) -> Vec<Way> {
    let mut ways = Vec::new();
    if python.has_venv {
        ways.push(Way::Venv);
    }
    ways.push(Way::Uv);
    if python.has_pip {
        ways.push(Way::PipTarget);
    }
    ways
}

/// Runs one way; returns the interpreter that can import the packages.
fn run(way: Way, home: &Path, python: &Python, log: &Path) -> Result<String, String> {
    let environment = home.join("venv");
    let interpreter = environment.join("bin/python").to_string_lossy().into_owned();
    let at = environment.to_string_lossy().into_owned();
    let packages = home.join("packages").to_string_lossy().into_owned();
    let locked = home.join("requirements.txt").to_string_lossy().into_owned();
    let pip = [
        "-m",
        "pip",
        "install",
        "--no-input",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        &locked,
    ];
    match way {
        Way::Venv => {
            command(&python.executable, &["-m", "venv", "--clear", &at], log)?;
            command(&interpreter, &pip, log)?;
            Ok(interpreter)
        }
        Way::Uv => {
            command("uv", &["venv", "--clear", "--python", &python.executable, &at], log)?;
            let install = [
                "pip",
                "install",
                "--python",
                &interpreter,
                "--compile-bytecode",
                "--require-hashes",
                "-r",
                &locked,
            ];
            command("uv", &install, log)?;
            Ok(interpreter)
        }
        Way::PipTarget => {
            let mut arguments = pip.to_vec();
            arguments.extend(["--target", &packages]);
            command(&python.executable, &arguments, log)?;
            Ok(python.executable.clone())
        }
    }
}

/// Runs an installer with the user's environment, which holds the proxy and index settings, but for what
/// would make Python look elsewhere.
fn command(program: &str, arguments: &[&str], log: &Path) -> Result<(), String> {
    let describe = |error: std::io::Error| format!("cannot run {program}: {error}");
    let output = files::open_append(log).map_err(|error| error.to_string())?;
    let status = Command::new(program)
        .args(arguments)
        .env_remove("PYTHONHOME")
        .env_remove("PYTHONPATH")
        .env_remove("VIRTUAL_ENV")
        .env_remove("PIP_REQUIRE_VIRTUALENV")
        .env_remove("PIP_TARGET")
        .env_remove("PIP_USER")
        .stdin(Stdio::null())
        .stdout(output.try_clone().map_err(describe)?)
        .stderr(output)
        .status()
        .map_err(describe)?;
    if status.success() { Ok(()) } else { Err(last_words(log)) }
}

/// The last line that says something.
fn last_words(log: &Path) -> String {
    let text = files::read_to_string(log).unwrap_or_default();
    let line = text.lines().rev().find(|line| line.to_lowercase().contains("error"));
    line.or_else(|| text.lines().next_back()).unwrap_or("it said nothing").trim().to_owned()
}

/// Writes the overlay beside the packages, once per version of it.
fn write_overlay(home: &Path) -> Result<PathBuf, LocalError> {
    let overlay = home.join(format!("overlay-{}", overlay_fingerprint()));
    let complete = overlay.join("complete");
    if complete.exists() {
        return Ok(overlay);
    }
    for (path, contents) in overlay_files() {
        let target = overlay.join(path);
        if let Some(folder) = target.parent() {
            files::create_folders(folder)?;
        }
        files::write_atomic(&target, contents)?;
    }
    files::write_atomic(&complete, b"")?;
    Ok(overlay)
}

#[cfg(test)]
mod tests {
    use super::{Way, ways};
    use crate::local::python::Python;

    fn python(has_venv: bool, has_pip: bool) -> Python {
        Python { executable: "python3".into(), cache_tag: "cpython-311".into(), has_venv, has_pip }
    }

    #[test]
    fn venv_first_then_uv_then_a_target_folder() {
        assert_eq!(ways(&python(true, true)), [Way::Venv, Way::Uv, Way::PipTarget]);
        assert_eq!(ways(&python(false, true)), [Way::Uv, Way::PipTarget]);
        assert_eq!(ways(&python(false, false)), [Way::Uv]);
    }
}
