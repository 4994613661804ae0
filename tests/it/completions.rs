//! `completions/` holds what `slsx completions` prints; `SNAPSHOTS=overwrite cargo test completions` renews it.

use clap::CommandFactory;
use clap_complete::Shell;
use slsx::cli::Cli;

const FILES: [(Shell, &str); 5] = [
    (Shell::Bash, "slsx.bash"),
    (Shell::Elvish, "slsx.elv"),
    (Shell::Fish, "slsx.fish"),
    (Shell::PowerShell, "_slsx.ps1"),
    (Shell::Zsh, "_slsx"),
];

#[test]
fn completions_are_fresh() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    let overwrites = std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite");
    for (shell, name) in FILES {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "slsx", &mut script);
        let path = folder.join(name);
        if overwrites {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &script).unwrap();
        }
        let kept = std::fs::read(&path).unwrap_or_default();
        assert!(kept == script, "completions/{name} is stale: run `just regenerate`");
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), FILES.len(), "a file too many in completions/");
}

#[test]
fn every_command_has_one_line_of_help_and_two_examples() {
    Cli::command().debug_assert();
    for command in Cli::command().get_subcommands() {
        let name = command.get_name();
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        assert!(!about.is_empty() && !about.contains('\n') && !about.ends_with('.'), "{name}: {about:?}");
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        assert_eq!(after.matches("\n  slsx ").count(), 2, "{name}: {after:?}");
    }
}

#[test]
fn the_help_fits_one_screen() {
    let help = Cli::command().render_help().to_string();
    assert!(help.lines().count() <= 40, "{} lines:\n{help}", help.lines().count());
}
