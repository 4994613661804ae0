//! What the offline commands print, word for word: help, errors, exit codes.

use snapbox::cmd::{Command, cargo_bin};
use snapbox::data::Inline;
use snapbox::str;

/// slsx in an empty folder, with nothing of the user's environment that could change what it says.
fn slsx(arguments: &[&str]) -> (tempfile::TempDir, Command) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(cargo_bin!("slsx")).current_dir(folder.path()).env("COLUMNS", "100");
    for (name, _) in std::env::vars() {
        if name.starts_with("SLSX_") {
            command = command.env_remove(name);
        }
    }
    let command = command.env("LC_ALL", "C").env("XDG_STATE_HOME", folder.path()).args(arguments);
    (folder, command)
}

fn fails(arguments: &[&str], code: i32, stderr: Inline) {
    let (_folder, command) = slsx(arguments);
    command.assert().code(code).stdout_eq(str![""]).stderr_eq(stderr);
}

#[test]
fn an_unknown_pattern_is_answered_with_the_nearest() {
    fails(
        &["new", "fanout"],
        2,
        str![[r#"
error: there is no pattern `fanout`
 |
 = help: did you mean `fan-out`?

"#]],
    );
}

#[test]
fn a_name_that_cannot_be_a_stack_is_refused() {
    fails(
        &["new", "fan-out", "../up"],
        2,
        str![[r#"
error: `../up` cannot be the name of a project: it has other characters than lower case letters, digits and hyphens
 |
 = help: use lower case letters, digits and single hyphens, for example `up`

"#]],
    );
}

#[test]
fn an_unknown_rule_is_answered_with_the_nearest() {
    fails(
        &["audit", "--explain", "iam-wildcard"],
        2,
        str![[r#"
error: unknown rule `iam-wildcard`
 |
 = help: did you mean `iam-wildcard-action`?

"#]],
    );
}

#[test]
fn a_folder_without_a_template_is_no_success() {
    fails(
        &["audit"],
        2,
        str![[r#"
error: found no template and no policy document in [..]
 |
 = help: give the path of a CloudFormation or SAM template, in YAML or JSON

"#]],
    );
}

#[test]
fn a_misspelt_command_is_answered() {
    fails(
        &["depoly"],
        2,
        str![[r#"
error: unrecognized subcommand 'depoly'

  tip: some similar subcommands exist: 'destroy', 'demo', 'replay', 'deploy'

Usage: slsx [OPTIONS] <COMMAND>

For more information, try '--help'.

"#]],
    );
}

#[test]
fn nothing_to_recover_needs_no_credentials() {
    let (_folder, command) = slsx(&["recover"]);
    command.assert().success().stdout_eq(str![[r#"
Nothing to recover: no run left a journal in [..]/slsx/journals.

"#]]);
}

#[test]
fn help_fits_one_screen() {
    let (_folder, command) = slsx(&["--help"]);
    command.assert().success().stdout_eq(str![[r#"
Scaffold, deploy, prove, measure and audit AWS serverless applications

Usage: slsx [OPTIONS] <COMMAND>

Commands:
  demo             Walk the whole road on local AWS, from nothing to measured
  new              Scaffold a project from a pattern
  update           Merge a newer version of its pattern into a project
  deploy           Build, package and deploy a SAM, CloudFormation or CDK project
  package          Build and package a project, without deploying it
  diff             Show what a deployment would change
  attach           Follow an operation that is in progress to its end
  status           Show a stack's status, resources and outputs
  outputs          Print a stack's outputs, also as a .env file
  logs             Show what a stack's functions log, and follow it
  invoke           Call a function and show its answer and its log
  drift            Show what somebody changed behind CloudFormation's back
  destroy          Delete a stack, after showing what would be lost
  gc               Remove artifacts that nothing refers to any more
  verify           Prove on the deployed stack that the pattern keeps its promise
  redrive          Move dead letters back to the queues they came from
  replay           Rebuild a read model from its events
  coldstart-bench  Measure cold starts in fresh execution environments
  audit            Lint templates, handler code and IAM policies
  recover          Undo what an interrupted run left, and go on with a failed rollback
  local            Run local AWS, an emulator that slsx installs and starts by itself
  config           Show every setting that counts, and where it comes from
  doctor           Say what is missing on this machine, and how to get it
  completions      Print a shell completion script
  man              Write manual pages

Options:
      --color <WHEN>  Colored output: auto, always or never [default: auto]
  -q, --quiet         Print results and errors only, no progress
  -h, --help          Print help
  -V, --version       Print version

Examples:
  slsx demo                       the whole road on local AWS, no account needed
  slsx new fan-out my-uploads     a project from a pattern

"#]]);
}

#[test]
fn every_setting_is_shown_with_its_origin() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "slsx.toml",
        "name = 'orders'\nregion = 'eu-west-1'\n[stage.production]\nprotected = true\nparameters = { Token = 's3cret' }\ntags = { team = 'media' }\n",
    );
    write(
        "template.yaml",
        "Parameters:\n  Token: {Type: String, NoEcho: true}\nResources:\n  Q: {Type: AWS::SQS::Queue}\n",
    );
    let config = |stage: &str| {
        let mut command = crate::world::offline(folder.path());
        command.args(["config", "--format", "json"]).env("SLSX_STAGE", stage);
        crate::world::Ran::of(command.output().unwrap(), &["config"])
    };
    let shown = config("production").assert_exit(0);
    assert!(!shown.stdout.contains("s3cret"), "{}", shown.stdout);
    let settings = shown.json()["settings"].as_array().unwrap().clone();
    let row = |key: &str| settings.iter().find(|row| row["key"] == key).unwrap().clone();
    let told = |key: &str| (row(key)["value"].clone(), row(key)["origin"].clone());
    assert_eq!(told("stage"), ("production".into(), "SLSX_STAGE".into()));
    assert_eq!(told("stack"), ("orders-production".into(), "built in".into()));
    assert_eq!(told("region"), ("eu-west-1".into(), "slsx.toml".into()));
    assert_eq!(told("protected"), ("true".into(), "slsx.toml [stage.production]".into()));
    assert_eq!(told("parameters.Token"), ("****".into(), "slsx.toml [stage.production]".into()));
    assert_eq!(told("tags.team"), ("media".into(), "slsx.toml [stage.production]".into()));
    let wrong = config("prodution").assert_exit(2);
    assert!(wrong.stderr.contains("dev, production"), "{}", wrong.stderr);
    write("slsx.toml", "[stage.production]\nprotekted = true\n");
    let wrong = config("production").assert_exit(2);
    assert!(
        wrong.stderr.contains("slsx.toml:2:1") && wrong.stderr.contains("did you mean `protected`?"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = crate::world::offline(folder.path());
    assert!(command.args(["man", "pages"]).status().unwrap().success());
    let pages = folder.path().join("pages");
    for command in slsx_commands() {
        let page = std::fs::read_to_string(pages.join(format!("slsx-{command}.1"))).unwrap();
        assert!(page.contains(".TH") && page.contains("Examples"), "{command}: {page}");
    }
    let root = std::fs::read_to_string(pages.join("slsx.1")).unwrap();
    assert!(root.contains("deploy"), "{root}");
    assert!(pages.join("slsx-local-up.1").is_file());
}

fn slsx_commands() -> Vec<String> {
    let command = <slsx::cli::Cli as clap::CommandFactory>::command();
    command.get_subcommands().map(|command| command.get_name().to_owned()).collect()
}
