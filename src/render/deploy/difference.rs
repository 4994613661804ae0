//! Shows what differs from what is deployed, and who may do more or less.

use std::io::{self, Write};

use super::counted;
use crate::deploy::difference::{Difference, Field, Grant, GrantChange, How, Item};
use crate::render::style::{Paint, Style, printable};

/// Writes everything that differs: resources first, then permissions, then how much it is.
pub fn difference(out: &mut impl Write, style: Style, difference: &Difference) -> io::Result<()> {
    let width = difference.items.iter().map(|item| title(item).chars().count()).max().unwrap_or_default();
    for item in &difference.items {
        let (symbol, paint) = symbol(&item.how);
        let kind = printable(item.kind.as_deref().unwrap_or_default());
        let line = format!("  {} {:<width$}  {}", style.paint(paint, symbol), title(item), style.dim(&kind));
        writeln!(out, "{}", line.trim_end())?;
        if let How::Changed(changed) = &item.how {
            fields(out, style, changed)?;
        }
    }
    permissions(out, style, &difference.grants)?;
    writeln!(out, "{}", totals(difference))
}

/// `Thumbnail`, or `Outputs.Url` for what is no resource.
fn title(item: &Item) -> String {
    let parts = match item.section.as_str() {
        "Resources" => vec![item.name.as_str()],
        section => vec![section, item.name.as_str()],
    };
    let named: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).map(printable).collect();
    named.join(".")
}

const fn symbol(how: &How) -> (&'static str, Paint) {
    match how {
        How::Added => ("+", Paint::Green),
        How::Removed => ("-", Paint::Red),
        How::Changed(_) => ("~", Paint::Yellow),
    }
}

/// Writes each value that differs below what it belongs to.
pub(super) fn fields(out: &mut impl Write, style: Style, fields: &[Field]) -> io::Result<()> {
    for field in fields {
        let space = if field.path.is_empty() { "" } else { "  " };
        let value = |text: &str| printable(&style.cut(text, VALUE)).into_owned();
        let arrow = style.symbol("→", "->");
        let change = match (&field.before, &field.after) {
            (Some(before), Some(after)) => format!("{} {arrow} {}", value(before), value(after)),
            (None, Some(after)) => format!("{} {}", style.green("+"), value(after)),
            (Some(before), None) => format!("{} {}", style.red("-"), value(before)),
            (None, None) => continue,
        };
        writeln!(out, "      {}{space}{change}", printable(&field.path))?;
    }
    Ok(())
}

/// Columns of a value: enough to tell two apart, few enough to see both.
const VALUE: usize = 72;

/// Writes who may do more, in red, and who may do less.
pub(super) fn permissions(out: &mut impl Write, style: Style, changes: &[GrantChange]) -> io::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    writeln!(out, "  Permissions")?;
    for change in changes {
        let symbol = if change.is_new { "+" } else { "-" };
        let paint = if change.is_broader() { Paint::Red } else { Paint::Green };
        writeln!(out, "    {} {}", style.paint(paint, symbol), sentence(&change.grant))?;
    }
    Ok(())
}

fn sentence(grant: &Grant) -> String {
    let verb = if grant.is_deny { "may not" } else { "may" };
    let mut words = match &grant.principal {
        Some(principal) => vec![format!("{}: {principal} {verb}", grant.owner), grant.action.clone()],
        None => vec![format!("{} {verb}", grant.owner), grant.action.clone()],
    };
    words.extend(grant.resource.as_ref().map(|resource| format!("on {resource}")));
    words.extend(grant.condition.as_ref().map(|condition| format!("if {condition}")));
    printable(&words.join(" ")).into_owned()
}

fn totals(difference: &Difference) -> String {
    let broader = difference.grants.iter().filter(|change| change.is_broader()).count();
    let narrower = difference.grants.len() - broader;
    let mut parts = vec![counted(difference.items.len(), "difference")];
    if broader > 0 {
        parts.push(format!("{} MORE", counted(broader, "permission")));
    }
    if narrower > 0 {
        parts.push(format!("{} less", counted(narrower, "permission")));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests;
