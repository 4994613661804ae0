//! Shows lines of functions' logs: for people in columns, for programs as one JSON object in each line.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::style::{Paint, Style, printable};
use crate::logs::{Level, Line, LogEvent};

/// One line, and the function that wrote it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Logical id, or the name in the account.
    pub function: String,
    /// What it wrote.
    pub event: LogEvent,
}

/// Writes one line: time (UTC), function, level, message, fields.
pub fn human(out: &mut impl Write, style: Style, entry: &Entry, width: usize) -> io::Result<()> {
    let time = time(entry.event.timestamp_ms);
    let function = format!("{:<width$}", printable(&entry.function));
    write!(out, "{}  {}  ", style.dim(&time), style.cyan(&function))?;
    line(out, style, &Line::read(&entry.event.message))
}

/// Writes what a line says.
pub fn line(out: &mut impl Write, style: Style, line: &Line) -> io::Result<()> {
    match line {
        Line::Platform { text } => writeln!(out, "{}", style.dim(&printable(text))),
        Line::Structured { level, message, fields } => {
            write!(out, "{}{}", word(style, *level), printable(message))?;
            for (key, value) in fields {
                let pair = format!("{}={}", printable(key), printable(value));
                write!(out, "  {}", style.dim(&pair))?;
            }
            writeln!(out)
        }
        Line::Text { level, text } => {
            let mut lines = text.lines();
            writeln!(out, "{}{}", word(style, *level), printable(lines.next().unwrap_or_default()))?;
            // Such as the frames of a stack trace.
            lines.try_for_each(|more| writeln!(out, "    {}", printable(more)))
        }
    }
}

fn word(style: Style, level: Option<Level>) -> String {
    let Some(level) = level else { return String::new() };
    let paint = match level {
        Level::Trace | Level::Debug | Level::Info => return format!("{}  ", style.dim(level.name())),
        Level::Warn => Paint::Yellow,
        Level::Error | Level::Fatal => Paint::Red,
    };
    format!("{}  ", style.paint(paint, level.name()))
}

fn moment(at_ms: u64) -> Option<jiff::Timestamp> {
    i64::try_from(at_ms).ok().and_then(|at_ms| jiff::Timestamp::from_millisecond(at_ms).ok())
}

fn time(at_ms: u64) -> String {
    moment(at_ms).map_or_else(|| at_ms.to_string(), |time| format!("{time:.3}"))
}

#[derive(Serialize)]
struct View<'a> {
    schema: &'static str,
    timestamp: String,
    function: &'a str,
    stream: &'a str,
    level: Option<&'static str>,
    /// Parsed where it is JSON.
    message: Value,
}

/// Writes one line as `slsx/log/1`.
pub fn json(out: &mut impl Write, entry: &Entry) -> io::Result<()> {
    let text = entry.event.message.trim_end();
    let (Line::Structured { level, .. } | Line::Text { level, .. }) = Line::read(text) else {
        return write_view(out, entry, None, text);
    };
    write_view(out, entry, level, text)
}

fn write_view(out: &mut impl Write, entry: &Entry, level: Option<Level>, text: &str) -> io::Result<()> {
    let view = View {
        schema: "slsx/log/1",
        timestamp: time(entry.event.timestamp_ms),
        function: &entry.function,
        stream: &entry.event.stream,
        level: level.map(Level::name),
        message: serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned())),
    };
    serde_json::to_writer(&mut *out, &view)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(message: &str) -> Entry {
        let event = LogEvent {
            id: "1".into(),
            timestamp_ms: 1_767_225_600_123,
            stream: "2026/01/01/[$LATEST]a".into(),
            message: message.into(),
        };
        Entry { function: "Read".into(), event }
    }

    fn shown(message: &str) -> String {
        let mut out = Vec::new();
        human(&mut out, Style::plain(100), &entry(message), 6).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn people_see_time_function_level_and_what_is_special() {
        let lines = [
            "START RequestId: 1 Version: $LATEST\n",
            r#"{"level":"ERROR","message":"no such order","order":7,"service":"orders"}"#,
            "[INFO]\t2026-01-01T00:00:00.000Z\t1\tread\n",
            "Traceback:\n  File \"app.py\"\x1b[2J\n",
        ];
        insta::assert_snapshot!(lines.map(shown).concat(), @r#"
        2026-01-01T00:00:00.123Z  Read    START RequestId: 1 Version: $LATEST
        2026-01-01T00:00:00.123Z  Read    ERROR  no such order  order=7
        2026-01-01T00:00:00.123Z  Read    INFO  read
        2026-01-01T00:00:00.123Z  Read    Traceback:
              File "app.py"\u{1b}[2J
        "#);
    }

    #[test]
    fn programs_get_one_object_in_each_line() {
        let mut out = Vec::new();
        json(&mut out, &entry(r#"{"level":"WARN","msg":"late"}"#)).unwrap();
        json(&mut out, &entry("END RequestId: 1\n")).unwrap();
        let lines: Vec<Value> =
            String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((&lines[0]["message"]["msg"], &lines[0]["level"]), (&"late".into(), &"WARN".into()));
        assert_eq!((&lines[1]["message"], &lines[1]["level"]), (&"END RequestId: 1".into(), &Value::Null));
        assert!(lines.iter().all(|line| line["schema"] == "slsx/log/1" && line["function"] == "Read"));
    }
}
