//! Which files decide what cargo makes of a crate: its workspace, and the crates outside of it that it names by path.

use std::path::{Path, PathBuf};

use super::error::BuildError;
use crate::host::{files, walk};
use crate::package::exclusion::is_excluded;
use crate::package::recipe::{is_workspace_root, path_dependencies};

const MANIFEST: &str = "Cargo.toml";
/// The most folders that are looked at; more is no project but a mistake.
const MOST_FOLDERS: usize = 64;

/// The files.
#[derive(Debug)]
pub(super) struct Closure {
    /// The workspace's folder, where its lock file is; without a workspace the crate's own.
    pub(super) root: PathBuf,
    /// The crate's own folder, seen from there.
    pub(super) crate_name: String,
    /// Folders with their files, none inside of another.
    pub(super) trees: Vec<Tree>,
}

/// One folder.
#[derive(Debug)]
pub(super) struct Tree {
    /// Its path, seen from the root.
    pub(super) name: String,
    pub(super) files: Vec<walk::Entry>,
}

/// Collects the files of the crate in a folder, given without links.
pub(super) fn closure(folder: &Path) -> Result<Closure, BuildError> {
    let root = workspace(folder)?;
    let mut folders = vec![root.clone()];
    let mut trees: Vec<Tree> = Vec::new();
    while let Some(folder) = folders.get(trees.len()).cloned().filter(|_| trees.len() < MOST_FOLDERS) {
        let entries = entries(&folder)?;
        for manifest in
            entries.iter().filter(|entry| entry.path.file_name().is_some_and(|name| name == MANIFEST))
        {
            let beside = manifest.path.parent().unwrap_or(&folder);
            for path in path_dependencies(&files::read_to_string(&manifest.path)?) {
                // A path that leads nowhere is cargo's to complain about.
                let Ok(other) = files::canonical(&beside.join(path)) else { continue };
                if !folders.iter().any(|known| other.starts_with(known)) {
                    folders.push(other);
                }
            }
        }
        trees.push(Tree { name: relative(&folder, &root), files: entries });
    }
    let crate_name = relative(folder, &root);
    Ok(Closure { root, crate_name, trees })
}

fn entries(folder: &Path) -> Result<Vec<walk::Entry>, BuildError> {
    // What cargo makes is marked as such (bford.info/cachedir).
    let is_made = |path: &str| folder.join(path).join("CACHEDIR.TAG").is_file();
    let tree = walk::tree(folder, |path, is_folder| {
        is_excluded(path) || is_folder && (is_made(path) || path.ends_with("node_modules"))
    });
    match tree.refused.into_iter().next() {
        Some(refused) => {
            Err(BuildError::Refused { path: refused.relative, reason: refused.reason.to_string() })
        }
        None => Ok(tree.files),
    }
}

/// The nearest folder upwards whose manifest is a workspace's (The Cargo Book, "Workspaces").
fn workspace(folder: &Path) -> Result<PathBuf, BuildError> {
    for ancestor in folder.ancestors() {
        match files::read_to_string(&ancestor.join(MANIFEST)) {
            Ok(manifest) if is_workspace_root(&manifest) => return Ok(ancestor.to_owned()),
            Err(error) if !error.is_not_found() => return Err(error.into()),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(folder.to_owned())
}

/// The same on every machine: steps up to what both have in common, then down.
fn relative(folder: &Path, root: &Path) -> String {
    let common = folder.components().zip(root.components()).take_while(|(a, b)| a == b).count();
    let up = root.components().skip(common).map(|_| "..".to_owned());
    let down = folder.components().skip(common).map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test makes the files it is about")]
mod tests {
    use super::*;

    fn write(path: &Path, content: &str) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    #[test]
    fn a_crate_alone_is_its_folder_without_what_cargo_made() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        write(&root.join("Cargo.toml"), "[package]\nname = \"x\"\n");
        write(&root.join("src/target/mod.rs"), "");
        write(&root.join("target/CACHEDIR.TAG"), "");
        write(&root.join("target/debug/x"), "");
        let closure = closure(&root).unwrap();
        assert_eq!(closure.root, root);
        let paths: Vec<_> = closure.trees[0].files.iter().map(|file| file.relative.as_str()).collect();
        assert_eq!(paths, ["Cargo.toml", "src/target/mod.rs"]);
    }

    #[test]
    fn workspaces_and_crates_beside_them_belong_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        write(&top.join("functions/Cargo.toml"), "[workspace]\nmembers = [\"create\"]\n");
        write(
            &top.join("functions/create/Cargo.toml"),
            "[package]\nname = \"create\"\n[dependencies]\nshared = { path = \"../../shared\" }\n",
        );
        write(&top.join("shared/Cargo.toml"), "[package]\nname = \"shared\"\n");
        let closure = closure(&top.join("functions/create")).unwrap();
        assert_eq!(closure.root, top.join("functions"));
        let names: Vec<_> = closure.trees.iter().map(|tree| tree.name.as_str()).collect();
        assert_eq!(names, ["", "../shared"]);
        assert_eq!(closure.crate_name, "create");
    }
}
