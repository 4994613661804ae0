//! Local AWS by hand: started, looked at, emptied, stopped; several side by side; corrected where it differs.

mod install;
mod life;

use std::process::Command;

use crate::world::World;

#[test]
fn two_instances_side_by_side_and_a_clean_stop() {
    let world = World::new();
    let pid = std::process::id().to_string();
    let up =
        world.slsx(&["local", "up", "--instance", "second", "--while-process", &pid, "--format", "json"]);
    let second = up.assert_exit(0).json();
    assert_eq!(second["running"], true);
    assert_ne!(second["endpoint"].as_str().unwrap(), world.endpoint());

    world.write("app/template.yaml", "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n");
    let there = ["--project", "app", "--local", "--instance", "second"];
    world.slsx(&[&["deploy"], &there[..]].concat()).assert_exit(0);
    world.on_local_aws(&["status", "--project", "app"]).assert_exit(3);
    world.slsx(&["local", "reset", "--instance", "second"]).assert_exit(0);
    world.slsx(&[&["status"], &there[..]].concat()).assert_exit(3);

    let logs = world.slsx(&["local", "logs", "--instance", "second", "--tail", "5"]).assert_exit(0);
    assert!(!logs.stdout.trim().is_empty());
    world.slsx(&["local", "down", "--instance", "second"]).assert_exit(0);
    let status =
        world.slsx(&["local", "status", "--instance", "second", "--format", "json"]).assert_exit(0).json();
    assert_eq!(status["running"], false);
    let process = format!("/proc/{}", second["pid"]);
    assert!(!std::path::Path::new(&process).exists(), "{process} is still there");
}

#[test]
fn without_python_there_is_one_message_with_the_fix() {
    let world = World::new();
    let output = world
        .command(&["local", "up", "--instance", "third"])
        .env("SLSX_PYTHON", "no-such-python")
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(
        stderr.contains("Python 3.10 or newer") && stderr.contains("apt-get install python3"),
        "{stderr}"
    );
}

#[test]
fn every_correction_passes_on_ours_and_fails_on_the_stock_emulator() {
    let world = World::new();
    // Makes sure that it is installed.
    let endpoint = world.endpoint();
    assert!(endpoint.starts_with("http://127.0.0.1:"));
    let status = world.slsx(&["local", "status", "--instance", "tests", "--format", "json"]).json();
    let python = status["python"].as_str().unwrap();
    let suite = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/engine/run.py");
    let output = Command::new("python3").args([suite, "--python", python]).output().unwrap();
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn it_ends_with_the_process_it_was_started_for() {
    let world = World::new();
    let mut process = Command::new("sleep").arg("600").spawn().unwrap();
    let pid = process.id().to_string();
    let up =
        world.slsx(&["local", "up", "--instance", "guarded", "--while-process", &pid, "--format", "json"]);
    let started = up.assert_exit(0).json();
    let emulator = format!("/proc/{}", started["pid"]);
    assert!(std::path::Path::new(&emulator).exists());
    process.kill().unwrap();
    process.wait().unwrap();
    let start = std::time::Instant::now();
    while std::path::Path::new(&emulator).exists() {
        assert!(start.elapsed().as_secs() < 20, "{emulator} outlives the process it was started for");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

#[test]
fn any_endpoint_can_be_the_target_by_variable_or_flag() {
    let world = World::new();
    let endpoint = world.endpoint();
    world.write("endpoint/template.yaml", "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n");
    let run = |arguments: &[&str], variable: Option<&str>| {
        let mut command = world.command(arguments);
        // Twelve digits are an account of their own there.
        command
            .env("AWS_ACCESS_KEY_ID", "111122223333")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_REGION", "us-east-1");
        if let Some(url) = variable {
            command.env("AWS_ENDPOINT_URL", url);
        }
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let deploy = ["deploy", "--project", "endpoint", "--endpoint-url", &endpoint];
    // Whatever listens on this machine may be a tunnel to somebody's account.
    assert_eq!(run(&deploy, None).0, Some(2), "deployed without consent");
    assert_eq!(run(&[&deploy[..], &["--yes"]].concat(), None).0, Some(0));
    let (exit, status) = run(&["status", "--project", "endpoint"], Some(&endpoint));
    assert_eq!(exit, Some(0), "{status}");
    assert!(status.contains("CREATE_COMPLETE"), "{status}");
    assert!(status.contains("local"), "a loopback endpoint is a local one: {status}");
    world.on_local_aws(&["status", "--project", "endpoint"]).assert_exit(3);
}
