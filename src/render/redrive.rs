//! Shows dead-letter queues, and how many of their messages were moved back.

use std::io::{self, Write};

use serde::Serialize;

use super::style::{Style, printable};

/// One dead-letter queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// Its logical id.
    pub queue: String,
    /// Logical ids of the queues its messages came from.
    pub sources: Vec<String>,
    /// About how many messages it held.
    pub messages: u64,
    /// How many were moved; none when nothing was tried.
    pub moved: Option<u64>,
    /// Why moving ended early.
    pub reason: Option<String>,
}

/// Writes what the queues hold.
pub fn plan(out: &mut impl Write, style: Style, queues: &[View]) -> io::Result<()> {
    let width = queues.iter().map(|view| view.queue.chars().count()).max().unwrap_or_default();
    for view in queues {
        let sources = view.sources.join(", ");
        let mark = if view.messages > 0 { style.yellow("!") } else { style.dim("-") };
        writeln!(
            out,
            "{mark} {:<width$}  {}  {}",
            printable(&view.queue),
            counted(view.messages),
            style.dim(&printable(&format!("from {sources}")))
        )?;
    }
    Ok(())
}

/// Writes what was moved.
pub fn moved(out: &mut impl Write, style: Style, queues: &[View]) -> io::Result<()> {
    for view in queues {
        let Some(moved) = view.moved else { continue };
        let mark = if view.reason.is_some() { style.failed() } else { style.passed() };
        let sources = view.sources.join(", ");
        writeln!(
            out,
            "{mark} {}: {} moved back to {}",
            printable(&view.queue),
            counted(moved),
            printable(&sources)
        )?;
    }
    Ok(())
}

fn counted(messages: u64) -> String {
    if messages == 1 { "1 message".to_owned() } else { format!("{messages} messages") }
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    stack: &'a str,
    local: bool,
    queues: &'a [View],
}

/// Writes the same as `slsx/redrive/1`.
pub fn json(out: &mut impl Write, stack: &str, is_local: bool, queues: &[View]) -> io::Result<()> {
    let report = Report { schema: "slsx/redrive/1", stack, local: is_local, queues };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queues() -> Vec<View> {
        let view = |queue: &str, messages, moved, reason: Option<&str>| View {
            queue: queue.into(),
            sources: vec!["Webhooks".into(), "Orders".into()],
            messages,
            moved,
            reason: reason.map(ToOwned::to_owned),
        };
        vec![
            view("DeadLetters", 12, Some(12), None),
            view("Old", 1, Some(0), Some("no such queue")),
            view("Empty", 0, None, None),
        ]
    }

    #[test]
    fn what_is_there_and_what_was_moved() {
        let mut out = Vec::new();
        plan(&mut out, Style::plain(80), &queues()).unwrap();
        moved(&mut out, Style::plain(80), &queues()).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r"
        ! DeadLetters  12 messages  from Webhooks, Orders
        ! Old          1 message  from Webhooks, Orders
        - Empty        0 messages  from Webhooks, Orders
        ok DeadLetters: 12 messages moved back to Webhooks, Orders
        FAIL Old: 0 messages moved back to Webhooks, Orders
        ");
    }

    #[test]
    fn json_carries_its_schema() {
        let mut out = Vec::new();
        json(&mut out, "app-dev", true, &queues()).unwrap();
        let report: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(report["schema"], "slsx/redrive/1");
        assert_eq!(report["queues"][1]["reason"], "no such queue");
        assert_eq!(report["queues"][2]["moved"], serde_json::Value::Null);
    }
}
