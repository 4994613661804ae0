//! Tells how a stack operation goes on: a spinner over the events on a terminal, plain lines elsewhere, and the events
//! themselves to programs that read along.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use super::Context;
use crate::deploy::StackEvent;
use crate::deploy::events::{Progress as Folded, ResourceProgress};
use crate::deploy::timings::{Doing, Estimates};
use crate::host::clock::{Stopwatch, now_ms};
use crate::names::{Arn, LogicalId};
use crate::render::deploy::events::{Happening, happening};
use crate::render::deploy::{Running, event_line, progress_message};
use crate::render::spinner::Spinner;
use crate::render::style::Style;

/// Without a spinner, silence is broken this often: some build servers end a job that says nothing.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// Tells about one operation.
pub struct Progress<'a> {
    err: &'a mut dyn Write,
    /// Where programs read along.
    stream: Option<&'a mut dyn Write>,
    style: Style,
    is_quiet: bool,
    spinner: Option<Spinner>,
    expected: usize,
    estimates: Estimates,
    /// Since when each resource is seen being worked on: AWS's clock is not ours.
    since: BTreeMap<(Arn, LogicalId), Stopwatch>,
    silence: Stopwatch,
}

impl<'a> Progress<'a> {
    /// `expected` is the number of resources the operation sets out to change; 0 when that is not known.
    pub fn start(context: &'a mut Context, expected: usize) -> Self {
        let spinner = (context.draws_progress && !context.is_quiet).then(Spinner::start);
        Self {
            style: context.err_style,
            is_quiet: context.is_quiet,
            spinner,
            expected,
            estimates: context.estimates.clone(),
            since: BTreeMap::new(),
            silence: Stopwatch::start(),
            stream: context.streams.then_some(&mut context.out),
            err: &mut context.err,
        }
    }

    /// One event of the operation.
    pub fn event(&mut self, event: &StackEvent, folded: &Folded) {
        let within = folded.way_to(&event.stack_id);
        self.tell(Happening::Resource(&within, event));
        let started_ms = folded.started_ms.unwrap_or(event.timestamp_ms);
        let mut line = Vec::new();
        // Writing to memory cannot fail.
        let elapsed_ms = event.timestamp_ms.saturating_sub(started_ms);
        let _ = event_line(&mut line, self.style, elapsed_ms, &within, event);
        self.print(String::from_utf8_lossy(&line).trim_end());
    }

    /// How things stand, whether or not anything happened.
    pub fn look(&mut self, folded: &Folded) {
        let running = self.running(folded);
        let message = || progress_message(folded, self.expected, &running);
        match &self.spinner {
            Some(spinner) => spinner.message(message()),
            None if self.silence.elapsed() >= HEARTBEAT => {
                let message = message();
                self.print(&format!("... {message}"));
            }
            None => {}
        }
    }

    /// Something else to say.
    pub fn say(&mut self, line: &str) {
        self.tell(Happening::Message(line));
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

    /// What is being worked on, the first first.
    fn running(&mut self, folded: &Folded) -> Vec<Running> {
        let key = |resource: &ResourceProgress| (resource.stack_id.clone(), resource.logical_id.clone());
        let busy: Vec<_> = folded.resources.iter().filter_map(|one| Some((one, one.running()?))).collect();
        self.since.retain(|known, _| busy.iter().any(|(resource, _)| key(resource) == *known));
        busy.iter()
            .map(|(resource, phase)| {
                let since = *self.since.entry(key(resource)).or_insert_with(Stopwatch::start);
                let doing = Doing::of(phase.action);
                let typical = |doing| self.estimates.typical(&resource.resource_type, doing);
                Running {
                    name: folded.name_of(resource),
                    elapsed: since.elapsed(),
                    typical: doing.and_then(typical),
                }
            })
            .collect()
    }

    fn tell(&mut self, what: Happening<'_>) {
        if let Some(stream) = &mut self.stream {
            // What happens must not depend on who reads.
            let _ = happening(stream, now_ms(), what);
        }
    }

    fn print(&mut self, line: &str) {
        self.silence = Stopwatch::start();
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
