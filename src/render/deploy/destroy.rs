//! Shows what a deletion would take away, and how it ended.

use std::io::{self, Write};

use super::diagnosis::diagnosis;
use super::{counted, seconds, size};
use crate::deploy::blockers::Blocker;
use crate::deploy::destroy::{DestroyPlan, Holding, Loss};
use crate::deploy::report::DestroyReport;
use crate::deploy::state_machine::Outcome;
use crate::render::style::{Style, printable};

/// Writes what is lost, what is deleted beside it and what stays.
pub fn destroy_plan(out: &mut impl Write, style: Style, plan: &DestroyPlan) -> io::Result<()> {
    let stack = printable(plan.stack.as_str());
    if plan.has_termination_protection {
        writeln!(out, "{}", style.red("termination protection is on: CloudFormation refuses the deletion"))?;
    }
    if !plan.has_known_policies {
        let message = "the deployed template cannot be read, so what its deletion policies keep is unknown: no bucket is emptied";
        writeln!(out, "{}", style.red(message))?;
    }
    blocked(out, style, "an earlier deletion could not delete", &plan.blockers)?;
    if plan.losses.is_empty() {
        writeln!(out, "deleting {stack} loses no data")?;
    } else {
        writeln!(out, "deleting {stack} {}", style.red("loses this data"))?;
        let width = plan.losses.iter().map(|loss| loss.logical_id.as_str().chars().count()).max();
        for loss in &plan.losses {
            lost(out, style, loss, width.unwrap_or_default())?;
        }
    }
    let beside = plan.deleted.len() - plan.losses.len();
    writeln!(out, "  {} without data of their own", counted(beside, "resource"))?;
    if !plan.retained.is_empty() {
        writeln!(out, "and keeps in the account, because of their deletion policy")?;
        for kept in &plan.retained {
            let name = printable(kept.physical_id.as_deref().unwrap_or_default());
            writeln!(
                out,
                "    {}  {name}  {}",
                printable(kept.logical_id.as_str()),
                style.dim(&kept.resource_type)
            )?;
        }
    }
    Ok(())
}

fn lost(out: &mut impl Write, style: Style, loss: &Loss, width: usize) -> io::Result<()> {
    let mark = if loss.blocks { style.red("!") } else { style.dim("-") };
    let holding = match loss.holding {
        None => "may hold data".to_owned(),
        Some(Holding::Objects { entries, bytes }) => {
            format!("{}, old versions counted, {}", counted(entries, "object"), size(bytes))
        }
        Some(Holding::Items { count }) => format!("{} when last counted", counted(count, "item")),
        Some(Holding::Messages { count }) => format!("about {}", counted(count, "message")),
    };
    let emptied = if loss.blocks { "; emptied first" } else { "" };
    let name = printable(loss.physical_id.as_deref().unwrap_or_default());
    let logical_id = printable(loss.logical_id.as_str());
    writeln!(
        out,
        "  {mark} {logical_id:<width$}  {holding}{emptied}  {}",
        style.dim(&format!("{}, {name}", loss.resource_type))
    )
}

/// Writes what stands in the way, each with why and what to do.
fn blocked(out: &mut impl Write, style: Style, title: &str, blockers: &[Blocker]) -> io::Result<()> {
    if blockers.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", style.bold(title))?;
    for blocker in blockers {
        let name = printable(blocker.physical_id.as_deref().unwrap_or_default());
        let logical_id = printable(blocker.logical_id.as_str());
        let kind = format!("{}, {name}", blocker.resource_type);
        writeln!(out, "  {} {logical_id}  {}", style.red("!"), style.dim(&kind))?;
        writeln!(out, "    {}", printable(&blocker.reason))?;
        writeln!(out, "    {} {}", style.symbol("→", "->"), blocker.obstacle.remedy())?;
    }
    Ok(())
}

/// Writes how a deletion ended.
pub fn destroy_outcome(out: &mut impl Write, style: Style, report: &DestroyReport) -> io::Result<()> {
    if let Some(found) = &report.diagnosis {
        // What blocks says more than that something failed.
        if report.blockers.is_empty() {
            diagnosis(out, style, found)?;
        }
    }
    blocked(out, style, "could not be deleted", &report.blockers)?;
    let (mark, what) = match (&report.plan, report.outcome) {
        (None, _) => (style.passed(), "does not exist, nothing to delete"),
        (Some(_), None) => (style.skipped(), "was not deleted: this was a preview"),
        (Some(_), Some(Outcome::Succeeded)) => (style.passed(), "is deleted"),
        (Some(_), Some(Outcome::StillRunning)) => {
            (style.skipped(), "is still being deleted; `slsx destroy` follows it")
        }
        (Some(_), Some(Outcome::RolledBack | Outcome::Failed | Outcome::NeedsRecovery)) => {
            (style.failed(), "could not be deleted whole; `slsx destroy --resume` goes on")
        }
    };
    let local = if report.place.is_local { " local" } else { "" };
    let elapsed = seconds(report.elapsed_ms);
    writeln!(
        out,
        "{mark} {} {what} ({}, {elapsed}{local})",
        printable(report.place.stack.as_str()),
        printable(&report.place.region)
    )
}
