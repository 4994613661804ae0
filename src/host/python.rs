//! Finds a Python that runs what slsx needs one for: local AWS, and pip.

use std::process::{Command, Stdio};

/// Newest first after the system's own, because a newer Python starts faster.
const CANDIDATES: [&str; 8] =
    ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python", "py"];

/// Prints version, ABI tag and whether `venv` can install pip (Debian ships them apart).
const PROBE: &str = "import sys, importlib.util as u; \
    print(sys.version_info[0], sys.version_info[1], sys.implementation.cache_tag, \
    int(bool(u.find_spec('venv') and u.find_spec('ensurepip'))), int(bool(u.find_spec('pip'))), sys.executable)";

/// A Python interpreter that is new enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Python {
    /// Absolute path of the interpreter.
    pub executable: String,
    /// Such as `cpython-311`: wheels of one do not fit another.
    pub cache_tag: String,
    /// `python -m venv` will work.
    pub has_venv: bool,
    /// `python -m pip` will work.
    pub has_pip: bool,
}

/// No Python is new enough.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Python 3.10 or newer is needed, and none was found (tried {tried})")]
pub struct NoPython {
    /// The commands that were tried.
    pub tried: String,
}

/// How to get one, for people.
pub const INSTALL: &str = "install it (Debian and Ubuntu: `apt-get install python3 python3-venv`; macOS: `brew install python`), or point SLSX_PYTHON at one";

/// The first usable Python, `preferred` instead of all others.
///
/// # Errors
/// When there is none.
pub fn find(preferred: Option<&str>) -> Result<Python, NoPython> {
    let candidates: Vec<&str> = preferred.map_or_else(|| CANDIDATES.to_vec(), |one| vec![one]);
    candidates
        .iter()
        .find_map(|command| probe(command))
        .ok_or_else(|| NoPython { tried: candidates.join(", ") })
}

/// Looks at one interpreter; none if it cannot be used.
#[must_use]
pub fn probe(command: &str) -> Option<Python> {
    let output = Command::new(command).args(["-c", PROBE]).stdin(Stdio::null()).output().ok()?;
    if !output.status.success() {
        return None;
    }
    parse(&String::from_utf8(output.stdout).ok()?)
}

fn parse(line: &str) -> Option<Python> {
    let mut words = line.trim().splitn(6, ' ');
    let major: u32 = words.next()?.parse().ok()?;
    let minor: u32 = words.next()?.parse().ok()?;
    let cache_tag = words.next()?.to_owned();
    let has_venv = words.next()? == "1";
    let has_pip = words.next()? == "1";
    let executable = words.next()?.to_owned();
    ((major, minor) >= (3, 10)).then_some(Python { executable, cache_tag, has_venv, has_pip })
}

#[cfg(test)]
mod tests {
    use super::{find, parse};

    #[test]
    fn reads_the_probe_and_refuses_old_versions() {
        let python = parse("3 11 cpython-311 1 0 /opt/some where/python3\n").unwrap();
        assert_eq!(python.executable, "/opt/some where/python3");
        assert!(python.has_venv && !python.has_pip);
        assert_eq!(parse("3 9 cpython-39 1 1 /usr/bin/python3"), None);
        assert_eq!(parse("2 7 None 0 0 /usr/bin/python"), None);
        assert_eq!(parse(""), None);
    }

    #[test]
    fn a_missing_python_is_told() {
        let error = find(Some("no-such-python-anywhere")).unwrap_err();
        assert!(error.to_string().contains("Python 3.10 or newer"), "{error}");
    }
}
