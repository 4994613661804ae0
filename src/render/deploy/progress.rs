//! Shows a running stack operation: one line for each event, or one message for a progress bar.

use std::io::{self, Write};
use std::time::Duration;

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

/// A resource that is being worked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// Its name, with those of the nested stacks it is in.
    pub name: String,
    /// How long already.
    pub elapsed: Duration,
    /// What it takes as a rule, if that is known.
    pub typical: Option<Duration>,
}

/// So many are named; the rest is counted.
const NAMED: usize = 2;

/// One short message about an operation; `expected` is the number of changes it sets out to make.
#[must_use]
pub fn progress_message(progress: &Progress, expected: usize, running: &[Running]) -> String {
    let counts = progress.counts();
    let mut message = match expected {
        0 => format!("{} done", counted(counts.done, "resource")),
        _ => format!("{} of {}", counts.done, counted(expected, "resource")),
    };
    for (index, one) in running.iter().take(NAMED).enumerate() {
        message.push_str(if index == 0 { ", working on " } else { ", " });
        message.push_str(&stretch(one));
    }
    if running.len() > NAMED {
        message.push_str(&format!(" and {} more", running.len() - NAMED));
    }
    if counts.failed > 0 {
        message.push_str(&format!(", {} failed", counts.failed));
    }
    message
}

/// A resource with its time so far, and the one it takes as a rule.
fn stretch(running: &Running) -> String {
    let name = printable(&running.name);
    let elapsed = running.elapsed.as_secs();
    match running.typical.map(|typical| typical.as_secs()).filter(|typical| *typical > 0) {
        Some(typical) => format!("{name} ({elapsed} s of about {typical} s)"),
        None => format!("{name} ({elapsed} s)"),
    }
}
