//! `SLSX_*` variables mirror flags, in the forms people write; no AWS is needed to see it.

use std::process::{Command, Output, Stdio};

fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_slsx"));
    for (name, _) in std::env::vars() {
        if name.starts_with("AWS_") || name.starts_with("SLSX_") {
            command.env_remove(name);
        }
    }
    command
        .args(arguments)
        .envs(variables.iter().copied())
        .env("XDG_STATE_HOME", folder.path())
        .current_dir(folder.path())
        .stdin(Stdio::null());
    command.output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn flags_take_yes_and_no_in_every_usual_form() {
    for value in ["1", "true", "yes", "on", "0", "false", "no", ""] {
        for name in ["SLSX_YES", "SLSX_LOCAL", "SLSX_QUIET"] {
            let output = run(&["deploy", "--project", "missing"], &[(name, value)]);
            let said = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{name}={value}: {said}");
            assert!(said.contains("missing is not a folder"), "{name}={value}: {said}");
        }
    }
}

#[test]
fn local_and_variables_for_another_aws_do_not_exclude_each_other() {
    let other = [("SLSX_PROFILE", "work"), ("SLSX_ENDPOINT_URL", "http://127.0.0.1:9")];
    // Without journals, recover asks no AWS at all.
    let output = run(&["recover", "--local"], &other);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let output = run(&["recover", "--local", "--profile", "work"], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--local cannot be used with --profile"), "{}", stderr(&output));
}

#[test]
fn format_and_stack_can_be_set_for_a_whole_shell() {
    let output = run(&["recover"], &[("SLSX_FORMAT", "json")]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["schema"], "slsx/recover/1");
    // A stack that is named needs no project, so the next thing missing is the region.
    let output = run(
        &["status"],
        &[("SLSX_STACK", "video"), ("AWS_CONFIG_FILE", "/dev/null"), ("AWS_EC2_METADATA_DISABLED", "true")],
    );
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("no AWS region is set"), "{}", stderr(&output));
}
