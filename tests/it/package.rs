//! `slsx package`: a folder that holds everything that is deployed, byte for byte the same each time.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::world::{Ran, offline};

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Read: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.13, Handler: app.handler, CodeUri: read/}}
  Flow: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: flow.asl.json}}
  Inner: {Type: AWS::Serverless::Application, Properties: {Location: inner/template.yaml}}
";

const INNER: &str = "
Resources:
  Write:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.13, Handler: app.handler, Code: ../read, Role: arn:aws:iam::123456789012:role/x}
";

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |below: &str, content: &str| {
        let path = folder.path().join(below);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    };
    write("template.yaml", TEMPLATE);
    write("inner/template.yaml", INNER);
    write("flow.asl.json", r#"{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}"#);
    write("read/app.py", "def handler(event, context):\n    return 1\n");
    folder
}

fn slsx(folder: &Path, arguments: &[&str]) -> Ran {
    Ran::of(offline(folder).args(arguments).output().unwrap(), arguments)
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        for entry in std::fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                found.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    found
}

#[test]
fn a_folder_of_packages_can_be_packaged_again_to_the_same_bytes() {
    let folder = project();
    let told = slsx(folder.path(), &["package", "--output-dir", "dist"]).assert_exit(0);
    assert!(told.stdout.contains("3 packages"), "{}", told.stdout);
    let first = files(&folder.path().join("dist"));
    let kinds: Vec<_> = first.keys().map(|name| name.split('/').next().unwrap()).collect();
    assert_eq!(kinds, ["file", "fn", "template.yaml", "template"], "one package for both functions");
    let inner = first.iter().find(|(name, _)| name.starts_with("template/")).unwrap().1;
    let inner = String::from_utf8(inner.clone()).unwrap();
    assert!(inner.contains("Code: ../fn/"), "relative to itself: {inner}");

    let refused = slsx(folder.path(), &["package", "--output-dir", "dist"]).assert_exit(2);
    assert!(refused.stderr.contains("exists already"), "{}", refused.stderr);

    let again = ["package", "--output-dir", "again", "--project", "dist"];
    slsx(folder.path(), &again).assert_exit(0);
    let second = files(&folder.path().join("again"));
    let packages = |all: &BTreeMap<String, Vec<u8>>| -> Vec<String> {
        all.keys().filter(|name| !name.starts_with("template")).cloned().collect()
    };
    assert_eq!(packages(&second), packages(&first));
}

#[test]
fn without_a_folder_it_only_tells_what_there_is() {
    let folder = project();
    let report: Value = slsx(folder.path(), &["package", "--format", "json"]).assert_exit(0).json();
    assert_eq!((&report["schema"], &report["bucket"]), (&"slsx/package/1".into(), &Value::Null));
    let users: Vec<_> =
        report["packages"].as_array().unwrap().iter().map(|one| one["users"].to_string()).collect();
    assert_eq!(users, [r#"["Flow"]"#, r#"["Inner"]"#, r#"["Read","Write"]"#]);
    assert!(!folder.path().join("dist").exists());
}
