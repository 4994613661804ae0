use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{Request, WritePlan, plan};
use crate::pattern::question::Question;
use crate::pattern::{ANSWERS_FILE, Origin, Pattern, PatternError, ProjectName, Record, all, find};

fn planned(name: &str, answers: &[&str]) -> Result<WritePlan, PatternError> {
    let name = ProjectName::parse(name)?;
    let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
    plan(
        &find("fan-out")?,
        &Request { name: &name, language: None, kept: &BTreeMap::new(), answers: &answers },
    )
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
    assert_eq!(sample, &pattern.files["events/sample.y4m"].to_vec());
}

#[test]
fn the_answers_file_has_the_hash_of_every_other_file() {
    let plan = planned("clips", &["memory=512"]).unwrap();
    let answers: toml::Table = toml::from_str(text(&plan, ".slsx/answers.toml")).unwrap();
    assert_eq!(answers["answers"]["memory"].as_integer(), Some(512));
    assert_eq!(answers["answers"]["bus"].as_str(), Some("sns"));
    let hashed: Vec<&str> = answers["files"].as_table().unwrap().keys().map(String::as_str).collect();
    let written: Vec<&str> = paths(&plan).into_iter().filter(|path| !path.starts_with(".slsx/")).collect();
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
    let request = Request { name: &name, language: Some("pyton"), kept: &BTreeMap::new(), answers: &[] };
    let error = plan(&find("fan-out").unwrap(), &request).unwrap_err();
    assert!(matches!(error, PatternError::UnknownLanguage { help, .. } if help == "did you mean `python`?"));
}

/// One list of answers for each choice there is, and the defaults. A worker of every role, and one of none.
fn every_choice(pattern: &Pattern) -> Vec<Vec<String>> {
    let mut lists = vec![Vec::new()];
    for question in &pattern.manifest.questions {
        match question {
            Question::Choice { key, choices, .. } => {
                lists.extend(choices.iter().map(|choice| vec![format!("{key}={choice}")]));
            }
            Question::Names { key, .. } => {
                lists.push(vec![format!("{key}=thumbnail,transcode,update-db,other")]);
            }
            Question::Boolean { .. }
            | Question::Name { .. }
            | Question::Integer { .. }
            | Question::Text { .. } => {}
        }
    }
    lists
}

#[test]
fn every_file_of_a_pattern_is_used_by_some_answer() {
    for pattern in all().unwrap() {
        let name = ProjectName::parse("clips").unwrap();
        let mut written = BTreeSet::new();
        for answers in every_choice(&pattern) {
            for language in &pattern.manifest.languages {
                let (kept, language) = (BTreeMap::new(), Some(language.name.as_str()));
                let request = Request { name: &name, language, kept: &kept, answers: &answers };
                written.extend(plan(&pattern, &request).unwrap().files.into_values());
            }
        }
        for (path, content) in &pattern.files {
            let is_rendered = path == "pattern.toml" || path.ends_with(".j2");
            let is_used = is_rendered || written.contains(content.as_ref());
            assert!(is_used, "{} has the unused file {path}", pattern.manifest.id);
        }
    }
}

/// A pattern that uses everything a manifest can say.
fn rich() -> Pattern {
    let manifest = r#"
        id = "rich"
        version = "2.0.0"
        title = "R"
        description = "R."
        deploy_seconds = 10
        [cost]
        idle_usd_per_month = 1.0
        words = "one thing"
        [[extra]]
        when = "read_model == 'search'"
        idle_usd_per_month = 27.0
        deploy_seconds = 900
        words = "a cluster"
        [[language]]
        name = "python"
        test = "true"
        [[language]]
        name = "node"
        setup = "npm ci"
        test = "npm test"
        [[question]]
        kind = "choice"
        key = "read-model"
        prompt = "?"
        choices = ["search", "table"]
        default = "table"
        [[question]]
        kind = "integer"
        key = "nodes"
        prompt = "?"
        default = 1
        minimum = 1
        maximum = 3
        when = "read_model == 'search'"
        [[question]]
        kind = "name"
        key = "resource"
        prompt = "?"
        default = "big-orders"
        [[file]]
        from = "code/<< language >>/"
        to = "functions/"
        [[file]]
        from = "search.txt"
        to = "search.txt"
        when = "read_model == 'search' and nodes > 0"
    "#;
    let files = [
        ("pattern.toml", manifest),
        ("code/python/app.py", "<< untouched >>"),
        ("code/python/deep/names.txt.j2", "<< resource.name >> << resource.id >> << resource.module >>"),
        ("code/node/Cargo.toml.j2", "name = \"<< project >>\""),
        ("search.txt", "s"),
    ];
    let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect();
    Pattern::read("rich", files, Origin::Folder { path: "there".into() }).unwrap()
}

fn rich_plan(language: Option<&str>, answers: &[&str]) -> Result<WritePlan, PatternError> {
    let name = ProjectName::parse("clips")?;
    let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
    plan(&rich(), &Request { name: &name, language, kept: &BTreeMap::new(), answers: &answers })
}

#[test]
fn trees_are_copied_for_the_language_and_lose_the_suffix_of_templates() {
    let plan = rich_plan(None, &[]).unwrap();
    assert_eq!(
        paths(&plan),
        [".slsx/answers.toml", ".slsx/base.zip", "functions/app.py", "functions/deep/names.txt"]
    );
    assert_eq!(text(&plan, "functions/app.py"), "<< untouched >>");
    assert_eq!(text(&plan, "functions/deep/names.txt"), "big-orders BigOrders big_orders");
    let node = rich_plan(Some("node"), &[]).unwrap();
    assert_eq!(text(&node, "functions/Cargo.toml"), "name = \"clips\"");
}

#[test]
fn answers_decide_about_files_costs_and_other_questions() {
    let table = rich_plan(None, &[]).unwrap();
    assert!((table.scaffold.idle_usd_per_month - 1.0).abs() < 1e-9 && table.scaffold.deploy_seconds == 10);
    assert_eq!(table.scaffold.void, ["nodes"]);
    let search = rich_plan(None, &["read-model=search", "nodes=2"]).unwrap();
    assert!(
        (search.scaffold.idle_usd_per_month - 28.0).abs() < 1e-9 && search.scaffold.deploy_seconds == 910
    );
    assert_eq!(search.scaffold.cost_words, "one thing; a cluster");
    assert!(paths(&search).contains(&"search.txt") && !paths(&table).contains(&"search.txt"));
    let void = rich_plan(None, &["nodes=2"]).unwrap_err();
    assert!(matches!(void, PatternError::NotAsked { key, .. } if key == "nodes"));
}

#[test]
fn a_project_can_be_made_again_from_its_record() {
    let first = rich_plan(Some("node"), &["read-model=search", "resource=cats"]).unwrap();
    let record = Record::parse(text(&first, ANSWERS_FILE)).unwrap();
    assert_eq!((record.from.as_deref(), record.commit), (Some("there"), None));
    let name = ProjectName::parse(&record.project).unwrap();
    let kept = Record::parse(text(&first, ANSWERS_FILE)).unwrap().texts().unwrap();
    let request = Request { name: &name, language: Some(&record.language), kept: &kept, answers: &[] };
    assert_eq!(plan(&rich(), &request).unwrap().files, first.files);
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
