//! What the log of one cold start tells of its Init phase: the imports of Python, and the extensions.
//!
//! The platform writes `EXTENSION` lines or `platform.extension` events
//! (<https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html>).

use serde::Deserialize;

use super::python::{self, Import};
use crate::coldstart::report_line;
use crate::logs::LogEvent;

/// What CloudWatch Logs should send.
pub const PATTERN: &str = "?\"import time:\" ?EXTENSION ?\"platform.extension\" ?\"START RequestId\" \
                           ?\"platform.start\" ?\"REPORT RequestId\" ?\"platform.report\"";
/// What the last import before the handler's own belongs to, where it is known: Lambda's runtime client, or else the
/// interpreter's own start.
const RUNTIME: [&str; 4] = ["awslambdaric", "bootstrap", "runtime_client", "site"];

/// The Init phase of one execution environment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Start {
    /// What Python imported, in order, each with its tree.
    pub roots: Vec<Import>,
    /// Extensions that were started.
    pub extensions: Vec<String>,
}

/// The log lines of the environment that served this request, up to that request; none while they are not all there.
#[must_use]
pub fn of_request(events: &[LogEvent], request_id: &str) -> Option<Start> {
    let is_report = |event: &&LogEvent| report_line::find(&event.message, request_id).is_some();
    let stream = &events.iter().find(is_report)?.stream;
    let own = events.iter().filter(|event| event.stream == *stream);
    let lines = own.flat_map(|event| event.message.lines());
    Some(read(lines.take_while(|line| !is_first_request(line))))
}

fn read<'a>(lines: impl Iterator<Item = &'a str>) -> Start {
    let (mut output, mut extensions) = (String::new(), Vec::new());
    for line in lines {
        if let Some(name) = extension(line).filter(|name| !extensions.contains(name)) {
            extensions.push(name);
        } else {
            output.push_str(line);
            output.push('\n');
        }
    }
    Start { roots: python::read(&output), extensions }
}

fn is_first_request(line: &str) -> bool {
    line.starts_with("START RequestId") || line.contains("\"platform.start\"")
}

/// The name in `EXTENSION\tName: collector\tState: Ready\tEvents: [INVOKE]`, or in the event of the same meaning.
fn extension(line: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Event {
        #[serde(rename = "type")]
        kind: String,
        record: Record,
    }
    #[derive(Deserialize)]
    struct Record {
        name: String,
    }
    if let Some(fields) = line.strip_prefix("EXTENSION\t") {
        let name = fields.split('\t').find_map(|field| field.trim().strip_prefix("Name:"));
        return name.map(|name| name.trim().to_owned());
    }
    let event: Event = serde_json::from_str(line).ok()?;
    (event.kind == "platform.extension").then_some(event.record.name)
}

impl Start {
    /// Everything that was imported, with the handler's module above what it imported, if that can be told apart.
    #[must_use]
    pub fn trees(&self, handler: Option<&Import>) -> Vec<Import> {
        let below = handler.map_or(0, |handler| handler.imports.len());
        let before = self.roots.iter().take(self.roots.len().saturating_sub(below));
        before.chain(handler).cloned().collect()
    }

    /// The imports that the handler's module made. Lambda loads that module itself by a call that Python does not time
    /// (<https://docs.python.org/3/using/cmdline.html#cmdoption-X>), so it is put above them, without time of its own.
    #[must_use]
    pub fn handler(&self, handler: &str) -> Option<Import> {
        let is_runtime = |root: &Import| RUNTIME.contains(&root.package());
        let imports = self.roots.get(self.roots.iter().rposition(is_runtime)? + 1..)?.to_vec();
        let module = handler.rsplit_once('.').map_or(handler, |(module, _)| module).replace('/', ".");
        let total_ms = imports.iter().map(|import| import.total_ms).sum();
        Some(Import { module, own_ms: 0.0, total_ms, imports })
    }
}

#[cfg(test)]
mod tests {
    use super::{Start, of_request};
    use crate::logs::LogEvent;

    fn event(stream: &str, message: &str) -> LogEvent {
        LogEvent { id: String::new(), timestamp_ms: 0, stream: stream.into(), message: message.into() }
    }

    fn found(events: &[LogEvent]) -> Option<Start> {
        of_request(events, "r-1")
    }

    #[test]
    fn only_the_environment_of_the_request_is_read_and_only_up_to_it() {
        let mut events = vec![
            event(
                "a",
                "import time: 100 | 100 | site\nimport time: 50 | 50 | awslambdaric.lambda_literals\n",
            ),
            event("b", "import time: 900 | 900 | elsewhere\n"),
            event("a", "EXTENSION\tName: collector\tState: Ready\tEvents: [INVOKE, SHUTDOWN]\n"),
            event("a", "import time: 2000 | 2000 |   _csv\n"),
            event("a", "import time: 1000 | 3000 | csv\n"),
            event("a", "START RequestId: r-1 Version: 1\n"),
            event("a", "import time: 70 | 70 | later\n"),
        ];
        assert_eq!(found(&events), None, "its REPORT is not there yet, so other lines may be missing too");
        events.push(event("a", "REPORT RequestId: r-1\tDuration: 2.46 ms\tBilled Duration: 3 ms\t\n"));
        let start = found(&events).unwrap();
        assert_eq!(start.extensions, ["collector"]);
        let handler = start.handler("functions/app.handler").unwrap();
        assert_eq!((handler.module.as_str(), handler.imports.len()), ("functions.app", 1));
        assert_eq!(handler.imports[0].module, "csv");
        assert!((handler.total_ms - 3.0).abs() < 1e-9);
        let trees = start.trees(Some(&handler));
        let names: Vec<&str> = trees.iter().map(|tree| tree.module.as_str()).collect();
        assert_eq!(names, ["site", "awslambdaric.lambda_literals", "functions.app"]);
    }

    #[test]
    fn json_logs_tell_the_same() {
        let extension =
            r#"{"time":"t","type":"platform.extension","record":{"name":"otel","state":"Ready"}}"#;
        let report = r#"{"time":"t","type":"platform.report","record":{"requestId":"r-1","status":"success","metrics":{"durationMs":1.0}}}"#;
        let events = [
            event("a", extension),
            event("a", extension),
            event("a", r#"{"time":"t","type":"platform.start","record":{"requestId":"r-1"}}"#),
            event("a", report),
        ];
        let start = found(&events).unwrap();
        assert_eq!(start.extensions, ["otel"]);
        assert_eq!(start.handler("app.handler"), None, "other languages import nothing that is told");
    }
}
