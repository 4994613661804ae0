//! The binary: reads the command line and the environment once, runs one command, ends with its exit code.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use slsx::cli::{Cli, ColorChoice, OutputArgs};
use slsx::commands::{self, Context, Failure, complete};
use slsx::deploy::timings::Estimates;
use slsx::host::folders::Folders;
use slsx::host::terminal;
use slsx::render::diagnostic;
use slsx::render::style::Style;

fn main() -> ExitCode {
    let here = std::env::current_dir().unwrap_or_default();
    if complete::answer(std::env::args_os(), &here).unwrap_or_else(|error| error.exit()) {
        return ExitCode::SUCCESS;
    }
    let cli = Cli::read(std::env::args_os()).unwrap_or_else(|error| error.exit());
    let err_style = style(cli.output, io::stderr().is_terminal());
    let outcome = context(cli.output, err_style).and_then(|mut context| {
        let exit = commands::run(&cli.command, &mut context)?;
        commands::context::written(context.out.flush())?;
        Ok(exit)
    });
    let exit = outcome.unwrap_or_else(|failure| {
        if !failure.is_broken_pipe() {
            // There is nowhere left to complain to if this fails too.
            let _ = diagnostic::write_error(&failure, err_style, &mut io::stderr());
        }
        failure.exit()
    });
    ExitCode::from(exit.code())
}

fn context(output: OutputArgs, err_style: Style) -> Result<Context, Failure> {
    let is_terminal = io::stderr().is_terminal();
    let is_ci = std::env::var_os("CI").is_some();
    Ok(Context {
        out: Box::new(io::stdout()),
        err: Box::new(io::stderr()),
        style: style(output, io::stdout().is_terminal()),
        err_style,
        draws_progress: is_terminal && !is_ci && !output.quiet,
        is_quiet: output.quiet,
        is_interactive: is_terminal && !is_ci && io::stdin().is_terminal(),
        current_dir: std::env::current_dir()?,
        folders: Folders::of_user()?,
        python: std::env::var("SLSX_PYTHON").ok(),
        streams: false,
        estimates: Estimates::default(),
    })
}

fn style(output: OutputArgs, is_terminal: bool) -> Style {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let color = match output.color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if is_set("NO_COLOR") => false,
        ColorChoice::Auto => is_set("CLICOLOR_FORCE") || is_terminal,
    };
    Style { color, unicode: terminal::speaks_unicode(), width: terminal::width(is_terminal) }
}
