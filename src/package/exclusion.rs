//! What is never packaged: caches, version control and files that differ between two equal installations.

/// Whether a file or folder, by its `/`-path below the code folder, stays out of the package.
///
/// A folder that is excluded need not be looked into.
#[must_use]
pub fn is_excluded(path: &str) -> bool {
    let mut components = path.split('/').rev();
    let name = components.next().unwrap_or_default();
    let parent = components.next().unwrap_or_default();
    path.split('/').any(is_excluded_name) || is_installer_note(parent, name)
}

fn is_excluded_name(name: &str) -> bool {
    matches!(
        name,
        "__pycache__"
            | ".git"
            | ".DS_Store"
            | ".slsxignore"
            | ".venv"
            | ".mypy_cache"
            | ".pytest_cache"
            | ".ruff_cache"
    ) || name.ends_with(".pyc")
}

/// Installers leave notes of where and how a package was installed; they vary where the package does not
/// (PyPA specification "Recording installed projects").
fn is_installer_note(folder: &str, name: &str) -> bool {
    folder.ends_with(".dist-info") && matches!(name, "direct_url.json" | "INSTALLER" | "REQUESTED")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caches_and_notes_stay_out() {
        for path in [
            "__pycache__",
            "lib/__pycache__/app.cpython-313.pyc",
            "app.pyc",
            ".git",
            ".git/HEAD",
            "lib/.DS_Store",
            ".venv/bin/python",
            "lib/.pytest_cache/README.md",
            "boto3-1.0.dist-info/INSTALLER",
            "lib/boto3-1.0.dist-info/direct_url.json",
        ] {
            assert!(is_excluded(path), "{path}");
        }
    }

    #[test]
    fn code_stays_in() {
        for path in [
            "app.py",
            "lib/app.py",
            ".gitignore",
            "INSTALLER",
            "tests/INSTALLER",
            "boto3-1.0.dist-info/RECORD",
            "node_modules/.bin/x",
            "pycache",
            "",
        ] {
            assert!(!is_excluded(path), "{path}");
        }
    }
}
