//! Which programs and which machine this is, without running anything.

use std::env::consts;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::package::native::System;
use crate::package::platform::Architecture;

/// A program on the search path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Where it is.
    pub path: PathBuf,
    /// Changes when another version is installed.
    pub stamp: String,
}

/// Finds a program as a shell would.
#[must_use]
pub fn find(name: &str) -> Option<Program> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).find_map(|folder| program(&folder.join(name)))
}

fn program(path: &Path) -> Option<Program> {
    let real = std::fs::canonicalize(path).ok()?;
    let metadata = std::fs::metadata(&real).ok()?;
    let is_executable = metadata.is_file() && metadata.permissions().mode() & 0o111 != 0;
    let stamp =
        format!("{} {} {}.{}", real.display(), metadata.len(), metadata.mtime(), metadata.mtime_nsec());
    is_executable.then(|| Program { path: path.to_owned(), stamp })
}

/// How many processes want to run at once, on average over the last minute, where the system tells.
#[must_use]
pub fn load() -> Option<f64> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split_ascii_whitespace().next()?.parse().ok()
}

/// How many things can be computed at once.
#[must_use]
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// This machine's operating system.
#[must_use]
pub fn system() -> System {
    match consts::OS {
        "macos" => System::MacOs,
        "windows" => System::Windows,
        _ => System::Linux,
    }
}

/// This machine's processor. One that Lambda does not have counts as Lambda's default: nothing will run there anyway.
#[must_use]
pub fn architecture() -> Architecture {
    Architecture::named(consts::ARCH).unwrap_or(Architecture::X86)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_by_name() {
        let shell = find("sh").unwrap();
        assert!(shell.path.is_absolute() && shell.stamp.contains(' '), "{shell:?}");
        assert_eq!(find("no-such-program-anywhere"), None);
        assert_eq!(program(Path::new("/etc/passwd")), None, "not executable");
    }
}
