//! The arguments of the commands that work with what is deployed: proving, moving back, rebuilding.

use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;

use super::{Format, StackArgs};

/// `slsx verify`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  slsx verify --local\n  slsx verify --load 0.1 --format json   with a tenth of the promised load"
)]
pub struct VerifyArgs {
    /// Which stack.
    #[command(flatten)]
    pub on: StackArgs,
    /// The promise to prove; default: promise.toml of the project.
    #[arg(long, value_name = "FILE")]
    pub promise: Option<PathBuf>,
    /// How much of the promised load: webhooks, commands or requests for each second, times this.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = factor)]
    pub load: f64,
    /// Output format: human or json.
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: Format,
}

/// `slsx redrive`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  slsx redrive --dry-run\n  slsx redrive DeadLetters --max-per-second 10 --yes"
)]
pub struct RedriveArgs {
    /// A dead-letter queue, or the queue whose dead letters are meant: logical id, name or ARN; default: all.
    #[arg(value_name = "QUEUE")]
    pub queue: Option<String>,
    /// Which stack.
    #[command(flatten)]
    pub on: StackArgs,
    /// Most messages to move in a second; default: as many as SQS thinks fit.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=500))]
    pub max_per_second: Option<u32>,
    /// Show what the queues hold and move nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Ask nothing.
    #[arg(long, env = "SLSX_YES", hide_env = true, value_parser = FalseyValueParser::new())]
    pub yes: bool,
    /// Output format: human or json.
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: Format,
}

/// `slsx replay`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  slsx replay --local --clear\n  slsx replay --events Events --projector ProjectorFunction --yes"
)]
pub struct ReplayArgs {
    /// Which stack.
    #[command(flatten)]
    pub on: StackArgs,
    /// Logical id of the table of events; default: [events] of promise.toml.
    #[arg(long, value_name = "TABLE")]
    pub events: Option<String>,
    /// Logical id of the function that makes the read model; default: [projector] of promise.toml.
    #[arg(long, value_name = "FUNCTION")]
    pub projector: Option<String>,
    /// The promise that names them; default: promise.toml of the project.
    #[arg(long, value_name = "FILE")]
    pub promise: Option<PathBuf>,
    /// Empty the read model first.
    #[arg(long)]
    pub clear: bool,
    /// Ask nothing.
    #[arg(long, env = "SLSX_YES", hide_env = true, value_parser = FalseyValueParser::new())]
    pub yes: bool,
    /// Output format: human or json.
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: Format,
}

/// A positive factor that somebody can have meant.
fn factor(text: &str) -> Result<f64, String> {
    let factor: f64 = text.parse().map_err(|error| format!("{error}"))?;
    if (0.001..=100.0).contains(&factor) {
        Ok(factor)
    } else {
        Err("it must be between 0.001 and 100".into())
    }
}

#[cfg(test)]
mod tests {
    use super::factor;

    #[test]
    fn a_factor_is_a_number_within_reason() {
        assert_eq!(factor("0.1"), Ok(0.1));
        assert_eq!(factor("2"), Ok(2.0));
        for text in ["0", "-1", "nan", "inf", "1000", "much"] {
            assert!(factor(text).is_err(), "{text}");
        }
    }
}
