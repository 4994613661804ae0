//! What decides how cargo compiles here, beside the sources: toolchains, settings, environment. Without running anything.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Variables that change what is compiled (The Cargo Book, "Environment Variables"; the `cc` crate for the last ones).
const VARIABLES: [&str; 12] = [
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "RUSTC",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_BOOTSTRAP",
    "RUSTUP_TOOLCHAIN",
    "CC",
    "CFLAGS",
    "CXX",
    "CXXFLAGS",
    "AR",
];
/// What cargo's settings are called as variables.
const PREFIXES: [&str; 3] = ["CARGO_BUILD_", "CARGO_PROFILE_", "CARGO_TARGET_"];
/// Those among them that change nothing but where and how fast.
const INDIFFERENT: [&str; 3] = ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR", "CARGO_BUILD_JOBS"];
/// What cargo and rustup look for in every folder upwards.
const FILES: [&str; 4] = [".cargo/config.toml", ".cargo/config", "rust-toolchain.toml", "rust-toolchain"];

/// What changes when another Rust is installed or chosen, or another setting is made for a workspace in `root`:
/// rustup's settings and the hashes of what it has installed (its programs are all one file, which says nothing), and
/// cargo's settings in files and variables.
#[must_use]
pub fn settings(root: &Path) -> String {
    let mut text = String::new();
    for (name, value) in std::env::vars().filter(|(name, _)| is_setting(name)).collect::<Vec<_>>() {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name}={value}");
    }
    // How far up a file is, rather than its path: the same project in another folder is compiled in the same way.
    let above = root
        .ancestors()
        .enumerate()
        .flat_map(|(up, folder)| FILES.iter().map(move |name| (format!("{up} {name}"), folder.join(name))));
    for (name, path) in above.chain(of_user()) {
        if let Ok(content) = std::fs::read_to_string(path) {
            let _ = writeln!(text, "{name}: {content}");
        }
    }
    text
}

fn is_setting(name: &str) -> bool {
    VARIABLES.contains(&name)
        || PREFIXES.iter().any(|prefix| name.starts_with(prefix)) && !INDIFFERENT.contains(&name)
}

fn of_user() -> Vec<(String, PathBuf)> {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let folder = |variable: &str, usual: &str| {
        std::env::var_os(variable).map_or_else(|| home.join(usual), PathBuf::from)
    };
    let (rustup, cargo) = (folder("RUSTUP_HOME", ".rustup"), folder("CARGO_HOME", ".cargo"));
    let mut files = vec![rustup.join("settings.toml"), cargo.join("config.toml"), cargo.join("config")];
    let hashes = std::fs::read_dir(rustup.join("update-hashes")).into_iter().flatten().flatten();
    files.extend(hashes.map(|entry| entry.path()));
    files.sort();
    files.into_iter().map(|path| (path.display().to_string(), path)).collect()
}

/// The folder that the user has chosen for what cargo makes.
#[must_use]
pub fn target_folder() -> Option<PathBuf> {
    // A relative one means another folder for each project.
    std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from).filter(|path| path.is_absolute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_above_a_workspace_count_and_its_place_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let roots = ["a", "b"].map(|name| folder.path().join(name));
        let both = || roots.each_ref().map(|root| settings(root));
        let [first, second] = both();
        assert_eq!(first, second);
        std::fs::create_dir_all(folder.path().join(".cargo")).unwrap();
        std::fs::write(folder.path().join(".cargo/config.toml"), "[profile.release]\nlto = true\n").unwrap();
        let [changed, other] = both();
        assert_eq!(changed, other);
        assert!(first != changed && changed.contains("1 .cargo/config.toml: [profile.release]"), "{changed}");
    }

    #[test]
    fn variables_that_only_say_where_and_how_fast_are_no_settings() {
        for name in ["RUSTFLAGS", "CARGO_PROFILE_RELEASE_LTO", "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER"]
        {
            assert!(is_setting(name), "{name}");
        }
        for name in ["CARGO_TARGET_DIR", "CARGO_BUILD_JOBS", "CARGO_HOME", "PATH"] {
            assert!(!is_setting(name), "{name}");
        }
    }
}
