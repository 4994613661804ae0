//! Where the Init phase goes, for people, programs and pull requests.

use std::io::{self, Write};

use serde::Serialize;

use super::{counted, number, write_json};
use crate::coldstart::Report;
use crate::coldstart::explain::python::Import;
use crate::coldstart::explain::{Basis, Explanation, Suggestion};
use crate::render::grid::Grid;
use crate::render::style::{Style, printable};

/// Rows of each table.
const ROWS: usize = 12;
/// Deeper than this, a tree says nothing about the function any more.
const DEPTH: usize = 5;
/// Part of the whole that a module must have to be in the tree.
const WORTH_SHOWING: f64 = 0.03;

/// Schema `slsx/coldstart-explain/1`; with a report, what was tried is in it.
///
/// # Errors
/// When the writer fails.
pub fn explanations_json(
    explanations: &[&Explanation],
    report: Option<&Report>,
    out: &mut impl Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'static str,
        local: bool,
        functions: &'a [&'a Explanation],
        #[serde(skip_serializing_if = "Option::is_none")]
        report: Option<&'a Report>,
    }
    let schema = "slsx/coldstart-explain/1";
    write_json(&Document { schema, local: true, functions: explanations, report }, out)
}

/// For people.
///
/// # Errors
/// When the writer fails.
pub fn explanations(explanations: &[&Explanation], style: Style, out: &mut impl Write) -> io::Result<()> {
    for explanation in explanations {
        let layers = match explanation.layers.len() {
            0 => "no layers".to_owned(),
            count => counted(count, "layer"),
        };
        let vpc = if explanation.in_vpc { ", in a VPC" } else { "" };
        writeln!(
            out,
            "{}: {}, {} MB, package of {}, {layers}{vpc}",
            printable(&explanation.function),
            printable(&explanation.runtime),
            explanation.memory_mb,
            size(explanation.parts.iter().map(|part| part.bytes).sum())
        )?;
        writeln!(
            out,
            "Init phase {} local ms on this machine while it was looked at, which makes it longer.\n",
            number(explanation.init_ms)
        )?;
        times(explanation, style, out)?;
        if let Some(handler) = &explanation.imports {
            writeln!(out, "What the handler imports, local ms with all below (what takes less is left out)")?;
            tree(handler, handler.total_ms, 0, out)?;
            writeln!(out)?;
        }
        contents(explanation, style, out)?;
        suggestions(&explanation.suggestions, out)?;
    }
    writeln!(out, "Every figure is local: it was measured on this machine, and AWS's own figures differ.")
}

fn times(explanation: &Explanation, style: Style, out: &mut impl Write) -> io::Result<()> {
    if explanation.packages.is_empty() {
        return Ok(());
    }
    let mut grid = Grid::new(&["package", "own local ms", "part", "modules", "asked for by"]);
    let all: f64 = explanation.packages.iter().map(|package| package.own_ms).sum();
    for package in explanation.packages.iter().take(ROWS) {
        grid.row(vec![
            package.name.clone(),
            number(package.own_ms),
            format!("{:.0} %", 100.0 * package.own_ms / all.max(f64::MIN_POSITIVE)),
            package.modules.to_string(),
            package.asked_by.clone().unwrap_or_else(|| "-".to_owned()),
        ]);
    }
    grid.write(style, out)?;
    writeln!(out)
}

fn tree(import: &Import, whole: f64, depth: usize, out: &mut impl Write) -> io::Result<()> {
    let indent = "  ".repeat(depth + 1);
    writeln!(out, "{indent}{:>8}  {}", number(import.total_ms), printable(&import.module))?;
    if depth + 1 >= DEPTH {
        return Ok(());
    }
    for below in import.imports.iter().filter(|below| below.total_ms >= WORTH_SHOWING * whole) {
        tree(below, whole, depth + 1, out)?;
    }
    Ok(())
}

fn contents(explanation: &Explanation, style: Style, out: &mut impl Write) -> io::Result<()> {
    let mut grid = Grid::new(&["in the package", "unpacked", "files", "Python sources", "byte code"]);
    for part in explanation.parts.iter().take(ROWS) {
        grid.row(vec![
            part.name.clone(),
            size(part.bytes),
            part.files.to_string(),
            part.sources.to_string(),
            part.compiled.to_string(),
        ]);
    }
    grid.write(style, out)?;
    writeln!(out)
}

fn suggestions(suggestions: &[Suggestion], out: &mut impl Write) -> io::Result<()> {
    if suggestions.is_empty() {
        return writeln!(out, "Nothing to suggest.\n");
    }
    writeln!(out, "What would shorten it")?;
    for (number, suggestion) in suggestions.iter().enumerate() {
        writeln!(out, "  {}. {}: {}", number + 1, gain(suggestion), printable(&suggestion.what))?;
    }
    writeln!(out)
}

fn gain(suggestion: &Suggestion) -> String {
    match (suggestion.gain_ms, suggestion.basis) {
        (Some(gain), Basis::Measured) => format!("{} local ms, measured", number(gain)),
        (Some(gain), Basis::AtMost) => format!("at most {} local ms", number(gain)),
        (Some(gain), Basis::Unknown) => number(gain),
        (None, _) => "gain not known".to_owned(),
    }
}

/// As Markdown.
///
/// # Errors
/// When the writer fails.
pub fn explanations_markdown(explanations: &[&Explanation], out: &mut impl Write) -> io::Result<()> {
    for explanation in explanations {
        writeln!(
            out,
            "### Init phase of {} ({} local ms)\n",
            explanation.function,
            number(explanation.init_ms)
        )?;
        writeln!(out, "| package | own local ms | modules |\n|---|--:|--:|")?;
        for package in explanation.packages.iter().take(ROWS) {
            writeln!(out, "| `{}` | {} | {} |", package.name, number(package.own_ms), package.modules)?;
        }
        writeln!(out)?;
        for suggestion in &explanation.suggestions {
            writeln!(out, "1. {}: {}", gain(suggestion), suggestion.what)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn size(bytes: u64) -> String {
    match bytes {
        0..=9_999 => format!("{bytes} B"),
        10_000..=9_999_999 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
