//! Writes results and plans, read or not: what is deployed or deleted must not depend on who reads the output.

use std::io::{self, Write};

use crate::cli::{Format, StreamFormat};
use crate::commands::{Context, Failure};
use crate::exit::Exit;
use crate::render::deploy::events::Happening;
use crate::render::style::Style;

/// Runs a command that programs can read along with: whatever they ask for, the last line says how it ended.
pub(in crate::commands) fn streamed(
    format: StreamFormat,
    context: &mut Context,
    work: impl FnOnce(&mut Context) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    context.streams = format == StreamFormat::Ndjson;
    let result = work(context);
    if let Err(failure) = &result {
        context.tell(Happening::Error(&failure.to_string(), failure.exit().code()));
    }
    result
}

/// Writes to stdout. When nobody reads it any more, the work goes on and its exit code stays what it is.
pub(in crate::commands) fn result(
    context: &mut Context,
    write: impl FnOnce(&mut Box<dyn Write>, Style) -> io::Result<()>,
) -> Result<(), Failure> {
    match write(&mut context.out, context.style) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // Also what is written and flushed later goes nowhere.
            context.out = Box::new(io::sink());
            Ok(())
        }
        other => Ok(other?),
    }
}

/// Writes to stderr, in the same way.
pub(in crate::commands) fn remark(
    context: &mut Context,
    write: impl FnOnce(&mut Box<dyn Write>, Style) -> io::Result<()>,
) -> Result<(), Failure> {
    match write(&mut context.err, context.err_style) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Writes what is about to be done: for people, or beside a JSON result when somebody is about to be asked.
pub(in crate::commands) fn plan(
    context: &mut Context,
    format: Format,
    will_ask: bool,
    write: impl FnOnce(&mut Box<dyn Write>, Style) -> io::Result<()>,
) -> Result<(), Failure> {
    match format {
        Format::Human => result(context, write),
        Format::Json if will_ask => remark(context, write),
        Format::Json => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::timings::Estimates;
    use crate::host::folders::Folders;

    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn a_closed_output_ends_nothing() {
        let mut context = Context {
            out: Box::new(Closed),
            err: Box::new(Closed),
            style: Style::plain(80),
            err_style: Style::plain(80),
            draws_progress: false,
            is_quiet: false,
            is_interactive: false,
            current_dir: ".".into(),
            folders: Folders::of_user().unwrap(),
            python: None,
            streams: false,
            estimates: Estimates::default(),
        };
        plan(&mut context, Format::Human, false, |out, _| writeln!(out, "plan")).unwrap();
        result(&mut context, |out, _| writeln!(out, "result")).unwrap();
        context.out.flush().unwrap();
        plan(&mut context, Format::Json, true, |err, _| writeln!(err, "plan")).unwrap();
    }
}
