//! What becomes of uploads that no worker of the fan-out pattern can read.

use crate::world::World;

/// AWS waits minutes before it tries again, local AWS a moment.
fn expect_failures_soon(world: &World, project: &str) {
    let path = format!("{project}/promise.toml");
    let promise = std::fs::read_to_string(world.path(&path)).unwrap();
    let shorter = promise.replacen("within_seconds = 600", "within_seconds = 20", 1);
    assert_ne!(shorter, promise);
    world.write(&path, &shorter);
}

#[test]
fn what_no_worker_can_read_ends_in_their_own_queues_and_stops_nobody() {
    let world = World::with_project(&["fan-out", "broken", "--set", "workers=thumbnail,transcode-720p"]);
    expect_failures_soon(&world, "broken");
    world.lengthen_video("broken");
    let run = |arguments: &[&str]| world.on_local_aws(&[arguments, &["--project", "broken"]].concat());
    run(&["deploy"]).assert_exit(0);
    let outcomes = |verified: &serde_json::Value| {
        let checks = verified["checks"].as_array().unwrap().clone();
        let of = |name: &str| checks.iter().find(|check| check["check"] == name).unwrap()["outcome"].clone();
        (of("failure"), of("recovery"))
    };
    let kept = run(&["verify", "--format", "json"]).assert_exit(0).json();
    assert_eq!(outcomes(&kept), ("kept".into(), "kept".into()), "{kept:#}");
    assert_eq!(kept["refusal"]["letters"].as_array().unwrap().len(), 2);
    // What it put into the queues it has taken out again, so a second run finds them as empty as the first.
    run(&["verify"]).assert_exit(0);

    let template = std::fs::read_to_string(world.path("broken/template.yaml")).unwrap();
    let forgotten = template.replacen("MaximumRetryAttempts: 2", "MaximumRetryAttempts: 0", 1).replacen(
        "        DestinationConfig:\n          OnFailure:\n            Type: SQS\n            Destination: !GetAtt ThumbnailFailures.Arn\n",
        "",
        1,
    );
    assert_ne!(forgotten, template);
    world.write("broken/template.yaml", &forgotten);
    run(&["deploy"]).assert_exit(0);
    let wrong = run(&["verify", "--format", "json"]).assert_exit(1).json();
    assert_eq!(outcomes(&wrong), ("broken".into(), "skipped".into()), "{wrong:#}");
    run(&["destroy", "--yes"]).assert_exit(0);
}
