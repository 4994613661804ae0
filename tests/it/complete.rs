//! What a shell is told while somebody types, asked as bash asks: by the binary itself, in a project.

use std::path::Path;
use std::time::Instant;

use crate::world::offline;

/// The candidates for the last word.
fn candidates(folder: &Path, words: &[&str]) -> Vec<String> {
    let mut command = offline(folder);
    command.arg("--").arg("slsx").args(words);
    command
        .env("COMPLETE", "bash")
        .env("_CLAP_IFS", "\n")
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
        .env("_CLAP_COMPLETE_COMP_TYPE", "9");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let settings = "name = \"shop\"\ntemplate = \"stack.yaml\"\n[stage.production]\nstack = \"the-shop\"\n";
    write("slsx.toml", settings);
    write(
        "stack.yaml",
        "Resources:\n  Take: {Type: AWS::Serverless::Function}\n  Table: {Type: AWS::DynamoDB::Table}\n  Tell: {Type: AWS::Lambda::Function}\n",
    );
    let instances = folder.path().join("slsx/local/second");
    std::fs::create_dir_all(instances).unwrap();
    folder
}

#[test]
fn names_of_the_project_and_the_machine_are_completed() {
    let folder = project();
    let of = |words: &[&str]| candidates(folder.path(), words);
    assert_eq!(of(&["invoke", "T"]), ["Take", "Tell"]);
    assert_eq!(of(&["logs", "Take", "Te"]), ["Tell"]);
    assert_eq!(of(&["deploy", "--stage", ""]), ["dev", "production"]);
    assert_eq!(of(&["status", "--stack", ""]), ["shop-dev", "the-shop"]);
    assert_eq!(of(&["recover", "--skip", "Ta"]), ["Take", "Table"]);
    assert_eq!(of(&["local", "down", "--instance", ""]), ["default", "second"]);
    assert_eq!(of(&["new", "fan"]), ["fan-out"]);
    assert_eq!(of(&["audit", "--select", "runtime"]), ["runtime-deprecated"]);
    assert_eq!(of(&["coldstart"]), ["coldstart-bench"]);
    // Another project that the line names, and one that cannot be read.
    let elsewhere = tempfile::tempdir().unwrap();
    let named = folder.path().to_str().unwrap();
    assert_eq!(candidates(elsewhere.path(), &["invoke", "--project", named, "T"]), ["Take", "Tell"]);
    std::fs::write(folder.path().join("slsx.toml"), "name = ").unwrap();
    std::fs::write(folder.path().join("stack.yaml"), "{").unwrap();
    assert_eq!(of(&["invoke", "T"]), Vec::<String>::new());
}

#[test]
fn an_answer_comes_before_anybody_notices() {
    let folder = project();
    let took = (0..10).map(|_| {
        let start = Instant::now();
        candidates(folder.path(), &["invoke", "T"]);
        start.elapsed()
    });
    // A debug build beside other tests; alone it takes about 10 ms.
    let fastest = took.min().unwrap();
    assert!(fastest.as_millis() < 50, "{fastest:?}");
}

#[test]
fn the_variable_of_an_unknown_shell_is_an_error_and_an_empty_one_is_none() {
    let folder = project();
    let run = |value: &str| offline(folder.path()).arg("--version").env("COMPLETE", value).output().unwrap();
    assert!(!run("no-such-shell").status.success());
    assert!(String::from_utf8_lossy(&run("").stdout).starts_with("slsx "));
}

#[test]
fn bash_takes_the_script_and_the_answers() {
    let folder = project();
    let bin = Path::new(env!("CARGO_BIN_EXE_slsx")).parent().unwrap();
    let script = "source <(slsx completions bash --dynamic); COMP_WORDS=(slsx invoke T); COMP_CWORD=2; COMP_TYPE=9; \
                  _clap_complete_slsx slsx T invoke; printf '%s ' \"${COMPREPLY[@]}\"";
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = std::process::Command::new("bash")
        .args(["-c", script])
        .current_dir(folder.path())
        .env("PATH", path)
        .output();
    let Ok(output) = output else {
        eprintln!("not run, because there is no bash here");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        said.split_whitespace().collect::<Vec<_>>(),
        ["Take", "Tell"],
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
