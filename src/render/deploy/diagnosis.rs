//! Shows why an operation failed: the first cause first, then what to do, then the rest.

use std::io::{self, Write};

use crate::deploy::Problem;
use crate::deploy::diagnosis::{Cause, Diagnosis, Remedy};
use crate::render::style::{Style, printable};

/// Writes the cause, its remedy and what else failed.
pub fn diagnosis(out: &mut impl Write, style: Style, found: &Diagnosis) -> io::Result<()> {
    writeln!(out, "{}", style.bold("first cause"))?;
    cause(out, style, &found.cause)?;
    if let Some(rollback) = &found.rollback {
        writeln!(out, "{}", style.bold("what made the rollback fail"))?;
        cause(out, style, rollback)?;
    }
    if !found.others.is_empty() {
        writeln!(out, "{}", style.bold("also failed"))?;
        for other in &found.others {
            named(out, style, other)?;
        }
    }
    Ok(())
}

fn cause(out: &mut impl Write, style: Style, cause: &Cause) -> io::Result<()> {
    named(out, style, cause)?;
    if cause.remedy != Remedy::ReadReason {
        writeln!(out, "    {} {}", style.symbol("→", "->"), printable(&cause.remedy.sentence()))?;
    }
    Ok(())
}

fn named(out: &mut impl Write, style: Style, cause: &Cause) -> io::Result<()> {
    let name = cause.full_name();
    writeln!(
        out,
        "  {} {} {}",
        style.red(cause.status.as_str()),
        printable(&name),
        style.dim(&printable(&cause.resource_type))
    )?;
    match &cause.path {
        Some(path) => writeln!(out, "    {} ({})", printable(&cause.reason), printable(path)),
        None => writeln!(out, "    {}", printable(&cause.reason)),
    }
}

/// Writes what validations warn of; a change set with warnings can be executed.
pub fn warnings(out: &mut impl Write, style: Style, warnings: &[Problem]) -> io::Result<()> {
    for warning in warnings {
        writeln!(out, "  {} {}", style.yellow("warning"), printable(&warning.sentence()))?;
    }
    Ok(())
}
