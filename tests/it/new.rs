//! `slsx new`: projects on a real disk, and their own tests with a real Python.

use std::fs;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use slsx::audit::{Audit, Document, HandlerFile, Outcome, Selection, Settings, Subject};
use slsx::commands::new::{Made, NewError, Request, make};
use slsx::promise::Promise;

/// Answers that together make every file and every branch of the templates.
const VARIANTS: [&[&str]; 6] = [
    &[],
    &["bus=eventbridge"],
    &["workers=resize"],
    &["workers=save-db", "bus=eventbridge"],
    &["workers=thumbnail,transcode-1080p,transcode-720p,transcode-240p,update-db,index-db,cuts"],
    &["workers=transcode,thumbnail-small,a,b-db", "bus=eventbridge", "memory=512"],
];

fn request(parent: &Path, name: &str, answers: &[&str]) -> Request {
    Request {
        pattern: "fan-out".to_owned(),
        name: Some(name.to_owned()),
        answers: answers.iter().map(|answer| (*answer).to_owned()).collect(),
        parent: parent.to_owned(),
        ..Request::default()
    }
}

/// Every file below a folder, with its content.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    slsx::host::walk::tree(folder, |_, _| false)
        .files
        .into_iter()
        .map(|entry| (entry.relative, fs::read(entry.path).unwrap()))
        .collect()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn is_refused(result: Result<Made, NewError>) -> bool {
    matches!(result, Err(NewError::Exists { .. }))
}

#[test]
fn what_is_on_the_disk_is_what_was_planned() {
    for answers in VARIANTS {
        let folder = tempfile::tempdir().unwrap();
        let made = make(&request(folder.path(), "clips", answers)).unwrap();
        assert!(made.is_written);
        let planned: Vec<(String, Vec<u8>)> =
            made.plan.files.iter().map(|(path, content)| (path.to_string(), content.clone())).collect();
        assert_eq!(files(&folder.path().join("clips")), planned);
        assert_eq!(names(folder.path()), ["clips"]);
    }
}

#[test]
fn no_delimiter_of_the_templates_is_left() {
    for answers in VARIANTS {
        let folder = tempfile::tempdir().unwrap();
        let made = make(&request(folder.path(), "clips", answers)).unwrap();
        for (path, content) in &made.plan.files {
            let Ok(text) = std::str::from_utf8(content) else { continue };
            for delimiter in ["<<", ">>", "<%", "%>", "<#", "#>"] {
                assert!(!text.contains(delimiter), "{path} has {delimiter}");
            }
            assert!(!text.contains("\n\n\n") || path.as_str().ends_with(".py"), "{path} has a hole");
            assert!(text.lines().all(|line| line.trim_end() == line), "{path} has trailing spaces");
        }
    }
}

fn text<'a>(made: &'a Made, path: &str) -> &'a str {
    let (_, content) = made.plan.files.iter().find(|(name, _)| name.as_str() == path).unwrap();
    std::str::from_utf8(content).unwrap()
}

#[test]
fn the_audit_finds_nothing_in_any_project() {
    for answers in VARIANTS {
        let folder = tempfile::tempdir().unwrap();
        let made = make(&request(folder.path(), "clips", answers)).unwrap();
        let document =
            Document::read("template.yaml".to_owned(), text(&made, "template.yaml").as_bytes(), true);
        let code: Vec<HandlerFile> = document
            .code_requests()
            .into_iter()
            .map(|wanted| {
                let path =
                    wanted.candidates.iter().find(|path| made.target.join(path).is_file()).unwrap().clone();
                let text = fs::read_to_string(made.target.join(&path)).unwrap();
                HandlerFile { function: wanted.function, path, text }
            })
            .collect();
        assert!(!code.is_empty());
        let selection = Selection::new(&[], &[]).unwrap();
        let mut audit = Audit::new(Settings { selection, today: jiff::civil::date(2026, 11, 22) });
        audit.add(&document, &code);
        let report = audit.finish();
        assert_eq!(report.files[0].outcome, Outcome::Analysed(Subject::Template));
        assert!(report.findings.is_empty(), "{answers:?}: {:#?}", report.findings);
    }
}

#[test]
fn the_settings_and_the_promise_of_every_project_are_understood() {
    for answers in VARIANTS {
        let folder = tempfile::tempdir().unwrap();
        let made = make(&request(folder.path(), "clips", answers)).unwrap();
        let settings = slsx::config::File::parse(text(&made, "slsx.toml")).unwrap();
        assert_eq!(settings.name.as_deref(), Some("clips"));
        assert_eq!(settings.stage["dev"].stack.as_deref(), Some("clips-dev"));
        let promise = Promise::parse(text(&made, "promise.toml")).unwrap();
        let Promise::FanOut(promise) = promise else { panic!("{promise:?}") };
        assert!(made.target.join(&promise.upload.file).is_file());
        let template = text(&made, "template.yaml");
        assert_eq!(promise.workers.len(), template.matches("Type: AWS::Serverless::Function").count());
        for worker in &promise.workers {
            for id in [Some(&worker.function), worker.dead_letters.as_ref()].into_iter().flatten() {
                assert!(template.contains(&format!("\n  {id}:\n    Type: ")), "{id}");
            }
        }
        assert!(template.contains(&format!("\n  {}:\n    Description: ", promise.upload.bucket)));
    }
}

#[test]
fn the_tests_of_every_project_pass_without_aws() {
    for answers in VARIANTS {
        let folder = tempfile::tempdir().unwrap();
        make(&request(folder.path(), "clips", answers)).unwrap();
        let output = Command::new("python3")
            .args(["-m", "unittest"])
            .current_dir(folder.path().join("clips"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{answers:?}: {told}");
        assert!(!told.contains("Ran 0 tests"), "{told}");
    }
}

#[test]
fn the_tests_of_a_project_notice_a_broken_worker() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(&request(folder.path(), "clips", &["workers=thumbnail,update-db"])).unwrap();
    for (file, from, to) in [
        ("functions/thumbnail/app.py", "{RESULT_PREFIX}", ""),
        ("functions/update-db/app.py", "\"object_key\": upload.key", "\"object_key\": \"\""),
        ("functions/thumbnail/upload.py", "unquote_plus(record", "str(record"),
        ("functions/thumbnail/work.py", "max(video.frames", "min(video.frames"),
        ("functions/update-db/work.py", "sum(tones)", "len(tones)"),
    ] {
        let path = made.target.join(file);
        let sound = fs::read_to_string(&path).unwrap();
        let broken = sound.replacen(from, to, 1);
        assert_ne!(broken, sound, "{file} has no {from}");
        fs::write(&path, broken).unwrap();
        let status = Command::new("python3")
            .args(["-m", "unittest"])
            .current_dir(&made.target)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .unwrap()
            .status;
        assert!(!status.success(), "{file}: {from} -> {to} was not noticed");
        fs::write(&path, sound).unwrap();
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(&Request { is_dry_run: true, ..request(folder.path(), "clips", &[]) }).unwrap();
    assert!(!made.is_written && !made.plan.files.is_empty());
    assert!(names(folder.path()).is_empty());
}

#[test]
fn the_pattern_names_the_project_that_has_no_name() {
    let folder = tempfile::tempdir().unwrap();
    make(&Request { name: None, ..request(folder.path(), "", &[]) }).unwrap();
    assert_eq!(names(folder.path()), ["fan-out"]);
}

#[test]
fn whatever_exists_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let parent = folder.path();
    fs::create_dir(parent.join("empty")).unwrap();
    fs::create_dir(parent.join("full")).unwrap();
    fs::write(parent.join("full/mine"), "mine").unwrap();
    fs::write(parent.join("file"), "mine").unwrap();
    #[cfg(unix)]
    for (link, to) in [("link", "full"), ("dangling", "nowhere")] {
        std::os::unix::fs::symlink(to, parent.join(link)).unwrap();
    }
    let before = names(parent);
    for name in before.clone() {
        for is_dry_run in [false, true] {
            assert!(is_refused(make(&Request { is_dry_run, ..request(parent, &name, &[]) })), "{name}");
        }
    }
    assert_eq!(names(parent), before);
    assert_eq!(names(&parent.join("full")), ["mine"]);
    assert_eq!(fs::read_to_string(parent.join("file")).unwrap(), "mine");
}

#[test]
fn a_second_project_of_the_same_name_leaves_the_first_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    make(&request(folder.path(), "clips", &[])).unwrap();
    let before = files(folder.path());
    assert!(is_refused(make(&request(folder.path(), "clips", &["bus=eventbridge"]))));
    assert_eq!(files(folder.path()), before);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_an_error_and_stays_empty() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    assert!(matches!(make(&request(&missing, "clips", &[])), Err(NewError::File(_))));
    assert!(names(folder.path()).is_empty());
}

#[test]
fn wrong_answers_leave_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    for answers in [
        &["workers"][..],
        &["worker=a"],
        &["bus=kafka"],
        &["bus=sns", "bus=sns"],
        &["memory=1"],
        &["workers=a,a"],
        &["workers=../../etc/passwd"],
        &["workers=transcode-99999p"],
    ] {
        let result = make(&request(folder.path(), "clips", answers));
        assert!(matches!(result, Err(NewError::Pattern(_))), "{answers:?}");
    }
    let wrong_pattern = Request { pattern: "fanout".to_owned(), ..request(folder.path(), "clips", &[]) };
    assert!(matches!(make(&wrong_pattern), Err(NewError::Source(_))));
    let wrong_language =
        Request { language: Some("cobol".to_owned()), ..request(folder.path(), "clips", &[]) };
    assert!(matches!(make(&wrong_language), Err(NewError::Pattern(_))));
    assert!(names(folder.path()).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_name_leaves_the_folder(
        name in "\\PC{0,40}|[-a-z./\\\\\0]{0,12}|(\\.\\./){1,4}[a-z]{0,4}|/tmp/[a-z]{4}|(con|nul|aux)(\\.txt)?",
        worker in "\\PC{0,40}|[-a-z./\\\\\0]{0,12}|(\\.\\./){1,4}[a-z]{0,4}|/tmp/[a-z]{4}|(con|nul|aux)(\\.txt)?",
    ) {
        let folder = tempfile::tempdir().unwrap();
        let parent = folder.path().join("a/b");
        fs::create_dir_all(&parent).unwrap();
        let worker = format!("workers={worker}");
        let made = make(&request(&parent, &name, &[&worker]));
        // Above the parent there is the way to it and nothing else, whatever was asked for.
        prop_assert_eq!(names(folder.path()), ["a"]);
        prop_assert_eq!(names(&folder.path().join("a")), ["b"]);
        match made {
            Ok(_) => prop_assert_eq!(names(&parent), [name]),
            Err(_) => prop_assert!(names(&parent).is_empty()),
        }
    }
}
