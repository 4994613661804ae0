//! Log lines: one JSON object each, which CloudWatch Logs Insights splits into fields by itself.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

/// Sends every log line of this process to standard output, where Lambda picks it up.
pub fn start() {
    tracing::subscriber::set_global_default(json_lines(std::io::stdout)).ok();
}

/// A subscriber that writes one JSON object for each event, its fields at the top level.
pub fn json_lines<W>(writer: W) -> impl tracing::Subscriber + Send + Sync
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_span_events(FmtSpan::NONE)
        .with_target(false)
        .with_max_level(LevelFilter::INFO)
        .with_writer(writer)
        .finish()
}
