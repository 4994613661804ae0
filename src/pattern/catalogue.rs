//! The patterns that are built into the program.

use std::collections::BTreeMap;

use include_dir::{Dir, DirEntry, include_dir};

use super::error::{PatternError, did_you_mean};
use super::manifest::Manifest;

/// The folder `patterns/`, read by the compiler; nothing is read when the program runs.
static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/patterns");

/// A pattern: what it says about itself, and its files by path.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// Its `pattern.toml`.
    pub manifest: Manifest,
    /// Its files; only those that the manifest names end up in a project.
    pub files: BTreeMap<String, &'static [u8]>,
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
    let text = files.get("pattern.toml").copied().unwrap_or_default();
    let manifest = Manifest::parse(id, &String::from_utf8_lossy(text))?;
    Ok(Pattern { manifest, files })
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
        .filter(|folder| folder.get_file(folder.path().join("pattern.toml")).is_some())
        .filter_map(|folder| Some((folder.path().to_str()?, folder)))
}

/// Every file below a folder, with `/` between the components of its path.
fn files(folder: &'static Dir<'static>) -> BTreeMap<String, &'static [u8]> {
    let mut files = BTreeMap::new();
    let mut pending = vec![folder];
    while let Some(next) = pending.pop() {
        for entry in next.entries() {
            match entry {
                DirEntry::Dir(below) => pending.push(below),
                DirEntry::File(file) => {
                    let relative = file.path().strip_prefix(folder.path()).unwrap_or(file.path());
                    let components: Vec<_> = relative.iter().map(|name| name.to_string_lossy()).collect();
                    files.insert(components.join("/"), file.contents());
                }
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::{all, find};
    use crate::pattern::PatternError;

    #[test]
    fn every_embedded_pattern_is_sound() {
        let ids: Vec<String> = all().unwrap().into_iter().map(|pattern| pattern.manifest.id).collect();
        assert_eq!(ids, ["fan-out"]);
    }

    #[test]
    fn an_unknown_pattern_is_answered_with_the_nearest() {
        let error = find("fanout").unwrap_err();
        assert!(matches!(error, PatternError::UnknownPattern { help, .. } if help.contains("`fan-out`")));
    }
}
