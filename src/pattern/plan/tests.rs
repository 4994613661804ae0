use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{Request, WritePlan, plan};
use crate::pattern::{PatternError, ProjectName, all, find};

fn planned(name: &str, answers: &[&str]) -> Result<WritePlan, PatternError> {
    let name = ProjectName::parse(name)?;
    let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
    plan(&find("fan-out")?, &Request { name: &name, language: None, answers: &answers })
}

fn paths(plan: &WritePlan) -> Vec<&str> {
    plan.files.keys().map(super::RelativePath::as_str).collect()
}

fn text<'a>(plan: &'a WritePlan, path: &str) -> &'a str {
    let (_, content) = plan.files.iter().find(|(name, _)| name.as_str() == path).unwrap();
    std::str::from_utf8(content).unwrap()
}

#[test]
fn every_worker_has_its_folder_and_its_test() {
    let plan = planned("clips", &["workers=thumbnail,transcode-360p,archive-db,count"]).unwrap();
    for (worker, module) in [
        ("thumbnail", "thumbnail"),
        ("transcode-360p", "transcode_360p"),
        ("archive-db", "archive_db"),
        ("count", "count"),
    ] {
        for file in ["app.py", "work.py", "upload.py", "video.py"] {
            assert!(paths(&plan).contains(&format!("functions/{worker}/{file}").as_str()));
        }
        assert!(paths(&plan).contains(&format!("tests/test_worker_{module}.py").as_str()));
    }
    let template = text(&plan, "template.yaml");
    assert!(template.contains("HEIGHT: \"360\""));
    assert_eq!(template.matches("AWS::Serverless::Function").count(), 4);
    assert_eq!(template.matches("dynamodb:PutItem").count(), 1);
    assert_eq!(template.matches("s3:PutObject").count(), 3);
}

#[test]
fn only_rendered_files_are_changed() {
    let pattern = find("fan-out").unwrap();
    let plan = planned("clips", &[]).unwrap();
    let (_, sample) = plan.files.iter().find(|(path, _)| path.as_str() == "events/sample.y4m").unwrap();
    assert_eq!(sample, pattern.files["events/sample.y4m"]);
}

#[test]
fn the_answers_file_has_the_hash_of_every_other_file() {
    let plan = planned("clips", &["memory=512"]).unwrap();
    let answers: toml::Table = toml::from_str(text(&plan, ".slsx/answers.toml")).unwrap();
    assert_eq!(answers["answers"]["memory"].as_integer(), Some(512));
    assert_eq!(answers["answers"]["bus"].as_str(), Some("sns"));
    let hashed: Vec<&str> = answers["files"].as_table().unwrap().keys().map(String::as_str).collect();
    let written: Vec<&str> = paths(&plan).into_iter().filter(|path| *path != ".slsx/answers.toml").collect();
    assert_eq!(hashed, written);
}

#[test]
fn same_request_same_bytes() {
    assert_eq!(planned("clips", &[]).unwrap(), planned("clips", &[]).unwrap());
}

#[test]
fn idle_cost_counts_the_workers() {
    let cost = |answers: &[&str]| planned("clips", answers).unwrap().scaffold.idle_usd_per_month;
    assert!((cost(&[]) - 0.4).abs() < 1e-9);
    assert!((cost(&["workers=a"]) - 0.1).abs() < 1e-9);
}

#[test]
fn numbers_in_names_have_a_range() {
    assert!(planned("clips", &["workers=transcode"]).is_ok());
    for worker in ["transcode-99999p", "transcode-0", "transcode-2161"] {
        let error = planned("clips", &[&format!("workers={worker}")]).unwrap_err();
        assert!(matches!(error, PatternError::Number { .. }), "{error}");
    }
}

#[test]
fn an_unknown_language_is_answered_with_those_there_are() {
    let name = ProjectName::parse("clips").unwrap();
    let request = Request { name: &name, language: Some("pyton"), answers: &[] };
    let error = plan(&find("fan-out").unwrap(), &request).unwrap_err();
    assert!(matches!(error, PatternError::UnknownLanguage { help, .. } if help == "did you mean `python`?"));
}

#[test]
fn every_file_of_a_pattern_is_used_by_some_answer() {
    for pattern in all().unwrap() {
        let name = ProjectName::parse("clips").unwrap();
        let mut used = BTreeSet::from(["pattern.toml"]);
        let answers = ["workers=thumbnail,transcode,update-db,other".to_owned()];
        let plan = plan(&pattern, &Request { name: &name, language: None, answers: &answers }).unwrap();
        for (path, content) in &pattern.files {
            let is_template = path.ends_with(".j2");
            if is_template || plan.files.values().any(|written| written == content) {
                used.insert(path);
            }
        }
        let unused: Vec<_> = pattern
            .files
            .keys()
            .filter(|path| !used.contains(path.as_str()) && !path.contains("__pycache__"))
            .collect();
        assert!(unused.is_empty(), "{unused:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn whatever_the_names_every_path_stays_in_the_project(
        name in "\\PC{0,30}|[a-z./\\\\-]{0,10}|con|nul",
        worker in "\\PC{0,30}|[a-z0-9./\\\\:\0-]{0,12}|\\.\\./x|aux",
    ) {
        if let Ok(plan) = planned(&name, &[&format!("workers={worker}")]) {
            for path in plan.files.keys() {
                prop_assert!(path.components().all(|part| !part.is_empty() && part != "." && part != ".."));
                prop_assert!(!path.as_str().contains(['\\', ':', '\0']) && !path.as_str().starts_with('/'));
            }
        }
    }
}
