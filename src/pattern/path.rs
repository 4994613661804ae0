//! Paths of files in a project that cannot lead out of it.

use std::fmt;

use super::error::PatternError;
use super::names::is_device;

/// A path below the project folder, with `/` between plain components.
///
/// Components have letters, digits, `.`, `_` and `-` only, so they mean the same on every system: no
/// `..`, no drive, no separator, nothing that a terminal or file system reads in another way. None is `.git`: what git
/// finds there it follows, up to commands that it runs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelativePath(String);

impl RelativePath {
    /// Checks a path.
    ///
    /// # Errors
    /// When one of its components is not a plain name.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text.split('/').all(is_plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PatternError::Path { path: text.to_owned() })
        }
    }

    /// The path, with `/` between components.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The components, none of them special.
    pub fn components(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }
}

impl fmt::Display for RelativePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_plain(component: &str) -> bool {
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    // Windows ignores trailing dots and reads `con.txt` as the console.
    let stem = component.split('.').next().unwrap_or_default().to_ascii_lowercase();
    !component.is_empty()
        && !component.ends_with('.')
        && !component.eq_ignore_ascii_case(".git")
        && component.chars().all(is_allowed)
        && !is_device(&stem)
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::RelativePath;

    #[test]
    fn plain_paths_are_accepted() {
        for path in ["README.md", ".slsx/answers.toml", "functions/update-db/app.py", "tests/__init__.py"] {
            assert_eq!(RelativePath::parse(path).unwrap().to_string(), path);
        }
    }

    #[test]
    fn special_ones_are_refused() {
        for path in [
            "",
            "/",
            "/etc/passwd",
            "..",
            "a/../b",
            "a/./b",
            "a//b",
            "a/",
            "a\\b",
            "C:a",
            "a\0b",
            "con",
            "a/NUL.txt",
            "a.",
            "a b",
            "\u{202e}a",
            "~/a\n",
            ".git/config",
            "a/.GIT/HEAD",
        ] {
            assert!(RelativePath::parse(path).is_err(), "{path:?}");
        }
    }

    proptest! {
        #[test]
        fn an_accepted_path_stays_below(text in "\\PC*|[a-z./\\\\:\0-]{0,20}") {
            if let Ok(path) = RelativePath::parse(&text) {
                for component in Path::new(path.as_str()).components() {
                    prop_assert!(matches!(component, Component::Normal(_)), "{component:?}");
                }
            }
        }
    }
}
