//! Finds the files to audit: those named, and in folders those that may be templates or policies.

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
};

use crate::host::{files::FileError, walk};

/// Endings of templates and policy documents.
const ENDINGS: [&str; 4] = ["json", "template", "yaml", "yml"];

/// Folders that hold other people's or generated files. Hidden folders are left out too.
const LEFT_OUT: [&str; 4] = ["__pycache__", "node_modules", "site-packages", "target"];

/// A file to look at, or something that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Path for the report.
    pub(super) shown: String,
    /// Where it is.
    pub(super) path: PathBuf,
    /// How it came here.
    pub(super) kind: Kind,
}

/// How a file came into the audit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Named by the user, who means it to be audited.
    Named,
    /// Found in a folder.
    Listed,
    /// Found and refused, with the reason.
    Refused(String),
}

/// Every file once, sorted by its shown path, whatever the order and repetition of the arguments.
pub(super) fn gather(paths: &[PathBuf], folder: &Path) -> Vec<Found> {
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    let default = [PathBuf::from(".")];
    for given in if paths.is_empty() { default.as_slice() } else { paths } {
        let path = normalized(&folder.join(given));
        let more = if path.is_dir() {
            in_folder(&path, folder)
        } else {
            vec![Found { shown: shown(&path, folder), path, kind: Kind::Named }]
        };
        for one in more {
            let known = found.get(&one.shown).map(|known| &known.kind);
            if known.is_none_or(|known| one.kind < *known) {
                found.insert(one.shown.clone(), one);
            }
        }
    }
    found.into_values().collect()
}

fn in_folder(folder: &Path, root: &Path) -> Vec<Found> {
    let tree = walk::tree(folder, is_left_out);
    let files = tree.files.into_iter().filter(|entry| has_ending(&entry.relative)).map(|entry| {
        let path = folder.join(&entry.relative);
        Found { shown: shown(&path, root), path, kind: Kind::Listed }
    });
    let refused = tree.refused.into_iter().map(|refused| {
        let path = folder.join(&refused.relative);
        Found { shown: shown(&path, root), path, kind: Kind::Refused(refused.reason.to_string()) }
    });
    files.chain(refused).collect()
}

/// Names with another ending cannot be templates, so a broken link among them is nobody's concern. Names
/// without one may be links to folders.
fn is_left_out(relative: &str, is_folder: bool) -> bool {
    let name = relative.rsplit('/').next().unwrap_or(relative);
    if is_folder {
        return name.starts_with('.') || LEFT_OUT.contains(&name);
    }
    name.starts_with('.') || (name.contains('.') && !has_ending(name))
}

fn has_ending(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

/// Why a file could not be read, without the path, which the report names anyway.
pub(super) fn reason(error: &FileError) -> String {
    match error {
        FileError::System { source, .. } => source.to_string(),
        FileError::NotRegular { .. } => "not a regular file".to_owned(),
        FileError::TooLarge { limit, .. } => format!("larger than {} MiB", limit / (1024 * 1024)),
        FileError::Exists { .. } | FileError::NotUtf8 { .. } => error.to_string(),
    }
}

/// The path as the report names it: relative to the folder where it is below it, with `/`.
pub(super) fn shown(path: &Path, folder: &Path) -> String {
    let folder = normalized(folder);
    let relative = path.strip_prefix(&folder).unwrap_or(path);
    let text = relative.to_string_lossy();
    if text.is_empty() { ".".to_owned() } else { text.replace(std::path::MAIN_SEPARATOR, "/") }
}

/// Takes `.` and `..` out of a path by its text alone.
pub(super) fn normalized(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if normal.file_name().is_some() => {
                normal.pop();
            }
            Component::ParentDir | Component::Normal(_) | Component::RootDir | Component::Prefix(_) => {
                normal.push(component);
            }
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normal_and_relative_to_the_folder() {
        let folder = Path::new("/home/./app");
        for (path, expected) in [
            ("template.yaml", "template.yaml"),
            ("./a/../template.yaml", "template.yaml"),
            ("../other/x.yaml", "/home/other/x.yaml"),
            (".", "."),
        ] {
            assert_eq!(shown(&normalized(&folder.join(path)), folder), expected, "{path}");
        }
    }

    #[test]
    fn only_candidates_are_taken_from_a_folder() {
        for (name, is_folder, left_out) in [
            ("template.yaml", false, false),
            ("a/b.template", false, false),
            ("pipe", false, false),
            ("app.py", false, true),
            (".hidden.yaml", false, true),
            ("node_modules", true, true),
            ("a/.aws-sam", true, true),
            ("functions.d", true, false),
        ] {
            assert_eq!(is_left_out(name, is_folder), left_out, "{name}");
        }
    }
}
