//! The projects in `examples/` that were made from patterns, as their READMEs say.

use std::path::Path;
use std::process::Command;

use crate::world::World;

/// A copy of an example, so that nothing is left beside the original.
fn example(name: &str) -> World {
    let world = World::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    for file in slsx::host::walk::tree(&root, |_, _| false).files {
        let target = world.path(name).join(&file.relative);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(&file.path, target).unwrap();
    }
    world
}

fn python_tests(world: &World, name: &str, requirements: &str) {
    let script = format!(
        "python3 -m venv .venv && .venv/bin/python -m pip install --quiet --requirement {requirements} \
         && .venv/bin/python -m unittest"
    );
    let output = Command::new("sh").args(["-c", &script]).current_dir(world.path(name)).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && !said.contains("Ran 0 tests"), "{said}");
    std::fs::remove_dir_all(world.path(name).join(".venv")).unwrap();
}

#[test]
fn a_real_ffmpeg_makes_a_thumbnail_and_two_sizes() {
    let world = example("video-pipeline");
    python_tests(&world, "video-pipeline", "layers/ffmpeg/requirements.txt");
    let run =
        |arguments: &[&str]| world.on_local_aws(&[arguments, &["--project", "video-pipeline"]].concat());
    world.slsx(&["audit", "video-pipeline"]).assert_exit(0);
    run(&["deploy"]).assert_exit(0);
    let verdict = run(&["verify", "--format", "json"]).assert_exit(0).json();
    assert_eq!(verdict["conclusion"], "kept", "{verdict:#}");
    let endpoint = world.endpoint();
    let bucket = "video-pipeline-dev-results-000000000000";
    let listing = crate::http::look(&format!("{endpoint}/{bucket}?list-type=2"), "s3").1;
    let keys = crate::http::elements(&listing, "Key");
    for (prefix, extension) in
        [("thumbnail/", ".png"), ("transcode-1080p/", ".mp4"), ("transcode-720p/", ".mp4")]
    {
        let key = keys.iter().find(|key| key.starts_with(prefix) && key.ends_with(extension));
        assert!(key.is_some(), "{prefix}: {keys:?}");
    }
    run(&["destroy", "--yes"]).assert_exit(0);
}

#[test]
fn charges_of_a_provider_are_ingested_once() {
    let world = example("webhook-ingester");
    python_tests(&world, "webhook-ingester", "functions/requirements.txt");
    let run =
        |arguments: &[&str]| world.on_local_aws(&[arguments, &["--project", "webhook-ingester"]].concat());
    world.slsx(&["audit", "webhook-ingester"]).assert_exit(0);
    run(&["deploy"]).assert_exit(0);
    let verdict = run(&["verify", "--format", "json"]).assert_exit(0).json();
    assert_eq!(verdict["conclusion"], "kept", "{verdict:#}");
    let stack = run(&["status", "--format", "json"]).assert_exit(0).json();
    let outputs = stack["outputs"].as_array().unwrap();
    let table = outputs.iter().find(|output| output["key"] == "Effects").unwrap()["value"].as_str().unwrap();
    let scan = serde_json::json!({ "TableName": table, "Limit": 1 });
    let items = crate::http::json(&world.endpoint(), "dynamodb", "DynamoDB_20120810.Scan", &scan);
    let item = &items["Items"][0];
    assert_eq!((&item["currency"]["S"], &item["amount"]["N"]), (&"eur".into(), &"4200".into()), "{item:#}");
    run(&["destroy", "--yes"]).assert_exit(0);
}
