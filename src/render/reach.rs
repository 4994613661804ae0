//! Shows a deployment to many accounts and regions.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde::Serialize;

use super::deploy::counted;
use super::style::{Style, printable};
use crate::deploy::reach::{ReachPlan, ReachReport, Site, SiteResult, SiteStatus};

#[derive(Serialize)]
struct View<'a> {
    schema: &'static str,
    stack_set: &'a str,
    is_new: bool,
    is_update: bool,
    executed: bool,
    added: Vec<SiteView<'a>>,
    kept: Vec<SiteView<'a>>,
    others: Vec<SiteView<'a>>,
    results: Vec<ResultView<'a>>,
}

#[derive(Serialize)]
struct SiteView<'a> {
    account: &'a str,
    region: &'a str,
}

#[derive(Serialize)]
struct ResultView<'a> {
    account: &'a str,
    region: &'a str,
    status: &'a str,
    reason: Option<&'a str>,
}

/// Writes what is about to be done where.
pub fn plan(out: &mut impl Write, style: Style, name: &str, plan: &ReachPlan) -> io::Result<()> {
    let changes = plan.is_update;
    for site in &plan.added {
        writeln!(out, "  {} {}  {}", style.green("+"), site.account, site.region)?;
    }
    for site in &plan.kept {
        let mark = if changes { style.yellow("~") } else { style.dim("=") };
        writeln!(out, "  {mark} {}  {}", site.account, site.region)?;
    }
    for site in &plan.others {
        let mark = if changes { style.yellow("~") } else { style.dim("=") };
        let note = "not in the list; it stays, and changes with the others";
        writeln!(out, "  {mark} {}  {}  {}", site.account, site.region, style.dim(note))?;
    }
    let total = counted(plan.added.len() + plan.kept.len() + plan.others.len(), "stack");
    let added = plan.added.len();
    let what = match (plan.is_new, changes) {
        (true, _) => "a new stack set",
        (false, true) => "every stack changes",
        (false, false) => "no stack changes",
    };
    writeln!(out, "stack set {}: {total}, {added} to add; {what}", printable(name))
}

/// Writes what is about to be deleted.
pub fn deletion(out: &mut impl Write, style: Style, name: &str, sites: &BTreeSet<Site>) -> io::Result<()> {
    for site in sites {
        writeln!(out, "  {} {}  {}", style.red("-"), site.account, site.region)?;
    }
    let total = counted(sites.len(), "stack");
    writeln!(out, "stack set {}: {total} to delete, with the data in them", printable(name))
}

/// One site, in one line.
#[must_use]
pub fn site(result: &SiteResult) -> String {
    let SiteResult { site, status, reason } = result;
    let reason = reason.as_deref().map(|reason| format!("  {}", printable(reason))).unwrap_or_default();
    format!("  {status:<9}  {}  {}{reason}", site.account, site.region)
}

/// Writes how it ended: where it went wrong, and how many went well.
pub fn outcome(out: &mut impl Write, style: Style, report: &ReachReport) -> io::Result<()> {
    let failed: Vec<&SiteResult> =
        report.results.iter().filter(|result| result.status != SiteStatus::Succeeded).collect();
    for result in &failed {
        writeln!(out, "{}", style.red(&site(result)))?;
    }
    let name = printable(&report.name);
    if !failed.is_empty() {
        let well = report.results.len() - failed.len();
        return writeln!(
            out,
            "{} {name}: {} well, {} not; run the same command again when the cause is gone",
            style.failed(),
            counted(well, "stack"),
            failed.len()
        );
    }
    match report.was_executed {
        true => writeln!(out, "{} {name}: {} done", style.passed(), counted(report.results.len(), "stack")),
        false if report.plan.is_empty() => writeln!(out, "{} {name}: nothing to do", style.passed()),
        false => writeln!(out, "{} {name} was not changed: this was a preview", style.skipped()),
    }
}

/// Writes the same as `slsx/reach/1`.
pub fn json(out: &mut impl Write, report: &ReachReport) -> io::Result<()> {
    let view = View {
        schema: "slsx/reach/1",
        stack_set: &report.name,
        is_new: report.plan.is_new,
        is_update: report.plan.is_update,
        executed: report.was_executed,
        added: sites(&report.plan.added),
        kept: sites(&report.plan.kept),
        others: sites(&report.plan.others),
        results: report.results.iter().map(result).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &view)?;
    writeln!(out)
}

fn sites(sites: &BTreeSet<Site>) -> Vec<SiteView<'_>> {
    sites.iter().map(|site| SiteView { account: &site.account, region: &site.region }).collect()
}

fn result(result: &SiteResult) -> ResultView<'_> {
    ResultView {
        account: &result.site.account,
        region: &result.site.region,
        status: result.status.as_str(),
        reason: result.reason.as_deref(),
    }
}
