//! Shows what is in the artifact bucket and what of it nothing refers to.

use std::io::{self, Write};

use serde::Serialize;

use super::deploy::{counted, size};
use super::style::{Style, printable};
use crate::deploy::garbage::Garbage;
use crate::deploy::report::Place;

/// What was found, and whether it is gone.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// Where.
    pub place: &'a Place,
    /// The artifact bucket.
    pub bucket: &'a str,
    /// What is in it.
    pub garbage: &'a Garbage,
    /// What nothing refers to was removed.
    pub is_removed: bool,
}

#[derive(Serialize)]
struct View<'a> {
    schema: &'static str,
    bucket: &'a str,
    region: &'a str,
    local: bool,
    removed: bool,
    garbage: Vec<ObjectView<'a>>,
    garbage_bytes: u64,
    kept: usize,
    foreign: Vec<&'a str>,
}

#[derive(Serialize)]
struct ObjectView<'a> {
    key: &'a str,
    versions: usize,
    bytes: u64,
}

/// Writes what would go, and how much stays and why.
pub fn human(out: &mut impl Write, style: Style, report: &Report<'_>) -> io::Result<()> {
    for (key, versions) in &report.garbage.removed {
        let bytes = versions.iter().map(|version| version.bytes).sum();
        writeln!(out, "  {} {:>9}  {}", style.red("-"), size(bytes), printable(key))?;
    }
    let kept = counted(report.garbage.kept.len(), "object");
    writeln!(out, "{kept} in {} stay: something refers to them", printable(report.bucket))?;
    if !report.garbage.foreign.is_empty() {
        writeln!(out, "{} not made by slsx and stay", counted(report.garbage.foreign.len(), "object"))?;
    }
    Ok(())
}

/// Writes what became of it.
pub fn outcome(out: &mut impl Write, style: Style, report: &Report<'_>) -> io::Result<()> {
    let objects = counted(report.garbage.removed.len(), "object");
    let bytes = size(report.garbage.bytes());
    match (report.garbage.removed.is_empty(), report.is_removed) {
        (true, _) => writeln!(out, "{} nothing to remove", style.passed()),
        (false, true) => writeln!(out, "{} {objects} removed, {bytes}", style.passed()),
        (false, false) => writeln!(out, "{} {objects} not removed, {bytes}", style.skipped()),
    }
}

/// Writes the same as `slsx/gc/1`.
pub fn json(out: &mut impl Write, report: &Report<'_>) -> io::Result<()> {
    let objects = report.garbage.removed.iter().map(|(key, versions)| ObjectView {
        key,
        versions: versions.len(),
        bytes: versions.iter().map(|version| version.bytes).sum(),
    });
    let view = View {
        schema: "slsx/gc/1",
        bucket: report.bucket,
        region: &report.place.region,
        local: report.place.is_local,
        removed: report.is_removed,
        garbage: objects.collect(),
        garbage_bytes: report.garbage.bytes(),
        kept: report.garbage.kept.len(),
        foreign: report.garbage.foreign.iter().map(String::as_str).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &view)?;
    writeln!(out)
}
