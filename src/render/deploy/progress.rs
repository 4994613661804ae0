//! Shows a running stack operation: one line for each event, or one message for a progress bar.

use std::io::{self, Write};

use super::{counted, seconds};
use crate::deploy::events::Progress;
use crate::deploy::{StackEvent, Stage};
use crate::names::LogicalId;
use crate::render::style::{Paint, Style, printable};

/// Writes one event; `elapsed_ms` is the time since the operation began, `within` leads to a nested stack.
pub fn event_line(
    out: &mut impl Write,
    style: Style,
    elapsed_ms: u64,
    within: &[LogicalId],
    event: &StackEvent,
) -> io::Result<()> {
    // The nested stack's own events: the stack above tells of it by its name.
    let own = (!event.is_about_the_stack() || within.is_empty()).then_some(&event.logical_id);
    let name: Vec<&str> = within.iter().chain(own).map(LogicalId::as_str).collect();
    let stage = event.status.stage();
    let paint = match stage {
        Stage::Running => Paint::Dim,
        Stage::Done => Paint::Green,
        Stage::Failed => Paint::Red,
    };
    write!(
        out,
        "{:>7}  {:<18}  {:<26}  {}",
        seconds(elapsed_ms),
        style.paint(paint, event.status.as_str()),
        printable(&event.resource_type),
        printable(&name.join("/"))
    )?;
    match event.reason.as_deref() {
        Some(reason) if stage == Stage::Failed => writeln!(out, "  {}", printable(reason)),
        Some(_) | None => writeln!(out),
    }
}

/// One short message about an operation; `expected` is the number of changes it sets out to make.
#[must_use]
pub fn progress_message(progress: &Progress, expected: usize) -> String {
    let counts = progress.counts();
    let mut message = format!("{} of {}", counts.done, counted(expected, "resource"));
    let busy: Vec<_> = progress
        .resources
        .iter()
        .filter(|resource| resource.phases.last().is_some_and(|phase| phase.end_ms.is_none()))
        .map(|resource| printable(resource.logical_id.as_str()))
        .collect();
    if let Some(first) = busy.first() {
        message.push_str(&format!(", working on {first}"));
        if busy.len() > 1 {
            message.push_str(&format!(" and {} more", busy.len() - 1));
        }
    }
    if counts.failed > 0 {
        message.push_str(&format!(", {} failed", counts.failed));
    }
    message
}
