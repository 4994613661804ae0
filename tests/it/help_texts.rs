//! Every command line that a text of the project shows is one that the program takes.

use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use slsx::cli::Cli;

/// What a placeholder may stand for: a word, a number, or nothing (`slsx recover {flags}`).
const STAND_INS: [Option<&str>; 3] = [Some("x"), Some("1"), None];

/// A word that stands for a value: `FUNCTION`, `KEY=VALUE`, `{stack}`, `<name>`, `…`.
fn is_placeholder(word: &str) -> bool {
    let is_capital = word.len() > 1 || word == "N" || word == "X";
    let has_only = |allowed: fn(char) -> bool| word.chars().all(allowed);
    (is_capital && has_only(|letter| letter.is_ascii_uppercase() || letter == '_' || letter == '='))
        || word.starts_with('{')
        || word.starts_with('<')
        || word.starts_with('…')
        || word.starts_with("...")
}

/// The words of a command line without `{insertions}` stuck to them, up to a comment, pipe or redirection.
fn words(line: &str) -> Vec<&str> {
    let end = [" #", " > ", " | "].iter().filter_map(|mark| line.find(mark)).min().unwrap_or(line.len());
    let words = line[..end].split_whitespace().map(|word| match word.find('{') {
        Some(at) if at > 0 => &word[..at],
        Some(_) | None => word,
    });
    words.map(|word| word.trim_end_matches([',', '.', ';', ':'])).filter(|word| !word.is_empty()).collect()
}

/// Why the program would not take this line, if it would not. Only naming a command is fine.
fn refusal(line: &str) -> Option<String> {
    let words = words(line);
    let attempt = |stand_in: Option<&str>| {
        let words = words.iter().filter_map(|word| if is_placeholder(word) { stand_in } else { Some(*word) });
        match Cli::try_parse_from(words) {
            Ok(_) => None,
            Err(error) if is_fine(error.kind(), &words_of_command(line)) => None,
            Err(error) => Some(error.to_string().lines().next().unwrap_or_default().to_owned()),
        }
    };
    let mut refusals: Vec<String> = Vec::new();
    for stand_in in STAND_INS {
        refusals.push(attempt(stand_in)?);
    }
    refusals.into_iter().next()
}

/// The words after the program's name, when there are neither flags nor values among them.
fn words_of_command(line: &str) -> Option<String> {
    let words = words(line);
    let mut command = Cli::command();
    for word in &words[1..] {
        command = command.find_subcommand(word)?.clone();
    }
    Some(words[1..].join(" "))
}

fn is_fine(kind: ErrorKind, mentioned: &Option<String>) -> bool {
    let is_incomplete = matches!(
        kind,
        ErrorKind::MissingRequiredArgument
            | ErrorKind::MissingSubcommand
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    matches!(kind, ErrorKind::DisplayHelp | ErrorKind::DisplayVersion)
        || (is_incomplete && mentioned.is_some())
}

/// The command lines in a line of text: in backticks, and in Markdown also indented as code.
fn commands(line: &str, is_markdown: bool) -> Vec<&str> {
    let is_command = |text: &&str| text.starts_with("slsx ");
    let in_backticks = line.split('`').skip(1).step_by(2).filter(is_command);
    let as_code = line.strip_prefix("    ").filter(|_| is_markdown).into_iter().filter(is_command);
    in_backticks.chain(as_code).collect()
}

fn texts() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    for folder in ["src", "patterns", "examples"] {
        let tree = slsx::host::walk::tree(&root.join(folder), |_, _| false);
        let wanted = tree.files.into_iter().filter(|file| {
            let name = file.relative.rsplit('/').next().unwrap_or_default();
            name.ends_with(".rs") || name.ends_with(".md") || name.starts_with("README")
        });
        texts.extend(wanted.map(|file| file.path));
    }
    texts
}

#[test]
fn every_command_line_in_a_text_is_taken() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    let mut seen = 0;
    for path in texts() {
        let shown = path.strip_prefix(root).unwrap().display().to_string();
        let text = std::fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            for command in commands(line, !shown.ends_with(".rs")) {
                seen += 1;
                let why = refusal(command);
                wrong.extend(why.map(|why| format!("{shown}:{}: `{command}`: {why}", number + 1)));
            }
        }
    }
    assert!(seen > 40, "only {seen} command lines found");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_example_of_the_help_is_taken() {
    let command = Cli::command();
    for command in command.get_subcommands() {
        let help = command.get_after_help().unwrap().to_string();
        let examples: Vec<&str> = help
            .lines()
            .filter_map(|line| line.strip_prefix("  "))
            .filter(|line| line.starts_with("slsx"))
            .collect();
        assert_eq!(examples.len(), 2, "{}: {help}", command.get_name());
        for example in examples {
            let line = example.split("   ").next().unwrap();
            assert_eq!(refusal(line), None, "{example}");
        }
    }
}

#[test]
fn a_line_that_is_not_taken_would_be_noticed() {
    for line in [
        "slsx destroy --undo",
        "slsx attach --never",
        "slsx new fan-out a b",
        "slsx coldstart-bench -n many",
        "slsx new --dry-run",
        "slsx audit --format html",
    ] {
        assert!(refusal(line).is_some(), "{line}");
    }
    for line in [
        "slsx new",
        "slsx local",
        "slsx new PATTERN NAME",
        "slsx coldstart-bench FUNCTION -n COUNT",
        "slsx recover {flags}",
        "slsx recover{flags}.",
        "slsx --help",
    ] {
        assert_eq!(refusal(line), None, "{line}");
    }
    assert_eq!(
        commands("//! `slsx new`: see `slsx.toml` and `slsx audit`.", false),
        ["slsx new", "slsx audit"]
    );
    assert_eq!(commands("    slsx audit  # all", true), ["slsx audit  # all"]);
}
