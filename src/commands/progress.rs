//! Tells how a stack operation goes on: a spinner over the events on a terminal, plain lines elsewhere.

use std::io::Write;

use super::Context;
use crate::deploy::StackEvent;
use crate::deploy::events::Progress as Folded;
use crate::render::deploy::{event_line, progress_message};
use crate::render::spinner::Spinner;
use crate::render::style::Style;

/// Tells about one operation.
pub struct Progress<'a> {
    err: &'a mut dyn Write,
    style: Style,
    is_quiet: bool,
    spinner: Option<Spinner>,
    expected: usize,
}

impl<'a> Progress<'a> {
    /// `expected` is the number of resources the operation sets out to change.
    pub fn start(context: &'a mut Context, expected: usize) -> Self {
        let spinner = (context.draws_progress && !context.is_quiet).then(Spinner::start);
        Self {
            style: context.err_style,
            is_quiet: context.is_quiet,
            spinner,
            expected,
            err: &mut context.err,
        }
    }

    /// One event of the operation.
    pub fn event(&mut self, event: &StackEvent, folded: &Folded) {
        let started_ms = folded.started_ms.unwrap_or(event.timestamp_ms);
        let mut line = Vec::new();
        // Writing to memory cannot fail.
        let elapsed_ms = event.timestamp_ms.saturating_sub(started_ms);
        let _ = event_line(&mut line, self.style, elapsed_ms, &folded.way_to(&event.stack_id), event);
        self.print(String::from_utf8_lossy(&line).trim_end());
        if let Some(spinner) = &self.spinner {
            spinner.message(progress_message(folded, self.expected));
        }
    }

    /// Something else to say.
    pub fn say(&mut self, line: &str) {
        self.print(line);
    }

    /// What can stop the drawing for a moment, while something else is on the terminal.
    #[must_use]
    pub fn pause(&self) -> Pause {
        Pause(self.spinner.clone())
    }

    /// Takes the spinner away.
    pub fn finish(self) {
        if let Some(spinner) = self.spinner {
            spinner.finish();
        }
    }

    fn print(&mut self, line: &str) {
        match &self.spinner {
            _ if self.is_quiet => {}
            Some(spinner) => spinner.print_above(line),
            // A closed stderr must not end the work.
            None => drop(writeln!(self.err, "{line}")),
        }
    }
}

/// Stops the drawing for a moment.
#[derive(Clone, Debug)]
pub struct Pause(Option<Spinner>);

impl Pause {
    /// Stops it.
    pub fn begin(&self) {
        self.0.iter().for_each(Spinner::hide);
    }

    /// Lets it go on.
    pub fn end(&self) {
        self.0.iter().for_each(Spinner::show);
    }

    /// Prints a line above the spinner. Without one, nobody was asked, and there is nothing to say.
    pub fn say(&self, line: &str) {
        if let Some(spinner) = &self.0 {
            spinner.print_above(line);
        }
    }
}
