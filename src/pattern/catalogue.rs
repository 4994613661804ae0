//! Patterns: those that are built into the program, and those that were read from somewhere else.

use std::borrow::Cow;
use std::collections::BTreeMap;

use include_dir::{Dir, DirEntry, include_dir};

use super::error::{PatternError, did_you_mean};
use super::manifest::Manifest;

/// What makes a folder a pattern.
const MANIFEST: &str = "pattern.toml";

/// The folder `patterns/`, read by the compiler; nothing is read when the program runs.
static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/patterns");

/// A pattern: what it says about itself, and its files by path.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// Its `pattern.toml`.
    pub manifest: Manifest,
    /// Its files by path; only those that the manifest names end up in a project.
    pub files: BTreeMap<String, Cow<'static, [u8]>>,
    /// Where it came from.
    pub origin: Origin,
}

/// Where a pattern came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is part of this program.
    BuiltIn,
    /// A folder.
    Folder {
        /// As it was given.
        path: String,
    },
    /// A git repository.
    Git {
        /// As it was given.
        from: String,
        /// The commit that was read.
        commit: String,
    },
}

impl Pattern {
    /// The pattern `id` among files that were read from a folder or repository: they are the pattern itself, or have
    /// a folder of its name.
    ///
    /// # Errors
    /// When there is no such pattern, or its manifest is broken.
    pub fn read(id: &str, files: BTreeMap<String, Vec<u8>>, origin: Origin) -> Result<Self, PatternError> {
        let folder = if files.contains_key(MANIFEST) { String::new() } else { format!("{id}/") };
        let files: BTreeMap<String, Cow<'static, [u8]>> = files
            .into_iter()
            .filter_map(|(path, content)| Some((path.strip_prefix(&folder)?.to_owned(), Cow::Owned(content))))
            .collect();
        let Some(text) = files.get(MANIFEST) else {
            return Err(PatternError::NotAPattern { id: id.to_owned() });
        };
        let manifest = Manifest::parse(id, &String::from_utf8_lossy(text))?;
        Ok(Self { manifest, files, origin })
    }
}

/// Every pattern, sorted by id.
///
/// # Errors
/// When the manifest of one is broken, which the tests exclude for the embedded ones.
pub fn all() -> Result<Vec<Pattern>, PatternError> {
    ids().into_iter().map(find).collect()
}

/// The pattern of an id.
///
/// # Errors
/// When there is none, or its manifest is broken.
pub fn find(id: &str) -> Result<Pattern, PatternError> {
    let folder = folders().find(|(name, _)| *name == id).map(|(_, folder)| folder).ok_or_else(|| {
        PatternError::UnknownPattern { given: id.to_owned(), help: did_you_mean(id, &ids()) }
    })?;
    let files = files(folder);
    let text = files.get(MANIFEST).cloned().unwrap_or_default();
    let manifest = Manifest::parse(id, &String::from_utf8_lossy(&text))?;
    Ok(Pattern { manifest, files, origin: Origin::BuiltIn })
}

fn ids() -> Vec<&'static str> {
    let mut ids: Vec<_> = folders().map(|(name, _)| name).collect();
    ids.sort_unstable();
    ids
}

/// The folders that hold a pattern, by name.
fn folders() -> impl Iterator<Item = (&'static str, &'static Dir<'static>)> {
    EMBEDDED
        .dirs()
        .filter(|folder| folder.get_file(folder.path().join(MANIFEST)).is_some())
        .filter_map(|folder| Some((folder.path().to_str()?, folder)))
}

/// Every file below a folder, with `/` between the components of its path.
fn files(folder: &'static Dir<'static>) -> BTreeMap<String, Cow<'static, [u8]>> {
    let mut files = BTreeMap::new();
    let mut pending = vec![folder];
    while let Some(next) = pending.pop() {
        for entry in next.entries() {
            match entry {
                DirEntry::Dir(below) => pending.push(below),
                DirEntry::File(file) => {
                    let relative = file.path().strip_prefix(folder.path()).unwrap_or(file.path());
                    let components: Vec<_> = relative.iter().map(|name| name.to_string_lossy()).collect();
                    files.insert(components.join("/"), Cow::Borrowed(file.contents()));
                }
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::{Origin, Pattern, all, find};
    use crate::pattern::PatternError;

    #[test]
    fn every_embedded_pattern_is_sound() {
        let ids: Vec<String> = all().unwrap().into_iter().map(|pattern| pattern.manifest.id).collect();
        assert_eq!(ids, ["api-proxy", "cqrs", "fan-out", "sqs-buffer", "step-functions"]);
    }

    /// A pattern is a folder of its own, which may be copied out of here; so what all have is there several times.
    #[test]
    fn what_patterns_have_in_common_is_the_same_in_all() {
        let common = [
            "editorconfig",
            "gitignore",
            "slsx.toml.j2",
            "events/make_sample.py",
            "functions/rust/clippy.toml",
            "functions/rust/rustfmt.toml",
            "functions/rust/src/log.rs",
        ];
        let patterns = all().unwrap();
        for path in common {
            let copies: Vec<_> = patterns.iter().filter_map(|pattern| pattern.files.get(path)).collect();
            assert!(copies.len() > 1, "{path}");
            assert!(copies.windows(2).all(|pair| pair[0] == pair[1]), "the copies of {path} differ");
        }
    }

    #[test]
    fn an_unknown_pattern_is_answered_with_the_nearest() {
        let error = find("fanout").unwrap_err();
        assert!(matches!(error, PatternError::UnknownPattern { help, .. } if help.contains("`fan-out`")));
    }

    #[test]
    fn a_folder_is_a_pattern_or_holds_some() {
        let files = |prefix: &str| {
            find("fan-out")
                .unwrap()
                .files
                .into_iter()
                .map(|(path, content)| (format!("{prefix}{path}"), content.into_owned()))
                .collect()
        };
        let origin = Origin::Folder { path: "x".into() };
        for prefix in ["", "fan-out/"] {
            let pattern = Pattern::read("fan-out", files(prefix), origin.clone()).unwrap();
            assert_eq!(pattern.manifest.id, "fan-out");
            assert!(pattern.files.contains_key("template.yaml.j2"));
        }
        let other = Pattern::read("fan-in", files("fan-out/"), origin.clone()).unwrap_err();
        assert!(matches!(other, PatternError::NotAPattern { .. }));
        let misnamed = Pattern::read("fan-in", files(""), origin).unwrap_err();
        assert!(misnamed.to_string().contains("its id is `fan-out`"), "{misnamed}");
    }
}
