//! One instance over time: busy, started twice, stopped and started again, made by another version.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::world::World;

/// `local up` of an instance that ends with this process, not yet run.
fn up(world: &World, instance: &str, more: &[&str]) -> Command {
    let pid = std::process::id().to_string();
    let arguments = ["local", "up", "--instance", instance, "--while-process", &pid, "--format", "json"];
    world.command(&[&arguments, more].concat())
}

fn state(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn signal(name: &str, pid: &Value) {
    let sent = Command::new("kill").args([name, &pid.to_string()]).status().unwrap();
    assert!(sent.success());
}

/// The instance's folder, whether or not it exists.
fn folder(world: &World, instance: &str) -> PathBuf {
    let command = world.command(&[]);
    let home = command.get_envs().find_map(|(name, value)| (name == "XDG_STATE_HOME").then_some(value?));
    Path::new(home.unwrap()).join("slsx/local").join(instance)
}

/// Runs Python with the SDK against an instance; it prints JSON.
fn with_sdk(state: &Value, script: &str) -> Value {
    let text = |name: &str| state[name].as_str().unwrap().to_owned();
    let output = Command::new(text("python"))
        .args(["-c", script])
        .env("AWS_ENDPOINT_URL", text("endpoint"))
        .env("AWS_REGION", "us-east-1")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env_remove("AWS_PROFILE")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Makes a function that lists queues, with a role that allows nothing, and invokes it.
const FUNCTION: &str = r#"
import base64, boto3, io, json, zipfile
def invoke(name, runtime, file, code):
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
             "Principal": {"Service": "lambda.amazonaws.com"}}]}
    role = boto3.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(file, code)
    functions = boto3.client("lambda")
    functions.create_function(FunctionName=name, Runtime=runtime, Handler="app.handler", Role=role, Timeout=20,
                              Code={"ZipFile": content.getvalue()})
    functions.get_waiter("function_active_v2").wait(FunctionName=name)
    answer = functions.invoke(FunctionName=name, LogType="Tail")
    print(json.dumps({"error": answer.get("FunctionError"), "payload": json.loads(answer["Payload"].read()),
                      "log": base64.b64decode(answer["LogResult"]).decode()}))
"#;

const LISTS_QUEUES: &str = r#"
invoke("life-queues", "python3.13", "app.py",
       "import boto3\ndef handler(event, context): return len(boto3.client('sqs').list_queues().get('QueueUrls', []))\n")
"#;

const IN_NODE: &str = r#"
invoke("life-node", "nodejs22.x", "app.mjs", "export const handler = async () => 1;\n")
"#;

#[test]
fn a_busy_emulator_is_waited_for_and_never_doubled() {
    let world = World::new();
    let first = state(&up(&world, "busy", &[]).output().unwrap());
    signal("-STOP", &first["pid"]);
    let second = up(&world, "busy", &[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Takes the two seconds that a health check is waited for; the second `up` has had them then, too.
    let status = world.slsx(&["local", "status", "--instance", "busy", "--format", "json"]);
    let human = world.slsx(&["local", "status", "--instance", "busy"]);
    signal("-CONT", &first["pid"]);
    let second = second.wait_with_output().unwrap();
    assert_eq!(status.json()["condition"], "unresponsive");
    assert!(human.stdout.contains("does not answer"), "{}", human.stdout);
    assert_eq!(state(&second)["pid"], first["pid"]);
    assert!(String::from_utf8_lossy(&second.stderr).contains("waiting for it"));
    world.slsx(&["local", "down", "--instance", "busy"]).assert_exit(0);
}

#[test]
fn two_at_once_start_one_emulator() {
    let world = World::new();
    let start = || up(&world, "twice", &[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let both = [start(), start()].map(|child| state(&child.wait_with_output().unwrap()));
    assert_eq!(both[0]["pid"], both[1]["pid"]);
    assert_eq!(both[0]["endpoint"], both[1]["endpoint"]);
    world.slsx(&["local", "down", "--instance", "twice"]).assert_exit(0);
}

#[test]
fn state_survives_a_stop_and_another_version_and_nothing_of_the_user_reaches_it() {
    let world = World::new();
    let canary = "canary-8f1c5e";
    let started =
        up(&world, "kept", &[]).env("AWS_SESSION_TOKEN", canary).env("MY_SECRET", canary).output().unwrap();
    let first = state(&started);
    let environment = std::fs::read(format!("/proc/{}/environ", first["pid"])).unwrap();
    let environment = String::from_utf8_lossy(&environment);
    assert!(environment.contains("GATEWAY_PORT="), "{environment}");
    assert!(!environment.contains(canary) && !environment.contains("MY_SECRET"), "{environment}");

    world.write("kept/template.yaml", "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n");
    let there = ["--project", "kept", "--local", "--instance", "kept"];
    world.slsx(&[&["deploy"], &there[..]].concat()).assert_exit(0);
    let down = world.slsx(&["local", "down", "--instance", "kept"]).assert_exit(0);
    assert!(down.stderr.contains("its state is kept"), "{}", down.stderr);
    let second = state(&up(&world, "kept", &[]).output().unwrap());
    assert_ne!(second["pid"], first["pid"]);
    world.slsx(&[&["status"], &there[..]].concat()).assert_exit(0);

    // As if another version of slsx had started it.
    let note = folder(&world, "kept").join("instance.json");
    let mut noted: Value = serde_json::from_slice(&std::fs::read(&note).unwrap()).unwrap();
    noted["overlay"] = "of-another-version".into();
    std::fs::write(&note, noted.to_string()).unwrap();
    let again = up(&world, "kept", &[]).output().unwrap();
    let third = state(&again);
    assert!(String::from_utf8_lossy(&again.stderr).contains("another version of slsx started it"));
    assert_ne!(third["pid"], second["pid"]);
    assert_eq!(third["endpoint"], second["endpoint"]);
    world.slsx(&[&["status"], &there[..]].concat()).assert_exit(0);
    world.slsx(&["local", "down", "--instance", "kept"]).assert_exit(0);
}

#[test]
fn asking_about_an_unknown_instance_makes_none() {
    let world = World::new();
    let down = world.slsx(&["local", "down", "--instance", "unknown"]).assert_exit(0);
    assert!(down.stderr.contains("was never started"), "{}", down.stderr);
    let status = world.slsx(&["local", "status", "--instance", "unknown"]).assert_exit(0);
    assert!(status.stdout.contains("never started"), "{}", status.stdout);
    for verb in ["logs", "reset"] {
        let refused = world.slsx(&["local", verb, "--instance", "unknown"]).assert_exit(3);
        assert!(refused.stderr.contains("slsx local up --instance unknown"), "{}", refused.stderr);
    }
    assert!(!folder(&world, "unknown").exists());
}

#[test]
fn without_iam_every_call_passes_and_without_node_the_invoker_is_told() {
    let world = World::new();
    let strict = world.slsx(&["local", "status", "--instance", "tests", "--format", "json"]).json();
    let denied = with_sdk(&strict, &[FUNCTION, LISTS_QUEUES].concat());
    assert_eq!(denied["error"], "Unhandled", "{denied}");
    assert!(denied["payload"]["errorMessage"].as_str().unwrap().contains("AccessDenied"), "{denied}");

    // No program of the system is found there, `node` included.
    let relaxed =
        state(&up(&world, "relaxed", &["--no-iam"]).env("PATH", python_only(&world)).output().unwrap());
    assert_eq!(relaxed["enforces_iam"], false);
    let passed = with_sdk(&relaxed, &[FUNCTION, LISTS_QUEUES].concat());
    assert_eq!(passed["payload"], 0, "{passed}");

    let failed = with_sdk(&relaxed, &[FUNCTION, IN_NODE].concat());
    assert_eq!(failed["error"], "Unhandled", "{failed}");
    assert_eq!(failed["payload"]["errorType"], "Runtime.InvalidEntrypoint", "{failed}");
    for told in [&failed["payload"]["errorMessage"], &failed["log"]] {
        assert!(told.as_str().unwrap().contains("install Node.js"), "{failed}");
    }
    world.slsx(&["local", "down", "--instance", "relaxed"]).assert_exit(0);
}

/// A folder with nothing but `python3` in it.
fn python_only(world: &World) -> PathBuf {
    let output = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output().unwrap();
    world.write("bin/keep", "");
    let target = String::from_utf8(output.stdout).unwrap();
    std::os::unix::fs::symlink(target.trim(), world.path("bin/python3")).unwrap();
    world.path("bin")
}
