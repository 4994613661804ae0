//! What `slsx update` did, or would do.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::style::Style;
use crate::pattern::{Change, ChangeKind, REJECTED, Record, WritePlan};

/// An update, from one version to another.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// How the project was made.
    pub record: &'a Record,
    /// How it would be made today.
    pub plan: &'a WritePlan,
    /// What becomes of its files.
    pub changes: &'a [Change],
    /// False for a dry run, and when there was nothing to do.
    pub is_written: bool,
}

/// For people: one line for each file that changes.
///
/// # Errors
/// When the writer fails.
pub fn human(view: &View<'_>, style: Style, out: &mut impl Write) -> io::Result<()> {
    let scaffold = &view.plan.scaffold;
    let (old, new) = (&view.record.version, &scaffold.version);
    let pattern = style.bold(&scaffold.pattern);
    if view.changes.is_empty() {
        return writeln!(out, "{pattern} {new}: nothing to update.");
    }
    let verb = if view.is_written { "Updated" } else { "Would update" };
    writeln!(out, "{verb} {} from {pattern} {old} to {new}:", scaffold.project)?;
    writeln!(out)?;
    for change in view.changes {
        let line = format!("  {:<12} {}", word(change.kind), change.path);
        let line = match change.kind {
            ChangeKind::Conflict => style.red(&line).to_string(),
            ChangeKind::Keep | ChangeKind::StayDeleted => style.dim(&line).to_string(),
            ChangeKind::Add | ChangeKind::Replace | ChangeKind::Merge | ChangeKind::Delete => line,
        };
        writeln!(out, "{line}{}", remark(change))?;
    }
    writeln!(out)?;
    let conflicts = view.changes.iter().filter(|change| change.kind == ChangeKind::Conflict).count();
    if !view.is_written {
        writeln!(out, "Nothing was written (--dry-run).")
    } else if conflicts > 0 {
        writeln!(out, "{conflicts} with conflicts: settle them, then run the project's tests.")
    } else {
        writeln!(out, "Run the project's tests: {}", style.cyan(&scaffold.language.test))
    }
}

/// Schema `slsx/update/1`.
///
/// # Errors
/// When the writer fails.
pub fn json(view: &View<'_>, out: &mut impl Write) -> io::Result<()> {
    let files: Vec<Value> = view
        .changes
        .iter()
        .map(|change| json!({ "path": change.path.as_str(), "change": word(change.kind) }))
        .collect();
    let value = json!({
        "schema": "slsx/update/1",
        "pattern": view.plan.scaffold.pattern,
        "from_version": view.record.version,
        "to_version": view.plan.scaffold.version,
        "written": view.is_written,
        "files": files,
    });
    writeln!(out, "{value:#}")
}

const fn word(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Add => "add",
        ChangeKind::Replace => "replace",
        ChangeKind::Merge => "merge",
        ChangeKind::Conflict => "conflict",
        ChangeKind::Delete => "delete",
        ChangeKind::Keep => "keep",
        ChangeKind::StayDeleted => "stay-deleted",
    }
}

fn remark(change: &Change) -> String {
    match change.kind {
        ChangeKind::Keep => "  (you changed it; the pattern has it no more)".to_owned(),
        ChangeKind::StayDeleted => "  (you deleted it; the pattern changed it)".to_owned(),
        ChangeKind::Conflict if change.rejected.is_some() => {
            format!("  (the pattern's version is in {}{REJECTED})", change.path)
        }
        ChangeKind::Conflict => "  (see its conflict markers)".to_owned(),
        ChangeKind::Add | ChangeKind::Replace | ChangeKind::Merge | ChangeKind::Delete => String::new(),
    }
}
