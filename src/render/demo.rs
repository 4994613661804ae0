//! The words between the steps of the demo.

use std::io::{self, Write};
use std::time::Duration;

use super::style::Style;

/// What is going to happen.
///
/// # Errors
/// When the writer fails.
pub fn opening(style: Style, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", style.bold("From nothing to measured, on local AWS."))?;
    writeln!(
        out,
        "No account is needed and nothing is charged. Every figure below is of this machine, not of AWS."
    )
}

/// The title of a step and the command that takes it.
///
/// # Errors
/// When the writer fails.
pub fn step(title: &str, line: &str, style: Style, out: &mut impl Write) -> io::Result<()> {
    let mark = style.symbol("▶", ">");
    writeln!(out, "\n{} {}\n  {}\n", style.cyan(mark), style.bold(title), style.dim(&format!("$ {line}")))?;
    out.flush()
}

/// How to go on with what was kept.
///
/// # Errors
/// When the writer fails.
pub fn kept(project: &str, instance: &str, style: Style, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n{}", style.bold("Kept, to look around:"))?;
    writeln!(out, "  cd {project}")?;
    writeln!(out, "  slsx status --local --instance {instance}")?;
    writeln!(out, "  slsx local down --instance {instance}      stops local AWS")
}

/// How long it took and where to go from here.
///
/// # Errors
/// When the writer fails.
pub fn closing(elapsed: Duration, style: Style, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n{} Done in {:.0} s; everything is torn down.", style.passed(), elapsed.as_secs_f64())?;
    writeln!(
        out,
        "\nNow yours:\n  {}",
        style.cyan("slsx new fan-out my-uploads && cd my-uploads && slsx deploy --local")
    )
}
