//! `slsx completions`: the script that a shell loads.

use clap::CommandFactory;

use super::{Context, Failure};
use crate::cli::{Cli, CompletionsArgs};
use crate::exit::Exit;

/// Prints the script.
///
/// # Errors
/// When the writer fails.
pub fn run(args: &CompletionsArgs, context: &mut Context) -> Result<Exit, Failure> {
    // clap_complete panics when its writer fails, so it gets one that cannot.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "slsx", &mut script);
    context.out.write_all(&script)?;
    Ok(Exit::Done)
}
