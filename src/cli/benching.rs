//! Measuring cold starts: the arguments of `slsx coldstart-bench`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::StackArgs;

/// How fresh execution environments are forced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StrategyArg {
    /// A fresh version, and several invokes of it at once.
    Version,
    /// A fresh version for each single invoke.
    Serial,
    /// Like version, on a temporary copy.
    Clone,
    /// A new tenant for each invoke, where the function isolates them.
    Tenant,
}

/// The formats of a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BenchFormat {
    /// For people.
    Human,
    /// One JSON object with a `schema` field.
    Json,
    /// A line for every sample, with a head.
    Csv,
    /// A table for the comment of a pull request.
    Markdown,
}

/// `slsx coldstart-bench`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  slsx coldstart-bench --local -n 20\n  slsx coldstart-bench ReadFunction --against live --gate 'p50<=+10%'"
)]
pub struct ColdstartBenchArgs {
    /// Logical ids, function names or ARNs; default: every function of the stack.
    #[arg(value_name = "FUNCTION")]
    pub functions: Vec<String>,
    /// Which stack.
    #[command(flatten)]
    pub on: StackArgs,
    /// Cold starts to measure for each function; default: 50, of container images 100, with --local-runtime 20.
    #[arg(short = 'n', long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub samples: Option<u32>,
    /// Stop when the median is known to this many percent, such as 3%.
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub until_ci: Option<f64>,
    /// How starts are forced: version (a burst on a fresh one), serial, clone or tenant.
    #[arg(long, value_enum, default_value_t = StrategyArg::Version, hide_possible_values = true, value_name = "STRATEGY")]
    pub strategy: StrategyArg,
    /// Measure a temporary copy, so that nothing changes for those who call the function.
    #[arg(long)]
    pub clone: bool,
    /// Compare with this function, version or alias, measured in turns.
    #[arg(long, value_name = "FUNCTION|QUALIFIER", conflicts_with = "set")]
    pub against: Option<String>,
    /// Compare with an earlier run, written with --format json.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["against", "set"])]
    pub baseline: Option<PathBuf>,
    /// Measure copies with other settings too: memory=512,1024 or arch=arm64,x86_64; may be repeated.
    #[arg(long, value_name = "NAME=VALUE,..")]
    pub set: Vec<String>,
    /// Invoke nothing: read the starts that happened by themselves since then (7d, 12h) from the logs.
    #[arg(long, value_name = "WHEN", value_parser = super::since::parse, conflicts_with_all = ["samples", "until_ci", "clone", "against", "set", "baseline", "payload", "seed", "dry_run"])]
    pub from_logs: Option<super::Since>,
    /// Start functions of the template as processes of this machine: no AWS at all.
    #[arg(long, conflicts_with_all = ["from_logs", "until_ci", "clone", "strategy", "dry_run"])]
    pub local_runtime: bool,
    /// Say where the Init phase goes and what would shorten it, by starts on this machine; with --clone, by those of a
    /// temporary copy.
    #[arg(long, conflicts_with_all = ["from_logs", "until_ci", "strategy", "set", "against", "baseline"])]
    pub explain: bool,
    /// With --explain: measure what can be done at once, in turns with the function as it is.
    #[arg(long = "try", requires = "explain")]
    pub try_best: bool,
    /// With --local-runtime: a whole processor for each, whatever its memory.
    #[arg(long, requires = "local_runtime")]
    pub full_cpu: bool,
    /// With --local-runtime: read the code from the disk each time.
    #[arg(long, requires = "local_runtime")]
    pub cold_cache: bool,
    /// Exit with 1 when a figure is over its limit: 'p50<=+10%', 'p95<=250ms'; may be repeated.
    #[arg(long = "gate", value_name = "LIMIT")]
    pub gates: Vec<String>,
    /// Draw the report as one HTML page that needs nothing else.
    #[arg(long, value_name = "FILE", conflicts_with = "from_logs")]
    pub html: Option<PathBuf>,
    /// Write each plot as an SVG file.
    #[arg(long, value_name = "DIR", conflicts_with = "from_logs")]
    pub svg: Option<PathBuf>,
    /// Event to invoke with; the functions really run, so it should be harmless. Default: {}.
    #[arg(long, value_name = "FILE")]
    pub payload: Option<PathBuf>,
    /// Seed of the random order; default: drawn and printed.
    #[arg(long, value_name = "SEED")]
    pub seed: Option<u64>,
    /// Show the calls, the time and the cost and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask before a run that may cost 5 USD or more.
    #[arg(long)]
    pub yes: bool,
    /// Output format: human, json, csv or markdown.
    #[arg(long, value_enum, default_value_t = BenchFormat::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: BenchFormat,
}

/// A percentage as a part of one.
fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).trim().parse::<f64>().ok();
    match number.filter(|number| (0.1..=50.0).contains(number)) {
        Some(number) => Ok(number / 100.0),
        None => Err("write a percentage from 0.1% to 50%, such as 3%".to_owned()),
    }
}
