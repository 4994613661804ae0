//! What an unpacked package holds.

use std::collections::BTreeSet;
use std::path::Path;

use crate::coldstart::explain::sizes::{self, Part};
use crate::host::{files, walk};

/// Its parts, largest first.
pub(super) fn parts(folder: &Path) -> Vec<Part> {
    let found = walk::tree(folder, |_, _| false).files;
    let sized: Vec<(String, u64)> = found
        .iter()
        .map(|file| (file.relative.clone(), files::size(&file.path).unwrap_or_default()))
        .collect();
    sizes::parts(sized.iter().map(|(path, bytes)| (path.as_str(), *bytes)))
}

/// Top-level modules of the package that are not installed packages: the function's own.
pub(super) fn own_modules(folder: &Path) -> BTreeSet<String> {
    let names = files::names_in(folder).unwrap_or_default();
    let installed: BTreeSet<String> = names
        .iter()
        .filter(|name| name.ends_with(".dist-info"))
        .flat_map(|name| top_level(&folder.join(name)))
        .collect();
    let module = |name: &String| name.strip_suffix(".py").unwrap_or(name).to_owned();
    names.iter().map(module).filter(|name| !installed.contains(name) && !name.contains('.')).collect()
}

/// The modules that an installed package brings, from its list of files
/// (<https://packaging.python.org/en/latest/specifications/recording-installed-packages/>).
fn top_level(dist_info: &Path) -> BTreeSet<String> {
    let record = files::read_to_string(&dist_info.join("RECORD")).unwrap_or_default();
    let paths = record.lines().filter_map(|line| line.split(',').next());
    let top =
        |path: &str| path.split('/').next().map(|name| name.strip_suffix(".py").unwrap_or(name).to_owned());
    paths.filter_map(top).collect()
}
