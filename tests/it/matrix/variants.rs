//! Every pattern in every language, with answers that together make every branch of its templates: what can be told of
//! a project without deploying it.

use std::collections::BTreeSet;
use std::path::Path;

use slsx::commands::new::{Made, Request, make};
use slsx::promise::Promise;

use crate::world::offline;

/// Answers of each pattern.
pub(super) const VARIANTS: &[(&str, &[&str])] = &[
    ("api-proxy", &[]),
    ("api-proxy", &["api=rest"]),
    ("api-proxy", &["resource=big-cats", "rate=50", "burst=60"]),
    ("fan-out", &[]),
    ("fan-out", &["bus=eventbridge"]),
    ("sqs-buffer", &[]),
    ("sqs-buffer", &["concurrency=2", "batch-size=100", "timeout=10"]),
    ("step-functions", &[]),
    ("step-functions", &["type=express"]),
    ("cqrs", &[]),
    ("cqrs", &["read-model=dynamodb"]),
];

/// Runs a check on every project there can be.
pub(super) fn for_each(mut check: impl FnMut(&str, &Made)) {
    for (pattern, answers) in VARIANTS {
        for language in slsx::pattern::find(pattern).unwrap().manifest.languages {
            let folder = tempfile::tempdir().unwrap();
            let request = Request {
                pattern: (*pattern).to_owned(),
                name: Some("clips".to_owned()),
                language: Some(language.name.clone()),
                answers: answers.iter().map(|answer| (*answer).to_owned()).collect(),
                parent: folder.path().to_owned(),
                ..Request::default()
            };
            let label = format!("{pattern} in {} {answers:?}", language.name);
            check(&label, &make(&request).unwrap_or_else(|error| panic!("{label}: {error}")));
        }
    }
}

/// What is read by people and machines that know no template language.
fn is_rendered(path: &str) -> bool {
    [".yaml", ".yml", ".toml", ".md", ".json"].iter().any(|extension| path.ends_with(extension))
        && !path.ends_with("package-lock.json")
}

#[test]
fn no_delimiter_is_left_and_no_line_ends_in_blanks() {
    for_each(|label, made| {
        for (path, content) in &made.plan.files {
            let Ok(text) = std::str::from_utf8(content) else { continue };
            if !is_rendered(path.as_str()) {
                continue;
            }
            for delimiter in ["<<", ">>", "<%", "%>", "<#", "#>"] {
                assert!(!text.contains(delimiter), "{label}: {path} has {delimiter}");
            }
            assert!(!text.contains("\n\n\n") && !text.starts_with('\n'), "{label}: {path} has a hole");
            assert!(text.lines().all(|line| line.trim_end() == line), "{label}: {path} has trailing blanks");
        }
    });
}

#[test]
fn settings_and_promises_are_understood() {
    for_each(|label, made| {
        let text = |path: &str| std::fs::read_to_string(made.target.join(path)).unwrap();
        let settings = slsx::config::File::parse(&text("slsx.toml")).unwrap();
        assert_eq!(settings.name.as_deref(), Some("clips"), "{label}");
        assert_eq!(settings.stage["dev"].stack.as_deref(), Some("clips-dev"), "{label}");
        Promise::parse(&text("promise.toml")).unwrap_or_else(|error| panic!("{label}: {error}"));
    });
}

#[test]
fn the_audit_finds_nothing() {
    for_each(|label, made| {
        let output = offline(&made.target).args(["audit", "--format", "json"]).output().unwrap();
        let report = String::from_utf8_lossy(&output.stdout);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{label}: {report}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    });
}

/// Built and tested in projects only: what they leave behind would be packed into the program.
#[test]
fn no_build_output_is_among_the_patterns() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns");
    let tree = slsx::host::walk::tree(&root, |_, _| false);
    let unwanted = ["node_modules/", "/target/", "__pycache__/", ".venv/", "/dist/"];
    for file in &tree.files {
        assert!(!unwanted.iter().any(|part| file.relative.contains(part)), "{}", file.relative);
        // Cargo leaves a folder with a manifest of its own out of the package of slsx.
        assert!(
            !file.relative.ends_with("/Cargo.toml") && !file.relative.ends_with("/.gitignore"),
            "{}",
            file.relative
        );
    }
    assert!(tree.refused.is_empty(), "{:?}", tree.refused);
}

#[test]
fn every_file_of_a_pattern_is_in_the_package_of_slsx() {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let list = String::from_utf8(output.stdout).unwrap();
    let packaged: BTreeSet<&str> = list.lines().collect();
    for pattern in slsx::pattern::all().unwrap() {
        for path in pattern.files.keys() {
            let path = format!("patterns/{}/{path}", pattern.manifest.id);
            assert!(packaged.contains(path.as_str()), "cargo leaves out {path}");
        }
    }
}
