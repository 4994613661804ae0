//! Shows what was replayed to rebuild a read model.

use std::io::{self, Write};

use serde::Serialize;

use super::style::{Style, printable};

/// A read model that was rebuilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View<'a> {
    /// Stack.
    pub stack: &'a str,
    /// Table of events.
    pub table: &'a str,
    /// It was emptied before.
    pub was_cleared: bool,
    /// How many aggregates.
    pub aggregates: usize,
    /// How many events.
    pub events: usize,
    /// How many invocations of the projector.
    pub invocations: usize,
    /// How long it took.
    pub elapsed_ms: u64,
    /// It happened on local AWS.
    pub is_local: bool,
}

/// Writes it for people.
pub fn human(view: &View<'_>, style: Style, out: &mut impl Write) -> io::Result<()> {
    let View { events, aggregates, invocations, .. } = view;
    let how = if view.was_cleared { "emptied and rebuilt" } else { "rebuilt" };
    let local = if view.is_local { " local" } else { "" };
    let seconds = std::time::Duration::from_millis(view.elapsed_ms).as_secs_f64();
    writeln!(
        out,
        "{} read model {how}: {events} events of {aggregates} aggregates from {}, {invocations} invocations ({seconds:.1} s{local})",
        style.passed(),
        printable(view.table)
    )
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    stack: &'a str,
    local: bool,
    table: &'a str,
    cleared: bool,
    aggregates: usize,
    events: usize,
    invocations: usize,
    elapsed_ms: u64,
}

/// Writes the same as `slsx/replay/1`.
pub fn json(view: &View<'_>, out: &mut impl Write) -> io::Result<()> {
    let report = Report {
        schema: "slsx/replay/1",
        stack: view.stack,
        local: view.is_local,
        table: view.table,
        cleared: view.was_cleared,
        aggregates: view.aggregates,
        events: view.events,
        invocations: view.invocations,
        elapsed_ms: view.elapsed_ms,
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEW: View<'_> = View {
        stack: "accounts-dev",
        table: "accounts-dev-events",
        was_cleared: true,
        aggregates: 50,
        events: 1000,
        invocations: 12,
        elapsed_ms: 2_345,
        is_local: true,
    };

    #[test]
    fn figures_of_local_aws_say_so() {
        let mut out = Vec::new();
        human(&VIEW, Style::plain(80), &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r"
        ok read model emptied and rebuilt: 1000 events of 50 aggregates from accounts-dev-events, 12 invocations (2.3 s local)
        ");
    }

    #[test]
    fn json_carries_its_schema() {
        let mut out = Vec::new();
        json(&VIEW, &mut out).unwrap();
        let report: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!((&report["schema"], &report["events"]), (&"slsx/replay/1".into(), &1000.into()));
    }
}
