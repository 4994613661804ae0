//! What the README says is what the program does.

use std::path::Path;

use slsx::exit::Exit;

fn readme() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap()
}

/// Rows of the table under a heading, cells trimmed.
fn table(heading: &str) -> Vec<Vec<String>> {
    let readme = readme();
    let section = readme.split(&format!("## {heading}\n")).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect())
        .collect()
}

#[test]
fn exit_codes_agree_in_both_directions() {
    let documented: Vec<(String, String)> =
        table("Exit codes").into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let real: Vec<(String, String)> =
        Exit::ALL.iter().map(|exit| (exit.code().to_string(), exit.meaning().to_owned())).collect();
    assert_eq!(documented, real);
}

#[test]
fn every_command_is_in_the_table_and_every_row_is_a_command() {
    use clap::CommandFactory;
    let documented: Vec<String> =
        table("Commands").iter().map(|row| row[0].split_whitespace().nth(1).unwrap().to_owned()).collect();
    let command = slsx::cli::Cli::command();
    let real: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    assert_eq!(documented, real);
}

#[test]
fn continuous_integration_runs_the_readmes_two_commands() {
    let script = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.ci/run")).unwrap();
    let commands: Vec<&str> = script.lines().filter(|line| line.starts_with("cargo ")).collect();
    assert_eq!(commands, ["cargo run -- demo", "cargo test"]);
    let readme = readme();
    for command in commands {
        assert!(readme.contains(command), "{command}");
    }
}

#[test]
fn every_promise_names_tests_that_exist() {
    let readme = readme();
    let section = readme.split("## What it promises\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let promises: Vec<&str> = section.lines().filter(|line| line.starts_with("- ")).collect();
    assert!(promises.len() >= 5, "{section}");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for promise in promises {
        let paths: Vec<&str> =
            promise.split('`').skip(1).step_by(2).filter(|text| text.contains('/')).collect();
        assert!(!paths.is_empty(), "no test is named: {promise}");
        for path in paths {
            assert!(holds_a_test(&root.join(path)), "{path} holds no test");
        }
    }
}

/// Whether there are tests in a file, or in the modules in the folder that belongs to it.
fn holds_a_test(file: &Path) -> bool {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let below = slsx::host::walk::tree(&file.with_extension(""), |_, _| false).files;
    let mut texts = below.iter().map(|entry| std::fs::read_to_string(&entry.path).unwrap());
    text.contains("#[test]") || texts.any(|text| text.contains("#[test]"))
}
