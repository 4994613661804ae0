use std::io::Read as _;

use proptest::prelude::*;
use zip::ZipArchive;

use super::*;

fn file(path: &str, content: &str) -> SourceFile {
    SourceFile {
        path: path.into(),
        is_executable: false,
        has_special_bits: false,
        content: content.as_bytes().to_vec(),
    }
}

fn executable(path: &str, content: &str) -> SourceFile {
    SourceFile { is_executable: true, ..file(path, content) }
}

#[test]
fn the_package_reads_back_sorted_and_normalised() {
    let files = [
        executable("run.sh", "#!/bin/sh\n"),
        file("lib/größe.py", "x = 1\n"),
        file("app.py", "y\n"),
        file("lib-a", ""),
    ];
    let archive = archive(&files).unwrap();
    let mut zip = ZipArchive::new(Cursor::new(&archive.bytes)).unwrap();
    let mut seen = Vec::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).unwrap();
        let mut content = String::new();
        entry.read_to_string(&mut content).unwrap();
        assert_eq!(entry.last_modified().unwrap().to_string(), "1980-01-01 00:00:00");
        assert_eq!(entry.compression(), CompressionMethod::Deflated);
        assert_eq!(entry.extra_data().unwrap_or_default(), b"");
        seen.push(format!("{} {:o} {content:?}", entry.name().unwrap(), entry.unix_mode().unwrap()));
    }
    assert_eq!(
        seen,
        [
            "app.py 100644 \"y\\n\"",
            "lib-a 100644 \"\"",
            "lib/größe.py 100644 \"x = 1\\n\"",
            "run.sh 100755 \"#!/bin/sh\\n\""
        ]
    );
}

#[test]
fn names_beyond_ascii_carry_the_utf8_flag() {
    let archive = archive(&[file("größe.py", "")]).unwrap();
    // Bit 11 of the general purpose flags, bytes 6 and 7 of the local header (APPNOTE.TXT 4.4.4).
    assert_eq!(archive.bytes[7] & 0b1000, 0b1000);
}

/// The bytes are a promise: a package that was deployed must keep its key in every later version.
#[test]
fn the_bytes_are_pinned() {
    let archive = archive(&[file("app.py", "def handler(event, context):\n    return event\n")]).unwrap();
    insta::assert_snapshot!(archive.key(), @"fn/db9835c368d2c2bde8d2a751829ca7ed0909610fbbc0bf55572ff6e39a710362.zip");
}

#[test]
fn the_digest_is_told_as_the_key_and_as_lambda_tells_it() {
    let archive = ready_made(b"abc".to_vec());
    let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(archive.sha256(), hex);
    assert_eq!(archive.key(), format!("fn/{hex}.zip"));
    assert_eq!(archive.code_sha256(), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

#[test]
fn the_executable_bit_changes_the_package() {
    let plain = archive(&[file("bootstrap", "x")]).unwrap();
    let executable = archive(&[executable("bootstrap", "x")]).unwrap();
    assert_ne!(plain.key(), executable.key());
}

#[test]
fn excluded_files_change_nothing() {
    let with = archive(&[file("app.py", "x"), file("__pycache__/app.cpython-313.pyc", "y")]).unwrap();
    assert_eq!(with.key(), archive(&[file("app.py", "x")]).unwrap().key());
    assert_eq!(archive(&[file(".DS_Store", "y")]), Err(PackageError::Empty));
    assert_eq!(archive(&[]), Err(PackageError::Empty));
}

#[test]
fn paths_that_leave_the_folder_are_refused_by_name() {
    for path in ["../app.py", "/etc/passwd", "a//b", "a/./b", "a/..", "", "nul\0byte"] {
        assert_eq!(archive(&[file(path, "x")]), Err(PackageError::Path { path: path.into() }), "{path:?}");
    }
    let twice = archive(&[file("app.py", "x"), file("app.py", "y")]);
    assert_eq!(twice, Err(PackageError::Path { path: "app.py".into() }));
}

#[test]
fn set_user_id_is_refused_by_name() {
    let error = archive(&[SourceFile { has_special_bits: true, ..file("tool", "x") }]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "\"tool\" cannot be packaged: it has a set-user-id, set-group-id or sticky bit"
    );
}

fn any_files() -> impl Strategy<Value = Vec<SourceFile>> {
    let content = prop::collection::vec(any::<u8>(), 0..200);
    prop::collection::btree_map("[a-z]{1,6}(/[a-zü]{1,6}){0,3}", (any::<bool>(), content), 1..12).prop_map(
        |files| {
            files
                .into_iter()
                .map(|(path, (is_executable, content))| SourceFile {
                    path,
                    is_executable,
                    has_special_bits: false,
                    content,
                })
                .collect()
        },
    )
}

proptest! {
    #[test]
    fn the_order_of_the_files_changes_nothing(
        (files, shuffled) in any_files().prop_flat_map(|files| (Just(files.clone()), Just(files).prop_shuffle())),
    ) {
        prop_assert_eq!(archive(&files).unwrap().bytes, archive(&shuffled).unwrap().bytes);
    }

    #[test]
    fn every_file_reads_back_whole(files in any_files()) {
        let archive = archive(&files).unwrap();
        let mut zip = ZipArchive::new(Cursor::new(&archive.bytes)).unwrap();
        prop_assert_eq!(zip.len(), files.len());
        for file in files {
            let mut content = Vec::new();
            zip.by_name(&file.path).unwrap().read_to_end(&mut content).unwrap();
            prop_assert_eq!(content, file.content);
        }
    }

    #[test]
    fn any_change_of_content_changes_the_key(files in any_files(), pick in any::<prop::sample::Index>()) {
        let mut changed = files.clone();
        pick.get_mut(&mut changed).content.push(0);
        prop_assert_ne!(archive(&files).unwrap().key(), archive(&changed).unwrap().key());
    }
}
