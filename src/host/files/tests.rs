use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::{
    FileError, STALE_AFTER, create_folders, create_new, publish_dir, read, read_at_most, read_to_string,
    remove_file, remove_tree, stage_beside, write_atomic,
};

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn names_in(folder: &Path) -> Vec<String> {
    super::names_in(folder).unwrap()
}

#[test]
fn write_atomic_replaces_and_leaves_nothing_beside() {
    let folder = folder();
    let path = folder.path().join("journal");
    write_atomic(&path, b"old").unwrap();
    write_atomic(&path, b"new").unwrap();
    assert_eq!(read(&path).unwrap(), b"new");
    assert_eq!(names_in(folder.path()), ["journal"]);
}

#[test]
fn write_atomic_onto_a_folder_fails_and_leaves_nothing_beside() {
    let folder = folder();
    let path = folder.path().join("journal");
    create_folders(&path).unwrap();
    assert!(write_atomic(&path, b"new").is_err());
    assert_eq!(names_in(folder.path()), ["journal"]);
}

#[test]
fn create_new_never_overwrites() {
    let folder = folder();
    let path = folder.path().join("a/b/file");
    create_new(&path, b"first").unwrap();
    assert!(matches!(create_new(&path, b"second"), Err(FileError::Exists { .. })));
    assert_eq!(read_to_string(&path).unwrap(), "first");
}

#[test]
fn reading_refuses_folders_and_long_and_binary_files() {
    let folder = folder();
    let path = folder.path().join("file");
    create_new(&path, b"\xff1234").unwrap();
    assert!(matches!(read(folder.path()), Err(FileError::NotRegular { .. })));
    assert!(matches!(read_to_string(&path), Err(FileError::NotUtf8 { .. })));
    assert!(matches!(read_at_most(&path, 4), Err(FileError::TooLarge { limit: 4, .. })));
    assert_eq!(read_at_most(&path, 5).unwrap().len(), 5);
    assert!(read(&folder.path().join("none")).unwrap_err().is_not_found());
}

#[test]
fn removing_what_is_gone_is_fine() {
    let folder = folder();
    let path = folder.path().join("file");
    create_new(&path, b"").unwrap();
    for _ in 0..2 {
        remove_file(&path).unwrap();
        remove_tree(&folder.path().join("none")).unwrap();
    }
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn publishing_moves_the_whole_folder_at_once() {
    let folder = folder();
    let target = folder.path().join("project");
    let staged = stage_beside(&target).unwrap();
    create_new(&staged.path().join("below/file"), b"x").unwrap();
    assert!(!target.exists());
    publish_dir(staged, &target).unwrap();
    assert_eq!(names_in(folder.path()), ["project"]);
    assert_eq!(read(&target.join("below/file")).unwrap(), b"x");
}

#[test]
fn a_staged_folder_that_is_not_published_disappears() {
    let folder = folder();
    let staged = stage_beside(&folder.path().join("project")).unwrap();
    create_new(&staged.path().join("file"), b"x").unwrap();
    drop(staged);
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn publishing_refuses_every_kind_of_existing_target() {
    let folder = folder();
    let empty = folder.path().join("empty");
    let full = folder.path().join("full");
    let file = folder.path().join("file");
    create_folders(&empty).unwrap();
    create_new(&full.join("mine"), b"mine").unwrap();
    create_new(&file, b"mine").unwrap();
    let mut targets = vec![empty, full.clone(), file.clone()];
    #[cfg(unix)]
    for (name, to) in [("link", "full"), ("file-link", "file"), ("dangling", "nowhere")] {
        let link = folder.path().join(name);
        std::os::unix::fs::symlink(to, &link).unwrap();
        targets.push(link);
    }
    let before = names_in(folder.path());
    for target in targets {
        let staged = stage_beside(&target).unwrap();
        create_new(&staged.path().join("file"), b"x").unwrap();
        assert!(matches!(publish_dir(staged, &target), Err(FileError::Exists { .. })), "{target:?}");
        assert_eq!(names_in(folder.path()), before);
    }
    assert_eq!(names_in(&full), ["mine"]);
    assert_eq!(read(&file).unwrap(), b"mine");
}

#[cfg(unix)]
#[test]
fn a_published_folder_has_the_mode_that_mkdir_gives() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let (plain, target) = (folder.path().join("plain"), folder.path().join("project"));
    create_folders(&plain).unwrap();
    publish_dir(stage_beside(&target).unwrap(), &target).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&target), mode(&plain));
}

#[test]
fn staging_below_a_missing_folder_is_an_error() {
    let folder = folder();
    assert!(stage_beside(&folder.path().join("none/project")).unwrap_err().is_not_found());
}

#[cfg(unix)]
#[test]
fn what_a_killed_run_left_is_removed_and_nothing_else() {
    let folder = folder();
    let now = std::time::SystemTime::now();
    let put = |name: &str, age: std::time::Duration| {
        let path = folder.path().join(name);
        fs::create_dir(&path).unwrap();
        fs::write(path.join("content"), "x").unwrap();
        fs::File::open(&path).unwrap().set_modified(now - age).unwrap();
    };
    let old = STALE_AFTER * 2;
    put(".slsx-new-aB3xY9", old);
    put(".slsx-new-young1", STALE_AFTER / 2);
    put(".slsx-new-my-own", old);
    put("mine", old);
    std::os::unix::fs::symlink("mine", folder.path().join(".slsx-new-linked")).unwrap();
    let staged = stage_beside(&folder.path().join("project")).unwrap();
    publish_dir(staged, &folder.path().join("project")).unwrap();
    let kept = [".slsx-new-linked", ".slsx-new-my-own", ".slsx-new-young1", "mine", "project"];
    assert_eq!(names_in(folder.path()), kept);
    assert!(folder.path().join("mine/content").is_file());
}
