//! Deploying what goes well and what does not.

use crate::world::World;

/// A queue whose retention is out of range fails in CloudFormation, not before.
const FAILING: &str = "
Resources:
  First:
    Type: AWS::SQS::Queue
  Broken:
    Type: AWS::SQS::Queue
    DependsOn: First
    Properties:
      MessageRetentionPeriod: 7
";

const GOOD: &str = "
Resources:
  First:
    Type: AWS::SQS::Queue
Outputs:
  QueueUrl:
    Value: !Ref First
";

#[test]
fn a_failed_creation_is_rolled_back_explained_and_replaced() {
    let world = World::beside_others();
    world.write("rollback/template.yaml", FAILING);
    let failed = world.on_local_aws(&["deploy", "--project", "rollback"]).assert_exit(4);
    assert!(failed.stderr.contains("Broken"), "{}", failed.stderr);
    assert!(failed.stderr.contains("template.yaml:5"), "names the line: {}", failed.stderr);

    world.write("rollback/template.yaml", GOOD);
    let repaired = world.on_local_aws(&["deploy", "--project", "rollback"]).assert_exit(0);
    assert!(repaired.stdout.contains("QueueUrl"), "{}", repaired.stdout);

    world.write("rollback/template.yaml", FAILING);
    world.on_local_aws(&["deploy", "--project", "rollback"]).assert_exit(4);
    let status =
        world.on_local_aws(&["status", "--project", "rollback", "--format", "json"]).assert_exit(0).json();
    assert_eq!(status["status"], "UPDATE_ROLLBACK_COMPLETE", "{status:#}");
    world.on_local_aws(&["destroy", "--project", "rollback", "--yes"]).assert_exit(0);
}

#[test]
fn what_validation_finds_is_shown_at_its_line() {
    let world = World::beside_others();
    let bucket = |id: &str| {
        format!(
            "Resources:\n  {id}:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: taken-by-the-first\n"
        )
    };
    world.write("holder/template.yaml", &bucket("Mine"));
    world.on_local_aws(&["deploy", "--project", "holder"]).assert_exit(0);
    world.write("conflict/template.yaml", &bucket("Uploads"));
    let refused = world.on_local_aws(&["deploy", "--project", "conflict"]).assert_exit(4);
    assert!(refused.stderr.contains("template.yaml:2"), "{}", refused.stderr);
    assert!(refused.stdout.contains("VALIDATION_FAILED Uploads"), "{}", refused.stdout);
    assert!(refused.stdout.contains("leave the name out of the template"), "{}", refused.stdout);
    for project in ["conflict", "holder"] {
        world.on_local_aws(&["destroy", "--project", project, "--yes"]).assert_exit(0);
    }
}

#[test]
fn a_dry_run_shows_the_change_set_and_leaves_nothing() {
    let world = World::beside_others();
    world.write("dry/template.yaml", GOOD);
    let planned = world.on_local_aws(&["deploy", "--project", "dry", "--dry-run"]).assert_exit(0);
    assert!(planned.stdout.contains("First"), "{}", planned.stdout);
    world.on_local_aws(&["status", "--project", "dry"]).assert_exit(3);
}

#[test]
fn a_dry_run_over_a_failed_creation_deletes_nothing() {
    let world = World::beside_others();
    world.write("kept/template.yaml", FAILING);
    world.on_local_aws(&["deploy", "--project", "kept"]).assert_exit(4);
    world.write("kept/template.yaml", GOOD);
    let planned = world.on_local_aws(&["deploy", "--project", "kept", "--dry-run"]).assert_exit(0);
    assert!(planned.stdout.contains("must be deleted first"), "{}", planned.stdout);
    let status =
        world.on_local_aws(&["status", "--project", "kept", "--format", "json"]).assert_exit(0).json();
    assert_eq!(status["status"], "ROLLBACK_COMPLETE", "{status:#}");
    world.on_local_aws(&["destroy", "--project", "kept", "--yes"]).assert_exit(0);
}

#[test]
fn nobody_reading_the_output_changes_nothing_about_the_deployment() {
    let world = World::beside_others();
    world.write("unread/template.yaml", GOOD);
    let run = |arguments: &[&str]| {
        let mut child = world.start_on_local_aws(arguments);
        drop(child.stdout.take());
        child.wait().unwrap().code()
    };
    assert_eq!(run(&["deploy", "--project", "unread", "--yes"]), Some(0));
    let status =
        world.on_local_aws(&["status", "--project", "unread", "--format", "json"]).assert_exit(0).json();
    assert_eq!(status["status"], "CREATE_COMPLETE", "{status:#}");

    world.write("unread/template.yaml", FAILING);
    assert_eq!(run(&["deploy", "--project", "unread", "--yes"]), Some(4), "the exit code is the outcome's");
    assert_eq!(run(&["destroy", "--project", "unread", "--yes"]), Some(0));
    world.on_local_aws(&["status", "--project", "unread"]).assert_exit(3);
}

/// A request to S3 on local AWS, past the program under test; none when there is no such thing.
fn s3(world: &World, method: &str, path: &str) -> Option<String> {
    let request = ureq::http::Request::builder()
        .method(method)
        .uri(format!("{}/{path}", world.endpoint()))
        .header(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
        )
        .body(())
        .unwrap();
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
    match agent.run(request) {
        Ok(mut reply) => Some(reply.body_mut().read_to_string().unwrap()),
        Err(ureq::Error::StatusCode(404)) => None,
        Err(error) => panic!("{method} {path}: {error}"),
    }
}

#[test]
fn a_weakened_artifact_bucket_is_made_private_again_by_the_next_upload() {
    let world = World::beside_others();
    let function = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties: {Runtime: nodejs24.x, Handler: index.handler, CodeUri: hello/}
  Twin:
    Type: AWS::Serverless::Function
    Properties: {Runtime: nodejs24.x, Handler: index.handler, CodeUri: twin/}
";
    world.write("weak/template.yaml", function);
    let deploy = |code: &str| {
        world.write("weak/hello/index.mjs", code);
        world.write("weak/twin/index.mjs", code);
        world.on_local_aws(&["deploy", "--project", "weak", "--format", "json"]).assert_exit(0).json()
    };
    let first = deploy("export const handler = async () => 1;\n");
    assert_eq!(first["packages"].as_array().unwrap().len(), 1, "the same content is one package: {first:#}");
    assert_eq!(first["packages"][0]["users"].as_array().unwrap().len(), 2, "{first:#}");

    let buckets = s3(&world, "GET", "").unwrap();
    let start = buckets.find("slsx-artifacts-").unwrap();
    let bucket = buckets[start..].split('<').next().unwrap();
    let has = |what: &str, expected: &str| {
        s3(&world, "GET", &format!("{bucket}?{what}")).is_some_and(|text| text.contains(expected))
    };
    let settings = [
        ("publicAccessBlock", "<RestrictPublicBuckets>true"),
        ("policy", "aws:SecureTransport"),
        ("versioning", "Enabled"),
        ("encryption", "AES256"),
        ("lifecycle", "AbortIncompleteMultipartUpload"),
    ];
    for (what, expected) in settings {
        assert!(has(what, expected), "{what}: {:?}", s3(&world, "GET", &format!("{bucket}?{what}")));
    }
    s3(&world, "DELETE", &format!("{bucket}?publicAccessBlock"));
    s3(&world, "DELETE", &format!("{bucket}?policy"));
    assert!(!has("publicAccessBlock", "true") && !has("policy", "aws:SecureTransport"));
    deploy("export const handler = async () => 2;\n");
    for (what, expected) in settings {
        assert!(has(what, expected), "{what} was not restored");
    }
    world.on_local_aws(&["destroy", "--project", "weak", "--yes"]).assert_exit(0);
}

#[test]
fn a_bundled_node_function_deploys_and_runs() {
    if std::process::Command::new("node").arg("--version").output().is_err() {
        println!("SKIPPED: there is no `node` on this machine");
        return;
    }
    let world = World::beside_others();
    world.write(
        "node/template.yaml",
        "
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs24.x
      Handler: index.handler
      CodeUri: hello/
",
    );
    world.write("node/hello/index.mjs", "export const handler = async (event) => ({ got: event });\n");
    world.on_local_aws(&["deploy", "--project", "node"]).assert_exit(0);
    let bench = world
        .on_local_aws(&["coldstart-bench", "Hello", "-n", "1", "--project", "node", "--format", "json"])
        .assert_exit(0)
        .json();
    assert_eq!(bench["report"]["functions"][0]["n"], 1, "{bench:#}");
    world.on_local_aws(&["destroy", "--project", "node", "--yes"]).assert_exit(0);
}

#[test]
fn a_bucket_with_objects_is_shown_then_emptied() {
    let world = World::beside_others();
    world.slsx(&["new", "fan-out", "full"]).assert_exit(0);
    world.on_local_aws(&["deploy", "--project", "full"]).assert_exit(0);
    world.on_local_aws(&["verify", "--project", "full"]);
    let destroyed = world.on_local_aws(&["destroy", "--project", "full", "--yes"]).assert_exit(0);
    assert!(destroyed.stdout.contains("AWS::S3::Bucket"), "{}", destroyed.stdout);
    assert!(destroyed.stderr.contains("Emptied"), "{}", destroyed.stderr);
}

#[test]
fn wrong_input_is_one_clear_error_with_its_place() {
    let world = World::beside_others();
    world.write("missing/template.yaml", "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: nowhere/\n      Runtime: python3.13\n      Handler: app.handler\n");
    let missing = world.on_local_aws(&["deploy", "--project", "missing"]).assert_exit(2);
    assert!(missing.stderr.contains("nowhere"), "{}", missing.stderr);
    assert!(missing.stderr.contains("template.yaml:5:16"), "{}", missing.stderr);

    world.write("broken/template.yaml", "Resources: [\n");
    let broken = world.on_local_aws(&["deploy", "--project", "broken"]).assert_exit(2);
    assert!(broken.stderr.contains("template.yaml:"), "{}", broken.stderr);

    world.write("typo/slsx.toml", "nmae = 'x'\n");
    let typo = world.on_local_aws(&["deploy", "--project", "typo"]).assert_exit(2);
    assert!(typo.stderr.contains("slsx.toml:1:1") && typo.stderr.contains("nmae"), "{}", typo.stderr);

    let nothing = world.on_local_aws(&["deploy"]).assert_exit(2);
    assert!(nothing.stderr.contains("slsx new"), "{}", nothing.stderr);
}

#[test]
fn an_unreachable_endpoint_is_an_exit_3_not_a_hang() {
    let world = World::beside_others();
    world.write("far/template.yaml", GOOD);
    let arguments = [
        "deploy",
        "--project",
        "far",
        "--endpoint-url",
        "http://127.0.0.1:9",
        "--region",
        "us-east-1",
        "--yes",
    ];
    let output = world
        .command(&arguments)
        .env("AWS_ACCESS_KEY_ID", "x")
        .env("AWS_SECRET_ACCESS_KEY", "x")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn commands_about_a_stack_that_is_not_there_say_how_it_comes_to_be() {
    let world = World::beside_others();
    world.slsx(&["new", "cqrs", "nothing-there"]).assert_exit(0);
    for command in [&["verify"][..], &["redrive", "--yes"], &["replay", "--yes"], &["status"]] {
        let ran = world.on_local_aws(&[command, &["--project", "nothing-there"]].concat());
        let all = ran.assert_exit(3).all();
        assert!(all.contains("nothing-there-dev"), "{command:?}: {all}");
        assert!(all.contains("slsx deploy"), "{command:?}: {all}");
    }
}

#[test]
fn what_was_destroyed_does_not_come_back_with_a_restart() {
    let world = World::beside_others();
    world.slsx(&["new", "fan-out", "again", "--set", "workers=thumbnail"]).assert_exit(0);
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
