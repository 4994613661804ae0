//! Installing local AWS on machines that lack something, into a cache of its own.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};

use crate::world::World;

/// A Python that can do less than the real one: no `venv`, and no `pip` either unless `pip` is true.
fn poor_python(world: &World, pip: bool) -> PathBuf {
    let path = world.path("poor/python");
    let (path_text, has_pip) = (path.display(), u8::from(pip));
    let script = format!(
        "#!/bin/sh\n\
         case \"$1 $2\" in\n\
         '-m venv') echo 'ensurepip is not available'; exit 1 ;;\n\
         -c*version_info*) python3 -c 'import sys; print(*sys.version_info[:2], sys.implementation.cache_tag, 0, {has_pip}, \"{path_text}\")'; exit ;;\n\
         esac\n\
         exec python3 \"$@\"\n"
    );
    world.write("poor/python", &script);
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    path
}

/// Puts a program first on the path.
fn with_program(world: &World, command: &mut Command, name: &str, script: &str) {
    let below = format!("programs/{name}");
    world.write(&below, script);
    std::fs::set_permissions(world.path(&below), PermissionsExt::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", world.path("programs").display()));
}

/// `local up` with this Python and an empty cache.
fn up(world: &World, instance: &str, python: &PathBuf) -> Command {
    let pid = std::process::id().to_string();
    let arguments = ["local", "up", "--instance", instance, "--while-process", &pid, "--format", "json"];
    let mut command = world.command(&arguments);
    command.env("SLSX_PYTHON", python).env("XDG_CACHE_HOME", world.path("cache"));
    command
}

fn is_there(program: &str, argument: &str) -> bool {
    Command::new(program).arg(argument).output().is_ok_and(|output| output.status.success())
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// It runs, was installed this way, and stops.
fn assert_installed(world: &World, instance: &str, output: &Output, tool: &str) {
    assert!(output.status.success(), "{}", stderr(output));
    let message = format!("Installing local AWS with {tool}");
    assert!(stderr(output).contains(&message), "{}", stderr(output));
    let state: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(state["running"], true);
    world.write("queue/template.yaml", "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n");
    let deploy = ["deploy", "--project", "queue", "--local", "--instance", instance];
    let deployed = world.command(&deploy).env("XDG_CACHE_HOME", world.path("cache")).output().unwrap();
    assert!(deployed.status.success(), "{}", stderr(&deployed));
    world.slsx(&["local", "down", "--instance", instance]).assert_exit(0);
}

#[test]
fn without_venv_and_uv_pip_installs_into_a_folder() {
    let world = World::new();
    let mut command = up(&world, "by-pip", &poor_python(&world, true));
    with_program(&world, &mut command, "uv", "#!/bin/sh\necho uv is unwell\nexit 1\n");
    assert_installed(&world, "by-pip", &command.output().unwrap(), "pip --target");
}

#[test]
fn without_venv_and_pip_uv_installs() {
    let world = World::new();
    if !is_there("uv", "--version") {
        eprintln!("SKIPPED: uv is not on the PATH");
        return;
    }
    let output = up(&world, "by-uv", &poor_python(&world, false)).output().unwrap();
    assert_installed(&world, "by-uv", &output, "uv");
}

#[test]
fn a_network_failure_is_named_whatever_was_tried_after_it() {
    let world = World::new();
    let mut command = up(&world, "offline", &poor_python(&world, true));
    // Nothing listens there, and no other index or folder of wheels is asked.
    command
        .env("PIP_CONFIG_FILE", "/dev/null")
        .env("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
        .env("PIP_RETRIES", "1")
        .env_remove("PIP_FIND_LINKS")
        .env_remove("PIP_EXTRA_INDEX_URL");
    if is_there("uv", "--version") {
        with_program(&world, &mut command, "uv", "#!/bin/sh\necho uv is unwell\nexit 1\n");
    }
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    // The message is wrapped to the width of the terminal.
    let message = stderr(&output).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(message.contains("pip --target: ") && message.contains("Connection refused"), "{message}");
    assert!(!message.contains("uv is not installed"), "{message}");
}
