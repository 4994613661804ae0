//! Shows how a deployment ended, with the outputs of the stack.

use std::io::{self, Write};

use super::diagnosis::diagnosis;
use super::{counted, seconds, size};
use crate::deploy::report::{Conclusion, DeployReport, Package};
use crate::deploy::state_machine::Outcome;
use crate::deploy::{Output, StackResource, StackStatus};
use crate::names::{LogicalId, StackName};
use crate::render::style::{Style, printable};

/// Writes the end of a deployment: on failure the cause, else the outputs.
pub fn deploy_outcome(out: &mut impl Write, style: Style, report: &DeployReport) -> io::Result<()> {
    if let Some(found) = &report.diagnosis {
        diagnosis(out, style, found)?;
    }
    writeln!(out, "{}", headline(style, report))?;
    if report.conclusion == Conclusion::Ended(Outcome::NeedsRecovery) {
        writeln!(out, "  {}", repair(report))?;
    }
    if !report.packages.is_empty() {
        writeln!(out, "{}", packages(&report.packages))?;
    }
    outputs(out, style, &report.outputs)
}

fn headline(style: Style, report: &DeployReport) -> String {
    let stack = printable(report.place.stack.as_str());
    let (mark, what) = match report.conclusion {
        Conclusion::NoChanges => (style.passed(), "is up to date, nothing to change"),
        Conclusion::Previewed => (style.skipped(), "was not changed: this was a preview"),
        Conclusion::Started => (style.skipped(), "is being changed; `slsx attach` follows it to its end"),
        Conclusion::CodeGiven => (style.passed(), "has the new code"),
        Conclusion::Ended(Outcome::Succeeded) => (style.passed(), "is deployed"),
        Conclusion::Ended(Outcome::RolledBack) => (style.failed(), "failed and was rolled back"),
        Conclusion::Ended(Outcome::Failed) => {
            (style.failed(), "failed and stopped half-way; `slsx deploy` goes on from there")
        }
        Conclusion::Ended(Outcome::NeedsRecovery) => (style.failed(), "needs a repair first"),
        Conclusion::Ended(Outcome::StillRunning) => {
            (style.skipped(), "is still being changed; `slsx deploy` follows it")
        }
    };
    let status = report.status.as_ref().map(|status| format!("{status}, ")).unwrap_or_default();
    let local = if report.place.is_local { " local" } else { "" };
    let elapsed = seconds(report.elapsed_ms);
    format!("{mark} {stack} {what} ({status}{}, {elapsed}{local})", printable(&report.place.region))
}

/// What somebody must do before the stack can be deployed to again.
fn repair(report: &DeployReport) -> String {
    let stack = printable(report.place.stack.as_str());
    match &report.status {
        Some(StackStatus::DeleteFailed) => {
            "run `slsx destroy --resume`: it shows what is left and why, and goes on with the deletion"
                .to_owned()
        }
        Some(StackStatus::UpdateRollbackFailed) => {
            "run `slsx recover`: it shows what could not be rolled back and goes on with it".to_owned()
        }
        _ => format!("look at stack {stack} with `slsx status`"),
    }
}

/// Writes what is left of a stack that was never created successfully, before it is deleted.
pub fn removal(
    out: &mut impl Write,
    style: Style,
    stack: &StackName,
    left: &[StackResource],
) -> io::Result<()> {
    let stack = printable(stack.as_str());
    writeln!(
        out,
        "{stack} was never created successfully: it must be deleted first, with what is left of it"
    )?;
    for resource in left {
        let name = printable(resource.physical_id.as_deref().unwrap_or_default());
        writeln!(
            out,
            "  {} {}  {name}  {}",
            style.red("-"),
            printable(resource.logical_id.as_str()),
            style.dim(&printable(&resource.resource_type))
        )?;
    }
    writeln!(out, "  {} left", counted(left.len(), "resource"))
}

/// Writes which functions are about to get new code.
pub fn new_code(out: &mut impl Write, style: Style, functions: &[LogicalId]) -> io::Result<()> {
    for function in functions {
        writeln!(out, "  {} {}  new code", style.yellow("~"), printable(function.as_str()))?;
    }
    Ok(())
}

fn packages(packages: &[Package]) -> String {
    let uploaded: Vec<_> = packages.iter().filter(|package| package.was_uploaded).collect();
    let bytes = uploaded.iter().map(|package| package.bytes).sum();
    let unchanged = packages.len() - uploaded.len();
    match (uploaded.len(), unchanged) {
        (0, _) => format!("  {} unchanged, nothing uploaded", counted(unchanged, "package")),
        (count, 0) => format!("  {} uploaded, {}", counted(count, "package"), size(bytes)),
        (count, _) => {
            format!("  {} uploaded, {}; {unchanged} unchanged", counted(count, "package"), size(bytes))
        }
    }
}

/// Writes outputs in columns.
pub fn outputs(out: &mut impl Write, style: Style, outputs: &[Output]) -> io::Result<()> {
    let width = outputs.iter().map(|output| output.key.chars().count()).max().unwrap_or_default();
    for output in outputs {
        writeln!(out, "  {:<width$}  {}", style.cyan(&printable(&output.key)), printable(&output.value))?;
    }
    Ok(())
}
