use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;

use super::{Reason, Tree, tree};

fn write(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn files(tree: &Tree) -> Vec<&str> {
    tree.files.iter().map(|entry| entry.relative.as_str()).collect()
}

fn refused(tree: &Tree) -> Vec<(&str, &Reason)> {
    tree.refused.iter().map(|refused| (refused.relative.as_str(), &refused.reason)).collect()
}

#[test]
fn files_come_sorted_by_path_and_skipped_ones_are_not_read() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["b.txt", "a/z.txt", "a.txt", "a-b/c.txt", ".git/HEAD"] {
        write(&folder.path().join(name), name);
    }
    let tree = tree(folder.path(), |relative, is_folder| is_folder && relative == ".git");
    assert_eq!(files(&tree), ["a-b/c.txt", "a.txt", "a/z.txt", "b.txt"]);
    assert!(tree.refused.is_empty());
    assert_eq!(tree.files[0].len, 9);
}

#[test]
fn links_inside_are_followed_and_links_outside_are_refused() {
    let outside = tempfile::tempdir().unwrap();
    write(&outside.path().join("secret"), "secret");
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(&root.join("shared/module.py"), "x");
    symlink("shared/module.py", root.join("inside.py")).unwrap();
    symlink("shared", root.join("copy")).unwrap();
    symlink(outside.path().join("secret"), root.join("file-out")).unwrap();
    symlink(outside.path(), root.join("folder-out")).unwrap();
    let tree = tree(root, |_, _| false);
    assert_eq!(files(&tree), ["copy/module.py", "inside.py", "shared/module.py"]);
    assert_eq!(refused(&tree), [("file-out", &Reason::LeavesRoot), ("folder-out", &Reason::LeavesRoot)]);
}

#[test]
fn loops_sockets_and_dangling_links_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(&root.join("a/file"), "x");
    symlink("..", root.join("a/up")).unwrap();
    symlink("nowhere", root.join("dangling")).unwrap();
    let _listener = UnixListener::bind(root.join("socket")).unwrap();
    let tree = tree(root, |_, _| false);
    assert_eq!(files(&tree), ["a/file"]);
    let refused = refused(&tree);
    assert_eq!(refused[0], ("a/up", &Reason::Loop));
    assert_eq!(refused[1].0, "dangling");
    assert!(matches!(refused[1].1, Reason::Unreadable { .. }));
    assert_eq!(refused[2], ("socket", &Reason::NotRegular));
}

#[test]
fn two_folders_linking_to_each_other_end() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(&root.join("a/one"), "1");
    write(&root.join("b/two"), "2");
    symlink("../b", root.join("a/to-b")).unwrap();
    symlink("../a", root.join("b/to-a")).unwrap();
    let tree = tree(root, |_, _| false);
    assert_eq!(files(&tree), ["a/one", "a/to-b/two", "b/to-a/one", "b/two"]);
    assert!(refused(&tree).iter().all(|(_, reason)| **reason == Reason::Loop));
}

#[test]
fn modes_are_told() {
    let folder = tempfile::tempdir().unwrap();
    for (name, mode) in [("plain", 0o640), ("program", 0o755), ("special", 0o4755)] {
        write(&folder.path().join(name), "x");
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
    }
    let tree = tree(folder.path(), |_, _| false);
    let modes: Vec<_> =
        tree.files.iter().map(|entry| (entry.is_executable, entry.has_special_bits)).collect();
    assert_eq!(modes, [(false, false), (true, false), (true, true)]);
}

#[test]
fn a_missing_root_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let tree = tree(&folder.path().join("none"), |_, _| false);
    assert!(tree.files.is_empty());
    assert_eq!(tree.refused.len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf8_is_refused() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(std::ffi::OsStr::from_bytes(b"\xff")), "x").unwrap();
    assert_eq!(tree(folder.path(), |_, _| false).refused[0].reason, Reason::NotUtf8);
}
