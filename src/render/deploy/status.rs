//! Shows a stack as it is.

use std::io::{self, Write};

use super::outcome::outputs;
use super::{counted, paint_of};
use crate::deploy::report::StatusReport;
use crate::deploy::{Stack, StackResource, StackStatus, Stage};
use crate::render::style::{Style, printable};

/// Writes the stack's status, its outputs and the resources that are not at rest.
pub fn status(out: &mut impl Write, style: Style, report: &StatusReport) -> io::Result<()> {
    let name = printable(report.place.stack.as_str());
    let region = printable(&report.place.region);
    let local = if report.place.is_local { ", local" } else { "" };
    let Some(stack) = &report.stack else {
        return writeln!(out, "{name} does not exist ({region}{local}): `slsx deploy` makes it");
    };
    writeln!(
        out,
        "{name} {} ({region}{local})",
        style.paint(paint_of(&stack.status), stack.status.as_str())
    )?;
    if let Some(reason) = &stack.reason {
        writeln!(out, "  {}", printable(reason))?;
    }
    writeln!(out, "  {}, {}", changed(stack), counted(report.resources.len(), "resource"))?;
    outputs(out, style, &stack.outputs)?;
    for resource in report.resources.iter().filter(|resource| resource.status.stage() != Stage::Done) {
        unsettled(out, style, resource)?;
    }
    Ok(())
}

fn changed(stack: &Stack) -> String {
    let (what, at_ms) = match stack.updated_ms {
        Some(at_ms) => ("updated", at_ms),
        None => ("created", stack.created_ms),
    };
    let time = i64::try_from(at_ms).ok().and_then(|at_ms| jiff::Timestamp::from_millisecond(at_ms).ok());
    match time {
        Some(time) => format!("{what} {time:.0}"),
        None => format!("{what} at an unknown time"),
    }
}

fn unsettled(out: &mut impl Write, style: Style, resource: &StackResource) -> io::Result<()> {
    let status = StackStatus::parse(resource.status.as_str());
    let name = printable(resource.logical_id.as_str());
    let reason = resource.reason.as_deref().map(printable).unwrap_or_default();
    let line = format!("  {} {name}  {reason}", style.paint(paint_of(&status), status.as_str()));
    writeln!(out, "{}", line.trim_end())
}
