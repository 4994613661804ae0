//! The whole road with the fan-out pattern, and the road that must fail.

use crate::world::World;

#[test]
fn from_nothing_to_measured() {
    let world = World::with_project(&["fan-out", "road"]);
    let project = ["--project", "road"];
    let run = |arguments: &[&str]| world.on_local_aws(&[arguments, &project].concat());

    let first = run(&["deploy"]).assert_exit(0);
    assert!(first.stdout.contains("UploadBucket"), "{}", first.stdout);
    let again = run(&["deploy"]).assert_exit(0);
    assert!(again.all().to_lowercase().contains("no changes"), "{}", again.all());
    let status = run(&["status", "--format", "json"]).assert_exit(0).json();
    assert_eq!(status["schema"], "slsx/status/1");

    let verified = run(&["verify", "--format", "json"]).assert_exit(0).json();
    assert_eq!(verified["schema"], "slsx/verify/1");
    assert_eq!(verified["conclusion"], "kept", "{verified:#}");

    let bench = run(&["coldstart-bench", "-n", "6", "--format", "json"]).assert_exit(0).json();
    let functions = bench["report"]["functions"].as_array().unwrap();
    assert_eq!(functions.len(), 4);
    for function in functions {
        assert_eq!(function["n"], 6, "{function:#}");
        let init = &function["init"];
        assert!(init["p50"]["value"].as_f64().unwrap() > 1.0, "{init:#}");
        assert!(init["p50"]["interval"].is_object(), "{init:#}");
        assert!(init["p99"]["interval"].is_null(), "six samples say nothing about p99: {init:#}");
    }

    world.slsx(&["audit", "road"]).assert_exit(0);
    run(&["destroy", "--yes"]).assert_exit(0);
    run(&["status"]).assert_exit(3);
}

#[test]
fn eventbridge_and_other_workers_keep_the_promise_too() {
    let world =
        World::with_project(&["fan-out", "bus", "--set", "bus=eventbridge", "--set", "workers=resize,index-db,scan"]);
    let run = |arguments: &[&str]| world.on_local_aws(&[arguments, &["--project", "bus"]].concat());
    run(&["deploy"]).assert_exit(0);
    let verified = run(&["verify", "--format", "json"]).assert_exit(0).json();
    assert_eq!(verified["conclusion"], "kept", "{verified:#}");
    run(&["destroy", "--yes"]).assert_exit(0);
}
