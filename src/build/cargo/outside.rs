//! Files that a crate reads while it is compiled and that lie outside of its workspace, such as those of `include_str!`.
//!
//! Nothing in the manifests names them: only what cargo tells afterwards does. So they are noted beside the binary, and
//! looked at again before it is used.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::build::error::BuildError;
use crate::build::fingerprint::Fingerprint;
use crate::build::sources::Closure;
use crate::host::files;

/// The note's name.
const NOTE: &str = "outside.json";

#[derive(Serialize, Deserialize)]
struct Read {
    path: PathBuf,
    print: String,
}

/// Notes in a folder what was read outside of the sources when a binary was compiled, if anything was. `dep_info` is
/// what cargo wrote about that (The Cargo Book, "Build cache", "Dep-info files").
pub(super) fn note(dep_info: &Path, sources: &Closure, folder: &Path) -> Result<(), BuildError> {
    let told = files::read_to_string(dep_info)?;
    let is_inside =
        |path: &PathBuf| sources.trees.iter().flat_map(|tree| &tree.files).any(|file| file.path == *path);
    let mut read = Vec::new();
    for path in prerequisites(&told).into_iter().filter(|path| path.is_absolute() && !is_inside(path)) {
        let print = print(&path)?;
        read.push(Read { path, print });
    }
    if read.is_empty() {
        return Ok(());
    }
    let text = serde_json::to_vec(&read).unwrap_or_default();
    Ok(files::create_new(&folder.join(NOTE), &text)?)
}

/// Whether what was noted in a folder is still as it was.
pub(super) fn is_as_noted(folder: &Path) -> Result<bool, BuildError> {
    let text = match files::read_to_string(&folder.join(NOTE)) {
        Ok(text) => text,
        Err(error) if error.is_not_found() => return Ok(true),
        Err(error) => return Err(error.into()),
    };
    let Ok(noted) = serde_json::from_str::<Vec<Read>>(&text) else { return Ok(false) };
    for read in noted {
        if print(&read.path)? != read.print {
            return Ok(false);
        }
    }
    Ok(true)
}

fn print(path: &Path) -> Result<String, BuildError> {
    let (folder, name) = (path.parent().unwrap_or(path), path.file_name().unwrap_or_default());
    Ok(Fingerprint::of("outside/1").with_file(folder, &name.to_string_lossy())?.hex())
}

/// The files of the only rule, in the form of Makefiles: spaces within a name are escaped.
fn prerequisites(rule: &str) -> Vec<PathBuf> {
    let Some((_, list)) = rule.lines().next().unwrap_or_default().split_once(": ") else { return vec![] };
    let mut paths = vec![String::new()];
    let mut characters = list.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => paths.last_mut().into_iter().for_each(|path| path.extend(characters.next())),
            ' ' => paths.push(String::new()),
            other => paths.last_mut().into_iter().for_each(|path| path.push(other)),
        }
    }
    paths.into_iter().filter(|path| !path.is_empty()).map(PathBuf::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_spaces_are_one_name() {
        let rule = "/t/release/create: /p/src/main.rs /p/a\\ b.txt\n";
        assert_eq!(prerequisites(rule), [PathBuf::from("/p/src/main.rs"), PathBuf::from("/p/a b.txt")]);
        assert_eq!(prerequisites(""), Vec::<PathBuf>::new());
    }
}
