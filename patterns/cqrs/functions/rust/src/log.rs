//! Log lines: one JSON object each, which CloudWatch Logs Insights splits into fields by itself. The fields of the
//! spans around an event are fields of its line, so what is said once (a correlation id) is in every line below.

use std::fmt;

use serde_json::{Map, Value};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_serde::fields::AsMap;
use tracing_subscriber::fmt::format::{JsonFields, Writer};
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields, MakeWriter};
use tracing_subscriber::registry::LookupSpan;

/// Sends every log line of this process to standard output, where Lambda picks it up.
///
/// Service name and level come from the variables that Powertools uses in other languages.
pub fn start() {
    let level = match std::env::var("POWERTOOLS_LOG_LEVEL").unwrap_or_default().to_ascii_uppercase().as_str() {
        "DEBUG" => LevelFilter::DEBUG,
        "WARN" | "WARNING" => LevelFilter::WARN,
        "ERROR" | "CRITICAL" => LevelFilter::ERROR,
        _ => LevelFilter::INFO,
    };
    let service = std::env::var("POWERTOOLS_SERVICE_NAME").ok();
    tracing::subscriber::set_global_default(json_lines(std::io::stdout, level, service)).ok();
}

/// A subscriber that writes one JSON object for each event.
pub fn json_lines<W>(writer: W, level: LevelFilter, service: Option<String>) -> impl Subscriber + Send + Sync
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .fmt_fields(JsonFields::new())
        .event_format(JsonLine { service })
        .with_max_level(level)
        .with_writer(writer)
        .finish()
}

/// Writes an event with everything that is known of it at the top level.
struct JsonLine {
    service: Option<String>,
}

impl<S, N> FormatEvent<S, N> for JsonLine
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut timestamp = String::new();
        SystemTime.format_time(&mut Writer::new(&mut timestamp))?;
        let mut line = Map::new();
        line.insert("timestamp".to_owned(), timestamp.into());
        line.insert("level".to_owned(), event.metadata().level().as_str().into());
        if let Some(service) = &self.service {
            line.insert("service".to_owned(), service.as_str().into());
        }
        for span in context.event_scope().into_iter().flat_map(|scope| scope.from_root()) {
            let extensions = span.extensions();
            let fields = extensions.get::<FormattedFields<N>>().map(|fields| serde_json::from_str(&fields.fields));
            if let Some(Ok(Value::Object(fields))) = fields {
                line.extend(fields);
            }
        }
        if let Ok(Value::Object(fields)) = serde_json::to_value(event.field_map()) {
            line.extend(fields);
        }
        writeln!(writer, "{}", Value::Object(line))
    }
}
