//! The arguments of what deals with packages.

use std::path::PathBuf;

use clap::Args;

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
