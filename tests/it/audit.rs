//! `slsx audit` on real files: the bad example project, every format, hostile folders.

mod formats;
mod schema;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use jiff::civil::date;
use serde_json::Value;
use slsx::{
    audit::{Report, Threshold, rules::ALL},
    commands::audit::{AuditError, Request, audit},
    exit::Exit,
};

use formats::{Format, rendered};

fn request(folder: &Path, paths: &[&str]) -> Request {
    Request {
        paths: paths.iter().map(PathBuf::from).collect(),
        folder: folder.to_owned(),
        select: Vec::new(),
        ignore: Vec::new(),
        today: date(2026, 11, 22),
    }
}

fn audited(folder: &Path, paths: &[&str]) -> Report {
    audit(&request(folder, paths)).unwrap()
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/monolith-before")
}

/// A template with one finding, `runtime-deprecated`, on line 5.
const OLD_RUNTIME: &str = "Resources:\n  Old:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: python3.8\n      Handler: a.b\n      Role: arn:aws:iam::111122223333:role/x\n      Code: {S3Bucket: b, S3Key: k}\n      Timeout: 10\n      MemorySize: 512\n";

#[test]
fn the_bad_project_shows_every_rule_where_its_readme_says() {
    let report = audited(&example(), &[]);
    let found: BTreeSet<(String, String)> = report
        .findings
        .iter()
        .map(|finding| {
            let place = format!("{}:{}", finding.location.file, finding.location.start.line);
            (finding.rule.id.to_owned(), place)
        })
        .collect();
    let readme = fs::read_to_string(example().join("README.md")).unwrap();
    let documented: BTreeSet<(String, String)> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | `"))
        .filter_map(|(rule, rest)| Some((rule.to_owned(), rest.split_once('`')?.0.to_owned())))
        .collect();
    assert_eq!(found, documented);
    let rules: BTreeSet<&str> = found.iter().map(|(rule, _)| rule.as_str()).collect();
    assert_eq!(rules.len(), ALL.len(), "a rule is not shown: {rules:?}");
    assert_eq!(report.exit(Threshold::default()), Exit::Findings);
}

#[test]
fn the_finding_about_the_monolith_points_into_the_handler() {
    let report = audited(&example(), &["template.yaml"]);
    let finding =
        report.findings.iter().find(|finding| finding.rule.id == "monolith-catchall-route").unwrap();
    assert_eq!(finding.related[0].location.file, "api/app.py");
    let human = rendered(&report, Format::Human);
    assert!(human.contains("from flask import Flask") || human.contains("import serverless_wsgi"), "{human}");
}

#[test]
fn sarif_is_valid_against_the_published_schema() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("odd name, 100%: é.yaml"), OLD_RUNTIME).unwrap();
    fs::write(folder.path().join("broken.yaml"), "Resources: {A: {Type: AWS::SNS::Topic\n").unwrap();
    let schema = schema::sarif();
    for report in [audited(&example(), &[]), audited(folder.path(), &[])] {
        let log: Value = serde_json::from_str(&rendered(&report, Format::Sarif)).unwrap();
        assert_eq!(schema::errors(&log, &schema), [""; 0]);
        assert!(!log["runs"][0]["results"].as_array().unwrap().is_empty());
    }
}

#[test]
fn the_schema_check_notices_what_is_wrong() {
    let schema = schema::sarif();
    let good: Value = serde_json::from_str(&rendered(&audited(&example(), &[]), Format::Sarif)).unwrap();
    let result = "/runs/0/results/0";
    let region = "/runs/0/results/0/locations/0/physicalLocation/region";
    type Change = (&'static str, &'static str, Option<Value>);
    let changes: [Change; 6] = [
        ("", "version", Some("2.0.0".into())),
        ("", "runs", None),
        (result, "message", None),
        (result, "level", Some("high".into())),
        (result, "severity", Some("high".into())),
        (region, "startLine", Some(0.into())),
    ];
    for (place, name, value) in changes {
        let mut bad = good.clone();
        let object = bad.pointer_mut(place).unwrap().as_object_mut().unwrap();
        match value {
            Some(value) => drop(object.insert(name.to_owned(), value)),
            None => drop(object.remove(name)),
        }
        assert!(!schema::errors(&bad, &schema).is_empty(), "{place} {name}");
    }
}

#[test]
fn the_same_files_give_the_same_bytes_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..6).map(|index| format!("{index}.yaml")).collect();
    for name in &names {
        fs::write(folder.path().join(name), OLD_RUNTIME).unwrap();
    }
    let mut paths: Vec<&str> = names.iter().map(String::as_str).collect();
    let first: Vec<String> =
        Format::ALL.iter().map(|format| rendered(&audited(folder.path(), &paths), *format)).collect();
    for round in 0..20 {
        let middle = round % paths.len();
        paths.rotate_left(middle);
        paths.swap(0, middle);
        // The same file again, spelled in another way.
        let again = format!("./x/../{}", paths[middle]);
        let given: Vec<&str> = paths.iter().copied().chain([again.as_str()]).collect();
        for (format, expected) in Format::ALL.iter().zip(&first) {
            assert_eq!(rendered(&audited(folder.path(), &given), *format), *expected);
        }
    }
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_reported_and_spoils_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("good.yaml"), OLD_RUNTIME).unwrap();
    fs::write(path("broken.yaml"), "Resources:\n  A: {Type: AWS::SNS::Topic\n").unwrap();
    fs::write(path("latin1.yaml"), b"Description: \xe9\nResources: {A: {Type: AWS::SNS::Topic}}\n").unwrap();
    fs::write(path("chart.yaml"), "a: [{{ .Values }}\n").unwrap();
    fs::write(path("package.json"), "{\"name\": \"x\"}").unwrap();
    assert!(Command::new("mkfifo").arg(path("pipe.yaml")).status().unwrap().success());
    fs::create_dir(path("deep")).unwrap();
    std::os::unix::fs::symlink("..", path("deep/loop")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", path("outside.yaml")).unwrap();
    let report = audited(folder.path(), &[]);
    let unreadable: Vec<&str> = report.unreadable().map(|(path, _)| path).collect();
    assert_eq!(unreadable, ["broken.yaml", "deep/loop", "latin1.yaml", "outside.yaml", "pipe.yaml"]);
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.summary().skipped, 2);
    assert_eq!(report.exit(Threshold::Never), Exit::Usage);
    let human = rendered(&report, Format::Human);
    assert!(
        human.ends_with("1 finding (1 medium) in 1 file; 1 analysed, 2 skipped, 5 unreadable\n"),
        "{human}"
    );
}

#[test]
fn a_named_file_must_be_readable_and_an_empty_folder_is_no_success() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(audit(&request(folder.path(), &[])), Err(AuditError::NothingToAudit { .. })));
    let missing = audited(folder.path(), &["template.yaml"]);
    assert_eq!(missing.unreadable().count(), 1);
    assert_eq!(missing.exit(Threshold::default()), Exit::Usage);
    fs::write(folder.path().join("chart.yaml"), "a: [1\n").unwrap();
    assert!(matches!(audit(&request(folder.path(), &[])), Err(AuditError::NothingToAudit { .. })));
    assert_eq!(audited(folder.path(), &["chart.yaml"]).unreadable().count(), 1);
}

#[test]
fn a_broken_template_in_a_folder_is_never_skipped() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("good.yaml"), OLD_RUNTIME).unwrap();
    fs::write(folder.path().join("chart.yaml"), "kind: {{ .Kind }}\n").unwrap();
    fs::create_dir(folder.path().join("api")).unwrap();
    // By its name alone, and by its section alone: neither names a type of AWS.
    fs::write(folder.path().join("api/template.yaml"), "Description: [unclosed\n").unwrap();
    fs::write(folder.path().join("stack.yaml"), "Resources:\n  Queue: [unclosed\n").unwrap();
    let report = audited(folder.path(), &[]);
    let unreadable: Vec<&str> = report.unreadable().map(|(path, _)| path).collect();
    assert_eq!(unreadable, ["api/template.yaml", "stack.yaml"]);
    assert_eq!(report.exit(Threshold::default()), Exit::Usage);
    assert_eq!(report.summary().skipped, 1);
}

#[test]
fn the_threshold_decides_between_done_and_findings() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("template.yaml"), OLD_RUNTIME).unwrap();
    let report = audited(folder.path(), &["template.yaml"]);
    let exit = |threshold: &str| report.exit(threshold.parse().unwrap());
    assert_eq!((exit("low"), exit("medium")), (Exit::Findings, Exit::Findings));
    assert_eq!((exit("high"), exit("never")), (Exit::Done, Exit::Done));
}

#[test]
fn fingerprints_survive_moved_lines_and_tell_findings_apart() {
    let folder = tempfile::tempdir().unwrap();
    let prints = |text: &str| -> Vec<String> {
        fs::write(folder.path().join("t.yaml"), text).unwrap();
        audited(folder.path(), &["t.yaml"]).findings.into_iter().map(|finding| finding.fingerprint).collect()
    };
    let policy = "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Statement:\n          - {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::a'}\n          - {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::b'}\n";
    let before = prints(policy);
    assert_eq!(before, prints(&format!("# a comment\n\n{policy}")));
    assert_eq!(before.len(), 2);
    assert_ne!(before[0], before[1]);
    let other = policy.replacen("s3:*", "sqs:*", 1);
    let (first_other, second_other) = (&prints(&other)[0], &prints(&other)[1]);
    assert_ne!(*first_other, before[0]);
    assert_eq!(*second_other, before[0], "the only one of its kind keeps the first number");
}

#[test]
fn select_and_ignore_choose_the_rules() {
    let mut wanted = request(&example(), &[]);
    wanted.select = vec!["runtime-deprecated".to_owned()];
    let report = audit(&wanted).unwrap();
    assert!(report.findings.iter().all(|finding| finding.rule.id == "runtime-deprecated"));
    assert_eq!(report.rules.len(), 1);
    wanted.select = vec!["runtime-depricated".to_owned()];
    let error = audit(&wanted).unwrap_err();
    assert_eq!(miette::Diagnostic::help(&error).unwrap().to_string(), "did you mean `runtime-deprecated`?");
}

#[test]
fn rules_that_are_selected_and_ignored_leave_nothing_to_check() {
    let output = Command::new(env!("CARGO_BIN_EXE_slsx"))
        .args(["audit", "--select", "iam-shared-role", "--ignore", "iam-shared-role"])
        .arg(example())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(Exit::Usage.code().into()));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("nothing is left to check"), "{message}");
    assert_eq!(output.stdout, b"", "a report would look like a clean one");
}
