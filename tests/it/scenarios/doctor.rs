//! `slsx doctor` on a machine that lacks what the project needs, and on this one.

use serde_json::Value;

use crate::world::{Ran, World, offline};

fn verdict(report: &Value, check: &str) -> Value {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|row| row["check"] == check).unwrap_or_else(|| panic!("{report:#}"))["verdict"].clone()
}

/// Runs it where there are no programs but those named, and no network.
fn doctor(world: &World, programs: &[&str], arguments: &[&str]) -> Ran {
    let folder = world.path("bin");
    std::fs::create_dir_all(&folder).unwrap();
    for program in programs {
        let path = slsx::host::programs::find(program).unwrap().path;
        std::os::unix::fs::symlink(path, folder.join(program)).unwrap();
    }
    let arguments = [&["doctor", "--format", "json"], arguments].concat();
    let mut command = world.command(&arguments);
    command.env("PATH", &folder).env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", world.folder.path());
    Ran::of(command.output().unwrap(), &arguments)
}

#[test]
fn what_a_project_needs_is_told_from_what_it_does_not() {
    let world = World::beside_others();
    let project = ["--project", "shop"];
    world.write(
        "shop/template.yaml",
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Take:\n    Type: AWS::Serverless::Function\n    Metadata: \
         {BuildMethod: rust-cargolambda, BuildProperties: {Binary: take}}\n    Properties: {Runtime: provided.al2023, Handler: bootstrap, CodeUri: code/}\n",
    );
    world.write("shop/code/Cargo.toml", "[package]\nname = \"take\"\n");
    world.write("shop/code/src/main.rs", "fn main() {}\n");
    let lacking = doctor(&world, &[], &project).assert_exit(2).json();
    assert_eq!(lacking["schema"], "slsx/doctor/1");
    assert_eq!(lacking["lacking"], serde_json::json!(["cargo", "cargo for Lambda"]), "{lacking:#}");
    assert_eq!(verdict(&lacking, "npm"), "optional");
    // On local AWS, code is built for this machine, so no other target is needed.
    let local = doctor(&world, &["cargo", "rustc", "python3"], &[&project[..], &["--local"]].concat());
    let local = local.json();
    assert_eq!(verdict(&local, "cargo for Lambda"), "optional", "{local:#}");

    world.write("shop/slsx.toml", "nmae = 'x'\n");
    let unusable = doctor(&world, &[], &project).assert_exit(2).json();
    assert_eq!(verdict(&unusable, "project"), "missing");
    doctor(&world, &[], &["--project", "nowhere"]).assert_exit(2);
}

#[test]
fn aws_is_asked_who_we_are_and_what_time_it_is() {
    let world = World::beside_others();
    let endpoint = world.endpoint();
    let ask = |project: &str, secret: &str| {
        let arguments = ["doctor", "--format", "json", "--endpoint-url", &endpoint, "--project", project];
        let mut command = world.command(&arguments);
        command
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", secret)
            .env("AWS_REGION", "us-east-1");
        Ran::of(command.output().unwrap(), &arguments)
    };
    world.write("shop/slsx.toml", "[stage.dev]\nallowed_account_ids = [\"123456789012\"]\n");
    world.write("free/slsx.toml", "");
    let other = ask("shop", "test").assert_exit(3).json();
    assert_eq!(verdict(&other, "AWS credentials"), "refused");
    let known = ask("free", "test").assert_exit(0);
    assert!(!known.stdout.contains("SECRET") && !known.stdout.contains("\"test\""), "{}", known.stdout);
    let known = known.json();
    assert_eq!(verdict(&known, "AWS credentials"), "ok");
    assert_eq!(verdict(&known, "clock"), "ok");
    // Without a way to AWS it ends soon, and says so.
    let start = std::time::Instant::now();
    let nobody =
        ["doctor", "--format", "json", "--endpoint-url", "http://127.0.0.1:9", "--region", "us-east-1"];
    let folder = tempfile::tempdir().unwrap();
    let mut command = offline(folder.path());
    command.args(nobody).env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    let unreachable = Ran::of(command.output().unwrap(), &nobody).assert_exit(0).json();
    assert_eq!(verdict(&unreachable, "AWS"), "optional");
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
