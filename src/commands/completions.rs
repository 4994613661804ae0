//! `slsx completions`: the script that a shell loads.

use clap::CommandFactory;
use clap_complete::env::Shells;

use super::complete::VARIABLE;
use super::{Context, Failure};
use crate::cli::{Cli, CompletionsArgs};
use crate::exit::Exit;

/// Prints the script: one that knows commands and flags, or one that asks slsx about names too.
///
/// # Errors
/// When the writer fails.
pub fn run(args: &CompletionsArgs, context: &mut Context) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    let asking = Shells::builtins();
    match asking.completer(&args.shell.to_string()).filter(|_| args.dynamic) {
        Some(shell) => shell.write_registration(VARIABLE, "slsx", "slsx", "slsx", &mut script)?,
        // clap_complete panics when its writer fails, so it gets one that cannot.
        None => clap_complete::generate(args.shell, &mut Cli::command(), "slsx", &mut script),
    }
    context.out.write_all(&script)?;
    Ok(Exit::Done)
}
