//! The arguments of what deals with packages.

use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;

use super::{Format, StackArgs};

/// `slsx package`. No `Debug`: parameters may be secrets.
#[derive(Args, Clone)]
#[command(
    after_help = "Examples:\n  slsx package --output-dir dist\n  slsx package --upload --output-template packaged.yaml"
)]
pub struct PackageArgs {
    /// Which stack.
    #[command(flatten)]
    pub on: StackArgs,
    /// Set a template parameter; may be repeated.
    #[arg(long = "parameter", value_name = "KEY=VALUE")]
    pub parameters: Vec<String>,
    /// Write the packages, and a template that names them, into a new folder.
    #[arg(long, value_name = "DIR", conflicts_with = "upload")]
    pub output_dir: Option<PathBuf>,
    /// Upload the packages to the artifact bucket.
    #[arg(long)]
    pub upload: bool,
    /// Write the template that names the uploaded packages into a new file; without it, to standard output.
    #[arg(long, value_name = "FILE", requires = "upload")]
    pub output_template: Option<PathBuf>,
    /// Output format: human or json.
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: Format,
}

/// `slsx gc`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  slsx gc --dry-run\n  slsx gc --stage production --yes")]
pub struct GcArgs {
    /// Which stack's account and region.
    #[command(flatten)]
    pub on: StackArgs,
    /// Ask nothing.
    #[arg(long, env = "SLSX_YES", hide_env = true, value_parser = FalseyValueParser::new())]
    pub yes: bool,
    /// Show what would be removed and remove nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Output format: human or json.
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: Format,
}
