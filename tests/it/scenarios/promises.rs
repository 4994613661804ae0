//! Each kind of promise on local AWS, kept by a small stack and broken by a sabotaged one.

use std::path::Path;

use serde_json::Value;

use crate::world::{Ran, World};

/// A world with one of the projects in `promises/`.
fn world(kind: &str) -> World {
    let world = World::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/scenarios/promises").join(kind);
    for entry in slsx::host::walk::tree(&source, |_, _| false).files {
        let text = std::fs::read_to_string(&entry.path).unwrap();
        world.write(&format!("{kind}/{}", entry.relative), &text);
    }
    world
}

fn run(world: &World, kind: &str, arguments: &[&str]) -> Ran {
    world.on_local_aws(&[arguments, &["--project", kind]].concat())
}

fn verified(world: &World, kind: &str, exit: i32) -> Value {
    let verified = run(world, kind, &["verify", "--format", "json"]).assert_exit(exit).json();
    assert_eq!(verified["schema"], "slsx/verify/1");
    assert_eq!(verified["kind"], kind);
    verified
}

#[track_caller]
fn assert_kept(verified: &Value) {
    assert_eq!(verified["conclusion"], "kept", "{verified:#}");
    let checks = verified["checks"].as_array().unwrap();
    assert!(checks.iter().all(|check| check["outcome"] == "kept"), "{verified:#}");
}

/// The checks that are broken.
fn broken(verified: &Value) -> Vec<&str> {
    let checks = verified["checks"].as_array().unwrap().iter();
    checks
        .filter(|check| check["outcome"] == "broken")
        .map(|check| check["check"].as_str().unwrap())
        .collect()
}

#[test]
fn an_api_does_as_its_contract_says() {
    let world = world("api");
    run(&world, "api", &["deploy"]).assert_exit(0);
    let kept = verified(&world, "api", 0);
    assert_kept(&kept);
    assert_eq!(kept["api"]["load"]["answers"][0]["status"], 200);
    let tenth = run(&world, "api", &["verify", "--load", "0.1", "--format", "json"]).assert_exit(0).json();
    assert_eq!(tenth["api"]["load"]["offered_rate"], 4.0);

    let promise = std::fs::read_to_string(world.path("api/promise.toml")).unwrap();
    world.write("api/promise.toml", &promise.replacen("status = 404", "status = 410", 1));
    let wrong = verified(&world, "api", 1);
    assert_eq!(broken(&wrong), ["contract"], "{wrong:#}");
    assert_eq!(wrong["checks"][0]["problems"][0]["subject"], "missing");
    run(&world, "api", &["destroy"]).assert_exit(0);
}

#[test]
fn a_buffer_loses_nothing_and_doubles_nothing() {
    let world = world("buffer");
    run(&world, "buffer", &["deploy"]).assert_exit(0);
    let kept = verified(&world, "buffer", 0);
    assert_kept(&kept);
    assert!(kept["buffer"]["most_at_once"].as_u64().unwrap() <= 2, "{kept:#}");

    redrive(&world);

    // Without the condition, a webhook that is sent twice takes effect twice; with a higher cap, more work at once.
    run(&world, "buffer", &["deploy", "--parameter", "Forgetful=yes", "--parameter", "Cap=8"]).assert_exit(0);
    let wrong = verified(&world, "buffer", 1);
    assert_eq!(broken(&wrong), ["concurrency", "effect"], "{wrong:#}");
    run(&world, "buffer", &["destroy"]).assert_exit(0);
}

/// A webhook that nobody can process becomes a dead letter, and is moved back.
fn redrive(world: &World) {
    let run = |arguments: &[&str]| {
        run(world, "buffer", &[arguments, &["--format", "json"]].concat()).assert_exit(0)
    };
    let status = run(&["status"]).json();
    let outputs = status["outputs"].as_array().unwrap();
    let url = outputs.iter().find(|output| output["key"] == "ApiUrl").unwrap()["value"].as_str().unwrap();
    let webhooks = format!("{}/webhooks", slsx::promise::address::of_api(url, Some(&world.endpoint())));
    ureq::post(&webhooks).send(r#"{"id": "by-hand", "amount": "none"}"#).unwrap();
    let messages = || run(&["redrive", "--dry-run"]).json()["queues"][0]["messages"].as_u64().unwrap();
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while messages() == 0 {
        assert!(std::time::Instant::now() < patience, "it is no dead letter after a minute");
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    let moved = run(&["redrive", "Webhooks"]).json();
    assert_eq!((&moved["schema"], &moved["queues"][0]["moved"]), (&"slsx/redrive/1".into(), &1.into()));
    assert_eq!(messages(), 0);
}

#[test]
fn a_workflow_retries_compensates_and_resumes() {
    let world = world("workflow");
    run(&world, "workflow", &["deploy"]).assert_exit(0);
    let kept = verified(&world, "workflow", 0);
    assert_kept(&kept);
    assert_eq!(kept["workflow"]["executions"][2]["status"], "SUCCEEDED");

    run(&world, "workflow", &["deploy", "--parameter", "Retries=0"]).assert_exit(0);
    let wrong = verified(&world, "workflow", 1);
    assert_eq!(broken(&wrong), ["endings", "path", "retries"], "{wrong:#}");
    run(&world, "workflow", &["destroy", "--yes"]).assert_exit(0);
}

#[test]
fn a_read_model_is_the_fold_of_its_events_also_after_a_replay() {
    let world = world("read-model");
    run(&world, "read-model", &["deploy"]).assert_exit(0);
    let kept = verified(&world, "read-model", 0);
    assert_kept(&kept);
    // A command may be refused, as when it meets another of its account: most of the 60 make an event.
    let events = kept["read_model"]["events"].as_u64().unwrap();
    assert!((50..=60).contains(&events), "{kept:#}");
    assert_eq!(kept["read_model"]["replayed"], events);

    let replayed =
        run(&world, "read-model", &["replay", "--clear", "--format", "json"]).assert_exit(0).json();
    assert_eq!(replayed["schema"], "slsx/replay/1");
    assert_eq!((&replayed["events"], &replayed["aggregates"]), (&events.into(), &6.into()));
    // What is already there stays as it is.
    run(&world, "read-model", &["replay", "--events", "Events", "--projector", "Projector"]).assert_exit(0);

    run(&world, "read-model", &["deploy", "--parameter", "Naive=yes"]).assert_exit(0);
    let wrong = verified(&world, "read-model", 1);
    assert!(broken(&wrong).contains(&"duplicate"), "{wrong:#}");
    run(&world, "read-model", &["destroy", "--yes"]).assert_exit(0);
}
