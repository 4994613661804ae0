//! The arguments of the commands that look at what is deployed and use it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Format, StackArgs, StreamFormat};

/// `slsx diff`. No `Debug`: parameters may be secrets.
#[derive(Args, Clone)]
#[command(after_help = "Examples:\n  slsx diff --stage production\n  slsx diff --exit-code --format json")]
pub struct DiffArgs {
    /// Which stack.
    #[command(flatten)]
    pub on: StackArgs,
    /// Set a template parameter; may be repeated.
    #[arg(long = "parameter", value_name = "KEY=VALUE")]
    pub parameters: Vec<String>,
    /// Exit 1 when a deployment would change anything.
    #[arg(long)]
    pub exit_code: bool,
    /// Output format: human or json.
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: Format,
}

/// `slsx attach`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  slsx attach --stage production\n  slsx attach --stack orders-dev --format json"
)]
pub struct AttachArgs {
    /// Which stack.
    #[command(flatten)]
    pub on: StackArgs,
    /// Output format: human, json, or ndjson with one object in each line as things happen.
    #[arg(long, value_enum, default_value_t = StreamFormat::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: StreamFormat,
}

/// `slsx drift`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  slsx drift --stage production\n  slsx drift --exit-code --format json")]
pub struct DriftArgs {
    /// Which stack.
    #[command(flatten)]
    pub on: StackArgs,
    /// Exit 1 when anything was changed.
    #[arg(long)]
    pub exit_code: bool,
    /// Output format: human or json.
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: Format,
}

/// `slsx config`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  slsx config --stage production\n  slsx config --format json")]
pub struct ConfigArgs {
    /// Which stack.
    #[command(flatten)]
    pub on: StackArgs,
    /// Output format: human or json.
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: Format,
}

/// `slsx doctor`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  slsx doctor\n  slsx doctor --local     what local AWS needs; asks no AWS"
)]
pub struct DoctorArgs {
    /// Which stack.
    #[command(flatten)]
    pub on: StackArgs,
    /// Output format: human or json.
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: Format,
}

/// `slsx man`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  slsx man ~/.local/share/man/man1\n  slsx man ./man")]
pub struct ManArgs {
    /// Folder to write the pages to.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

/// `slsx outputs`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  slsx outputs ApiUrl --local\n  slsx outputs --format dotenv > .env")]
pub struct OutputsArgs {
    /// Print the value of this output alone.
    #[arg(value_name = "OUTPUT")]
    pub output: Option<String>,
    /// Which stack.
    #[command(flatten)]
    pub on: StackArgs,
    /// Output format: human, json or dotenv.
    #[arg(long, value_enum, default_value_t = OutputsFormat::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: OutputsFormat,
}

/// The formats of outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputsFormat {
    /// For people.
    Human,
    /// One JSON object with a `schema` field.
    Json,
    /// Lines of NAME="value", as shells and dotenv libraries read them.
    Dotenv,
}

/// `slsx invoke`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  slsx invoke ThumbnailFunction --local --event events/upload.json\n  slsx invoke ReadFunction --event - --format json   with an event from standard input"
)]
pub struct InvokeArgs {
    /// Logical id, function name or ARN; may be left away when the stack has one function.
    #[arg(value_name = "FUNCTION")]
    pub function: Option<String>,
    /// Which stack.
    #[command(flatten)]
    pub on: StackArgs,
    /// File with the event, or - for standard input; default: {}.
    #[arg(short, long, value_name = "FILE")]
    pub event: Option<PathBuf>,
    /// Version or alias to invoke.
    #[arg(long, value_name = "VERSION|ALIAS", default_value = "$LATEST")]
    pub qualifier: String,
    /// Output format: human or json.
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: Format,
}

/// `slsx logs`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  slsx logs --local --follow\n  slsx logs CreateFunction --since 2h --filter '{ $.level = \"ERROR\" }'"
)]
pub struct LogsArgs {
    /// Logical ids, function names or ARNs; default: every function of the stack.
    #[arg(value_name = "FUNCTION")]
    pub functions: Vec<String>,
    /// Which stack.
    #[command(flatten)]
    pub on: StackArgs,
    /// From when on: how long ago (90s, 10m, 2h, 7d) or a moment (2026-01-31T12:00:00Z).
    #[arg(long, value_name = "WHEN", default_value = "10m", value_parser = super::since::parse)]
    pub since: super::Since,
    /// Only what fits this filter pattern of CloudWatch Logs, such as ERROR or '{ $.order = 7 }'.
    #[arg(long, value_name = "PATTERN")]
    pub filter: Option<String>,
    /// Go on showing what is written, until Ctrl-C.
    #[arg(short, long)]
    pub follow: bool,
    /// Output format: human, or json with one object in each line.
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: Format,
}
