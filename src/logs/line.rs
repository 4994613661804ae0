//! What one line of a function's log is: from the platform, structured, or text.
//!
//! Formats: <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html>.

use serde_json::{Map, Value};

/// How loud a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Finer than debugging.
    Trace,
    /// For debugging.
    Debug,
    /// For the record.
    Info,
    /// Something odd.
    Warn,
    /// Something failed.
    Error,
    /// The function cannot go on.
    Fatal,
}

impl Level {
    /// From the words of any logger: Python writes WARNING and CRITICAL.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word.to_ascii_uppercase().as_str() {
            "TRACE" => Self::Trace,
            "DEBUG" => Self::Debug,
            "INFO" | "NOTICE" => Self::Info,
            "WARN" | "WARNING" => Self::Warn,
            "ERROR" => Self::Error,
            "FATAL" | "CRITICAL" => Self::Fatal,
            _ => return None,
        })
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trace => "TRACE",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
            Self::Fatal => "FATAL",
        }
    }
}

/// One line of a function's log.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// Written by Lambda itself, such as START and REPORT.
    Platform {
        /// Its text, on one line.
        text: String,
    },
    /// A JSON object with a message.
    Structured {
        /// How loud.
        level: Option<Level>,
        /// The message.
        message: String,
        /// The other fields, without those that every line of a function repeats.
        fields: Vec<(String, String)>,
    },
    /// Anything else.
    Text {
        /// How loud, where the runtime says so.
        level: Option<Level>,
        /// The text.
        text: String,
    },
}

/// What Lambda begins its own lines with.
const PLATFORM: [&str; 8] = [
    "START RequestId: ",
    "END RequestId: ",
    "REPORT RequestId: ",
    "INIT_START ",
    "INIT_REPORT ",
    "RESTORE_START ",
    "RESTORE_REPORT ",
    "EXTENSION\t",
];

/// Names of the message among loggers.
const MESSAGES: [&str; 2] = ["message", "msg"];
/// Names of the level.
const LEVELS: [&str; 2] = ["level", "levelname"];
/// Fields that are shown beside the line already, or are the same on all lines of a function.
const KNOWN: [&str; 20] = [
    "timestamp",
    "time",
    "location",
    "service",
    "function_name",
    "function_arn",
    "function_memory_size",
    "function_request_id",
    "functionName",
    "functionArn",
    "functionMemorySize",
    "cold_start",
    "coldStart",
    "requestId",
    "AWSRequestId",
    "xray_trace_id",
    "sampling_rate",
    "serviceName",
    "logger",
    "target",
];

impl Line {
    /// Reads one message of a log.
    #[must_use]
    pub fn read(message: &str) -> Self {
        let text = message.trim_end();
        if PLATFORM.iter().any(|start| text.starts_with(start)) {
            return Self::Platform { text: one_line(text) };
        }
        match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(object)) => structured(&object, text),
            Ok(_) | Err(_) => plain(text),
        }
    }
}

fn structured(object: &Map<String, Value>, text: &str) -> Line {
    if object.get("type").and_then(Value::as_str).is_some_and(|kind| kind.starts_with("platform.")) {
        return Line::Platform { text: platform(object) };
    }
    let level = LEVELS.iter().find_map(|name| object.get(*name)?.as_str()).and_then(Level::parse);
    // Rust's tracing puts the message among its fields.
    let inner = object.get("fields").and_then(Value::as_object);
    let all = || object.iter().chain(inner.into_iter().flatten());
    let Some((message_key, message)) = all().find(|(key, _)| MESSAGES.contains(&key.as_str())) else {
        return Line::Text { level, text: text.to_owned() };
    };
    let is_known = |key: &str| {
        key == message_key
            || LEVELS.contains(&key)
            || KNOWN.contains(&key)
            || key == "fields" && inner.is_some()
    };
    let fields =
        all().filter(|(key, _)| !is_known(key)).map(|(key, value)| (key.clone(), shown(value))).collect();
    Line::Structured { level, message: shown(message), fields }
}

/// `platform.report duration=2.1 ms ...`: the figures of a record, each with its name.
fn platform(object: &Map<String, Value>) -> String {
    let kind = object.get("type").and_then(Value::as_str).unwrap_or("platform");
    let mut words = vec![kind.to_owned()];
    let record = object.get("record").and_then(Value::as_object);
    let metrics = record.and_then(|record| record.get("metrics")).and_then(Value::as_object);
    for (key, value) in record.into_iter().chain(metrics).flatten() {
        if !value.is_object() && !value.is_array() {
            words.push(format!("{key}={}", shown(value)));
        }
    }
    words.join(" ")
}

/// Node writes `time TAB request TAB LEVEL TAB text`, Python `[LEVEL] TAB time TAB request TAB text`.
fn plain(text: &str) -> Line {
    let parts: Vec<&str> = text.splitn(4, '\t').collect();
    if let [first, second, third, rest] = parts.as_slice() {
        let bracketed =
            first.strip_prefix('[').and_then(|word| word.strip_suffix(']')).and_then(Level::parse);
        let found = match bracketed {
            Some(level) if is_time(second) => Some(level),
            Some(_) => None,
            None if is_time(first) => Level::parse(third),
            None => None,
        };
        if let Some(level) = found {
            return Line::Text { level: Some(level), text: (*rest).to_owned() };
        }
    }
    Line::Text { level: None, text: text.to_owned() }
}

fn is_time(text: &str) -> bool {
    text.parse::<jiff::Timestamp>().is_ok()
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

fn one_line(text: &str) -> String {
    text.split(['\t', '\n']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(level: Option<Level>, text: &str) -> Line {
        Line::Text { level, text: text.to_owned() }
    }

    #[test]
    fn lines_of_the_platform_are_told_in_both_formats() {
        let report = "REPORT RequestId: 1-2\tDuration: 2.10 ms\tBilled Duration: 3 ms\t\n";
        let told = Line::read(report);
        assert_eq!(
            told,
            Line::Platform { text: "REPORT RequestId: 1-2  Duration: 2.10 ms  Billed Duration: 3 ms".into() }
        );
        let json = r#"{"time":"2026-01-01T00:00:00Z","type":"platform.report","record":{"requestId":"1-2","metrics":{"durationMs":2.1}}}"#;
        assert_eq!(
            Line::read(json),
            Line::Platform { text: "platform.report requestId=1-2 durationMs=2.1".into() }
        );
        // A handler may print what it likes.
        assert_eq!(Line::read("the REPORT RequestId: 1"), text(None, "the REPORT RequestId: 1"));
    }

    #[test]
    fn structured_lines_of_three_loggers_have_a_level_a_message_and_what_is_special_about_them() {
        let lines = [
            r#"{"level":"WARNING","location":"app:1","message":"late","timestamp":"2026-01-01 00:00:00,000+0000","service":"x","order":7}"#,
            r#"{"level":"warn","msg":"late","order":7}"#,
            r#"{"timestamp":"2026-01-01T00:00:00Z","level":"WARN","fields":{"message":"late","order":7},"target":"f"}"#,
        ];
        for line in lines {
            let fields = vec![("order".to_owned(), "7".to_owned())];
            let expected = Line::Structured { level: Some(Level::Warn), message: "late".into(), fields };
            assert_eq!(Line::read(line), expected, "{line}");
        }
        let nameless = r#"{"level":"INFO","order":7}"#;
        assert_eq!(Line::read(nameless), text(Some(Level::Info), nameless));
    }

    #[test]
    fn text_of_the_runtimes_has_its_level() {
        let node = "2026-01-01T00:00:00.000Z\t1-2-3\tERROR\tboom\tand more\n";
        assert_eq!(Line::read(node), text(Some(Level::Error), "boom\tand more"));
        let python = "[WARNING]\t2026-01-01T00:00:00.000Z\t1-2-3\tslow\n";
        assert_eq!(Line::read(python), text(Some(Level::Warn), "slow"));
        assert_eq!(Line::read("a\tb\tERROR\tc"), text(None, "a\tb\tERROR\tc"));
        assert_eq!(Line::read("[1, 2]"), text(None, "[1, 2]"));
    }
}
