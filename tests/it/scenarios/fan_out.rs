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
    assert!(again.stdout.contains("nothing to change"), "{}", again.all());
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
    let world = World::with_project(&[
        "fan-out",
        "bus",
        "--set",
        "bus=eventbridge",
        "--set",
        "workers=resize,index-db,scan",
    ]);
    let run = |arguments: &[&str]| world.on_local_aws(&[arguments, &["--project", "bus"]].concat());
    run(&["deploy"]).assert_exit(0);
    let verified = run(&["verify", "--format", "json"]).assert_exit(0).json();
    assert_eq!(verified["conclusion"], "kept", "{verified:#}");
    run(&["destroy", "--yes"]).assert_exit(0);
}

/// The mistake the pattern is there to avoid: one function that calls the workers one after the other.
const ORCHESTRATOR: &str = "
  Orchestrator:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/orchestrator/
      Handler: app.handler
      Environment:
        Variables:
          WORKERS: !Sub ${ThumbnailFunction},${Transcode720pFunction},${UpdateDbFunction}
      Policies:
        - Version: \"2012-10-17\"
          Statement:
            - Effect: Allow
              Action: lambda:InvokeFunction
              Resource:
                - !GetAtt ThumbnailFunction.Arn
                - !GetAtt Transcode720pFunction.Arn
                - !GetAtt UpdateDbFunction.Arn
      Events:
        Uploaded:
          Type: SNS
          Properties:
            Topic: !Ref UploadTopic
";

const ORCHESTRATOR_CODE: &str = "
import json
import os

import boto3

LAMBDA = boto3.client('lambda')


def handler(event, context):
    for worker in os.environ['WORKERS'].split(','):
        LAMBDA.invoke(FunctionName=worker, Payload=json.dumps(event))
";

#[test]
fn workers_that_run_one_after_the_other_break_the_promise() {
    let world =
        World::with_project(&["fan-out", "chain", "--set", "workers=thumbnail,transcode-720p,update-db"]);
    let template = std::fs::read_to_string(world.path("chain/template.yaml")).unwrap();
    let mut lines: Vec<&str> = Vec::new();
    let mut is_in_events = false;
    for line in template.lines() {
        is_in_events = line == "      Events:" || is_in_events && line.starts_with("        ");
        if !is_in_events {
            lines.push(line);
        }
    }
    let without_events = lines.join("\n");
    let sequential = without_events.replace("\nOutputs:\n", &format!("{ORCHESTRATOR}\nOutputs:\n"));
    assert!(
        sequential.contains("Orchestrator:") && sequential.matches("Events:").count() == 1,
        "{sequential}"
    );
    world.write("chain/template.yaml", &sequential);
    expect_failures_soon(&world, "chain");
    world.write("chain/functions/orchestrator/app.py", ORCHESTRATOR_CODE);

    let run = |arguments: &[&str]| world.on_local_aws(&[arguments, &["--project", "chain"]].concat());
    run(&["deploy"]).assert_exit(0);
    let verified = run(&["verify", "--format", "json"]).assert_exit(1).json();
    assert_eq!(verified["conclusion"], "broken", "{verified:#}");
    let outcome = |check: &str| {
        let checks = verified["checks"].as_array().unwrap();
        checks.iter().find(|found| found["check"] == check).unwrap()["outcome"].clone()
    };
    // Every worker did its work; that it took the sum of their times is what is wrong.
    assert_eq!(outcome("runs"), "kept", "{verified:#}");
    assert_eq!(outcome("overlap"), "broken", "{verified:#}");
    let chart = run(&["verify"]).assert_exit(1);
    assert!(chart.stdout.contains("promise broken"), "{}", chart.stdout);
    run(&["destroy"]).assert_exit(0);
}

#[test]
fn what_was_destroyed_does_not_come_back_with_a_restart() {
    let world = World::with_project(&["fan-out", "again", "--set", "workers=thumbnail"]);
    let pid = std::process::id().to_string();
    let up = || world.slsx(&["local", "up", "--instance", "again", "--while-process", &pid]).assert_exit(0);
    let run = |arguments: &[&str]| {
        world.slsx(&[arguments, &["--project", "again", "--local", "--instance", "again"]].concat())
    };
    up();
    run(&["deploy"]).assert_exit(0);
    // Only a bucket that once held objects has a folder on the disk.
    run(&["verify"]);
    run(&["destroy", "--yes"]).assert_exit(0);
    world.slsx(&["local", "down", "--instance", "again"]).assert_exit(0);
    up();
    run(&["deploy"]).assert_exit(0);
    world.slsx(&["local", "down", "--instance", "again"]).assert_exit(0);
}

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
