//! Where the Init phase goes, for people, programs and pull requests.

use std::io::{self, Write};

use serde::Serialize;

use super::{number, write_json};
use crate::coldstart::Report;
use crate::coldstart::explain::python::Import;
use crate::coldstart::explain::{Basis, Explanation, Suggestion};
use crate::journal::Place;
use crate::render::grid::Grid;
use crate::render::style::{Style, printable};

/// Rows of each table.
const ROWS: usize = 12;
/// Deeper than this, a tree says nothing about the function any more.
const DEPTH: usize = 5;
/// Part of the whole that a module must have to be in the tree.
const WORTH_SHOWING: f64 = 0.03;

/// What was found, and where.
#[derive(Clone, Copy, Debug)]
pub struct Explanations<'a> {
    /// Where the starts were.
    pub place: &'a Place,
    /// Each function.
    pub functions: &'a [&'a Explanation],
}

/// Schema `slsx/coldstart-explain/1`; with a report, what was tried is in it.
///
/// # Errors
/// When the writer fails.
pub fn explanations_json(
    found: Explanations<'_>,
    report: Option<&Report>,
    out: &mut impl Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'static str,
        local: bool,
        place: &'a Place,
        functions: &'a [&'a Explanation],
        #[serde(skip_serializing_if = "Option::is_none")]
        report: Option<&'a Report>,
    }
    let (schema, local) = ("slsx/coldstart-explain/1", found.place.is_local());
    write_json(&Document { schema, local, place: found.place, functions: found.functions, report }, out)
}

/// For people.
///
/// # Errors
/// When the writer fails.
pub fn explanations(found: Explanations<'_>, style: Style, out: &mut impl Write) -> io::Result<()> {
    let (place, unit) = (found.place, short_unit(found.place));
    for explanation in found.functions {
        head(explanation, out)?;
        writeln!(
            out,
            "Init phase {} {unit} in {place} while it was looked at, which makes it longer.\n",
            number(explanation.init_ms)
        )?;
        times(explanation, place, style, out)?;
        if let Some(handler) = &explanation.imports {
            writeln!(out, "What the handler imports, {unit} with all below (what takes less is left out)")?;
            tree(handler, handler.total_ms, 0, out)?;
            writeln!(out)?;
        }
        contents(explanation, style, out)?;
        suggestions(&explanation.suggestions, unit, out)?;
    }
    if place.is_local() {
        writeln!(
            out,
            "Every figure is local: it was measured on this machine, and AWS's own figures differ."
        )?;
    }
    Ok(())
}

/// The function and what it starts with.
fn head(explanation: &Explanation, out: &mut impl Write) -> io::Result<()> {
    let package = match &explanation.parts[..] {
        [] => String::new(),
        parts => format!(", package of {}", size(parts.iter().map(|part| part.bytes).sum())),
    };
    let vpc = if explanation.in_vpc { ", in a VPC" } else { "" };
    writeln!(
        out,
        "{}: {}, {} MB{package}{vpc}",
        printable(&explanation.function),
        printable(&explanation.runtime),
        explanation.memory_mb,
    )?;
    for layer in &explanation.layers {
        let bytes = layer.bytes.map(|bytes| format!(", {} zipped", size(bytes))).unwrap_or_default();
        writeln!(out, "  layer {}{bytes}", printable(&layer.name))?;
    }
    for extension in &explanation.extensions {
        writeln!(out, "  extension {}", printable(extension))?;
    }
    Ok(())
}

fn times(explanation: &Explanation, place: &Place, style: Style, out: &mut impl Write) -> io::Result<()> {
    if explanation.packages.is_empty() {
        return Ok(());
    }
    let own = if place.is_local() { "own local ms" } else { "own ms" };
    let mut grid = Grid::new(&["package", own, "part", "modules", "asked for by"]);
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
    if explanation.parts.is_empty() {
        return Ok(());
    }
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

fn suggestions(suggestions: &[Suggestion], unit: &str, out: &mut impl Write) -> io::Result<()> {
    if suggestions.is_empty() {
        return writeln!(out, "Nothing to suggest.\n");
    }
    writeln!(out, "What would shorten it")?;
    for (number, suggestion) in suggestions.iter().enumerate() {
        writeln!(out, "  {}. {}: {}", number + 1, gain(suggestion, unit), printable(&suggestion.what))?;
    }
    writeln!(out)
}

fn gain(suggestion: &Suggestion, unit: &str) -> String {
    match (suggestion.gain_ms, suggestion.basis) {
        (Some(gain), Basis::Measured) => format!("{} {unit}, measured", number(gain)),
        (Some(gain), Basis::AtMost) => format!("at most {} {unit}", number(gain)),
        (Some(gain), Basis::Unknown) => number(gain),
        (None, _) => "gain not known".to_owned(),
    }
}

/// As Markdown.
///
/// # Errors
/// When the writer fails.
pub fn explanations_markdown(found: Explanations<'_>, out: &mut impl Write) -> io::Result<()> {
    let unit = short_unit(found.place);
    for explanation in found.functions {
        writeln!(
            out,
            "### Init phase of {} ({} {unit})\n",
            explanation.function,
            number(explanation.init_ms)
        )?;
        writeln!(out, "| package | own {unit} | modules |\n|---|--:|--:|")?;
        for package in explanation.packages.iter().take(ROWS) {
            writeln!(out, "| `{}` | {} | {} |", package.name, number(package.own_ms), package.modules)?;
        }
        writeln!(out)?;
        for suggestion in &explanation.suggestions {
            writeln!(out, "1. {}: {}", gain(suggestion, unit), suggestion.what)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

const fn short_unit(place: &Place) -> &'static str {
    if place.is_local() { "local ms" } else { "ms" }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..=9_999 => format!("{bytes} B"),
        10_000..=9_999_999 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
