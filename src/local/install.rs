//! Installs local AWS once per version into the user's cache folder, locked and all or nothing.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::engine::{Engine, fingerprint, requirements};
use super::error::LocalError;
use super::{Step, overlay};
use crate::host::folders::Folders;
use crate::host::python::{self, Python};
use crate::host::{files, locks, logs};

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

/// Why one way of installing failed.
#[derive(Debug, PartialEq, Eq)]
enum Failure {
    /// The program is not on this machine.
    Missing(String),
    /// What it said, or what the system said.
    Said(String),
}

/// Every reason, so that the last way tried does not hide the cause; that a tool is missing matters only
/// where nothing else went wrong.
fn reasons(failures: &[(Way, Failure)]) -> String {
    let line = |(way, failure): &(Way, Failure)| match failure {
        Failure::Missing(program) => format!("{program} is not installed"),
        Failure::Said(words) => format!("{}: {words}", way.name()),
    };
    let is_said = |failure: &&(Way, Failure)| matches!(failure.1, Failure::Said(_));
    let said: Vec<String> = failures.iter().filter(is_said).map(line).collect();
    if said.is_empty() {
        let missing: Vec<String> = failures.iter().map(line).collect();
        return format!("this Python has neither venv nor pip, and {}", missing.join(", "));
    }
    said.join("; ")
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
    let (overlay, in_use) = overlay::ensure(&home)?;
    let packages = match receipt.way {
        Way::Venv | Way::Uv => None,
        Way::PipTarget => Some(home.join("packages")),
    };
    let (interpreter, cache_tag) = (PathBuf::from(receipt.python), python.cache_tag);
    Ok(Engine { python: interpreter, cache_tag, packages, overlay, _in_use: in_use })
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
    let mut failures = Vec::new();
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
            Err(failure) => failures.push((way, failure)),
        }
    }
    Err(LocalError::Install { reason: reasons(&failures), log })
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
fn run(way: Way, home: &Path, python: &Python, log: &Path) -> Result<String, Failure> {
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
fn command(program: &str, arguments: &[&str], log: &Path) -> Result<(), Failure> {
    let describe = |error: std::io::Error| {
        if error.kind() == ErrorKind::NotFound {
            Failure::Missing(program.to_owned())
        } else {
            Failure::Said(format!("cannot run {program}: {error}"))
        }
    };
    let output = files::open_append(log).map_err(|error| Failure::Said(error.to_string()))?;
    let before = output.metadata().map_err(describe)?.len();
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
    if status.success() {
        return Ok(());
    }
    Err(Failure::Said(cause(&logs::since(log, before).unwrap_or_default())))
}

/// The line that tells why. Pip ends with "No matching distribution found" when it cannot reach its index:
/// the connection's own error stands in a warning above.
fn cause(output: &str) -> String {
    let connection = output
        .lines()
        .rev()
        .find_map(|line| line.split_once("connection broken by "))
        .map(|(_, cause)| cause);
    let error = output.lines().rev().find(|line| line.to_lowercase().contains("error"));
    let last = output.lines().rev().find(|line| !line.trim().is_empty());
    connection.or(error).or(last).unwrap_or("it said nothing").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Failure, Way, cause, command, reasons, ways};
    use crate::host::python::Python;

    fn python(has_venv: bool, has_pip: bool) -> Python {
        Python { executable: "python3".into(), cache_tag: "cpython-311".into(), has_venv, has_pip }
    }

    #[test]
    fn venv_first_then_uv_then_a_target_folder() {
        assert_eq!(ways(&python(true, true)), [Way::Venv, Way::Uv, Way::PipTarget]);
        assert_eq!(ways(&python(false, true)), [Way::Uv, Way::PipTarget]);
        assert_eq!(ways(&python(false, false)), [Way::Uv]);
    }

    #[test]
    fn a_missing_tool_does_not_hide_what_went_wrong() {
        let network = (Way::Venv, Failure::Said("connection refused".into()));
        let no_uv = (Way::Uv, Failure::Missing("uv".into()));
        let full = (Way::PipTarget, Failure::Said("no space left".into()));
        assert_eq!(reasons(&[network, no_uv, full]), "venv: connection refused; pip --target: no space left");
        let only = reasons(&[(Way::Uv, Failure::Missing("uv".into()))]);
        assert_eq!(only, "this Python has neither venv nor pip, and uv is not installed");
    }

    #[test]
    fn the_cause_is_the_connection_before_what_follows_from_it() {
        let output = "Looking in indexes: http://127.0.0.1:9\n\
            WARNING: Retrying (Retry(total=0)) after connection broken by 'Connection refused': /simple/a/\n\
            ERROR: No matching distribution found for a==1\n";
        assert_eq!(cause(output), "'Connection refused': /simple/a/");
        assert_eq!(cause("error: a\nERROR: b\ndone\n\n"), "ERROR: b");
        assert_eq!(cause("one\ntwo\n\n"), "two");
        assert_eq!(cause(""), "it said nothing");
    }

    #[test]
    fn a_tool_speaks_for_itself_only() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("install.log");
        let run = |line: &str| command("sh", &["-c", line], &log);
        assert_eq!(run("echo error of the first; exit 1"), Err(Failure::Said("error of the first".into())));
        assert_eq!(run("echo plain words; exit 1"), Err(Failure::Said("plain words".into())));
        assert_eq!(command("no-such-tool", &[], &log), Err(Failure::Missing("no-such-tool".into())));
    }
}
