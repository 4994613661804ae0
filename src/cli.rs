//! The command line: arguments and their help, no logic.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};

mod benching;
mod looking;
mod operations;
mod packaging;
mod precedence;
mod since;
mod verbs;

pub use benching::{BenchFormat, ColdstartBenchArgs, StrategyArg};
pub use looking::{
    AttachArgs, ConfigArgs, DiffArgs, DoctorArgs, DriftArgs, InvokeArgs, LogsArgs, ManArgs, OutputsArgs,
    OutputsFormat,
};
pub use operations::{RedriveArgs, ReplayArgs, VerifyArgs};
pub use packaging::{GcArgs, PackageArgs};
pub use since::Since;
pub use verbs::{
    AuditArgs, CompletionsArgs, ConflictArg, DemoArgs, DeployArgs, DestroyArgs, LaneArg, LocalAction,
    LocalArgs, NewArgs, RecoverArgs, StatusArgs, UpdateArgs,
};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Scaffold, deploy, prove, measure and audit AWS serverless applications.
#[derive(Parser)]
#[command(
    name = "slsx",
    version,
    styles = STYLES,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = "Examples:\n  slsx demo                       the whole road on local AWS, no account needed\n  slsx new fan-out my-uploads     a project from a pattern"
)]
pub struct Cli {
    /// Options that mean the same for every command.
    #[command(flatten)]
    pub output: OutputArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options about what is printed.
#[derive(Args, Clone, Copy, Debug)]
pub struct OutputArgs {
    /// Colored output; `auto` colors terminals and respects NO_COLOR.
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, env = "SLSX_COLOR", value_name = "WHEN", hide_possible_values = true, hide_env = true, help = "Colored output: auto, always or never")]
    pub color: ColorChoice,
    /// Print results and errors only, no progress.
    #[arg(short, long, global = true, env = "SLSX_QUIET", hide_env = true, value_parser = FalseyValueParser::new())]
    pub quiet: bool,
}

/// When to color.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal.
    Auto,
    /// Also into a pipe.
    Always,
    /// Not at all.
    Never,
}

/// The formats most commands know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON object with a `schema` field.
    Json,
}

/// The formats of commands that follow something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StreamFormat {
    /// For people.
    Human,
    /// One JSON object with a `schema` field, at the end.
    Json,
    /// One JSON object in each line, as things happen; the last one holds the result.
    Ndjson,
}

impl StreamFormat {
    /// The format of what is written once.
    #[must_use]
    pub const fn plain(self) -> Format {
        match self {
            Self::Human => Format::Human,
            Self::Json | Self::Ndjson => Format::Json,
        }
    }
}

/// The formats of an audit report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AuditFormat {
    /// For people, with source excerpts.
    Human,
    /// One JSON object, schema `slsx/audit/1`.
    Json,
    /// SARIF 2.1.0 for code scanning.
    Sarif,
    /// Workflow commands that GitHub shows beside the lines.
    Github,
}

/// The commands, in the order a newcomer meets them.
#[derive(Subcommand)]
pub enum Command {
    /// Walk the whole road on local AWS, from nothing to measured.
    Demo(DemoArgs),
    /// Scaffold a project from a pattern.
    New(NewArgs),
    /// Merge a newer version of its pattern into a project.
    Update(UpdateArgs),
    /// Build, package and deploy a SAM, CloudFormation or CDK project.
    Deploy(DeployArgs),
    /// Build and package a project, without deploying it.
    Package(PackageArgs),
    /// Show what a deployment would change.
    Diff(DiffArgs),
    /// Follow an operation that is in progress to its end.
    Attach(AttachArgs),
    /// Show a stack's status, resources and outputs.
    Status(StatusArgs),
    /// Print a stack's outputs, also as a .env file.
    Outputs(OutputsArgs),
    /// Show what a stack's functions log, and follow it.
    Logs(LogsArgs),
    /// Call a function and show its answer and its log.
    Invoke(InvokeArgs),
    /// Show what somebody changed behind CloudFormation's back.
    Drift(DriftArgs),
    /// Delete a stack, after showing what would be lost.
    Destroy(DestroyArgs),
    /// Remove artifacts that nothing refers to any more.
    Gc(GcArgs),
    /// Prove on the deployed stack that the pattern keeps its promise.
    Verify(VerifyArgs),
    /// Move dead letters back to the queues they came from.
    Redrive(RedriveArgs),
    /// Rebuild a read model from its events.
    Replay(ReplayArgs),
    /// Measure cold starts in fresh execution environments.
    ColdstartBench(ColdstartBenchArgs),
    /// Lint templates, handler code and IAM policies.
    Audit(AuditArgs),
    /// Undo what an interrupted run left, and go on with a failed rollback.
    Recover(RecoverArgs),
    /// Run local AWS, an emulator that slsx installs and starts by itself.
    Local(LocalArgs),
    /// Show every setting that counts, and where it comes from.
    Config(ConfigArgs),
    /// Say what is missing on this machine, and how to get it.
    Doctor(DoctorArgs),
    /// Print a shell completion script.
    Completions(CompletionsArgs),
    /// Write manual pages.
    Man(ManArgs),
}

/// Where the project is and which stage of it is meant.
#[derive(Args, Clone, Debug)]
pub struct ProjectArgs {
    /// Project folder; default: the nearest one upwards with slsx.toml or a template.
    #[arg(long, value_name = "DIR", env = "SLSX_PROJECT", hide_env = true)]
    pub project: Option<PathBuf>,
    /// Stage, such as dev or production; default: dev.
    #[arg(long, value_name = "NAME", env = "SLSX_STAGE", hide_env = true)]
    pub stage: Option<String>,
}

/// Which AWS is meant.
#[derive(Args, Clone, Debug)]
pub struct TargetArgs {
    /// Use local AWS, started if it is not running.
    #[arg(long, env = "SLSX_LOCAL", hide_env = true, value_parser = FalseyValueParser::new())]
    pub local: bool,
    /// Which local AWS, when several run side by side.
    #[arg(long, value_name = "NAME", default_value = "default", env = "SLSX_INSTANCE", hide_env = true)]
    pub instance: String,
    /// Send every request to this endpoint instead of AWS.
    #[arg(long, value_name = "URL", env = "SLSX_ENDPOINT_URL", hide_env = true)]
    pub endpoint_url: Option<String>,
    /// Profile of the AWS configuration files.
    #[arg(long, value_name = "NAME", env = "SLSX_PROFILE", hide_env = true)]
    pub profile: Option<String>,
    /// AWS region.
    #[arg(long, value_name = "REGION", env = "SLSX_REGION", hide_env = true)]
    pub region: Option<String>,
}

/// Which stack is meant: of which project and stage, on which AWS.
#[derive(Args, Clone, Debug)]
pub struct StackArgs {
    /// Which project and stage.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// Which AWS.
    #[command(flatten)]
    pub target: TargetArgs,
    /// Stack name; default: from slsx.toml, or project and stage.
    #[arg(long, value_name = "STACK", env = "SLSX_STACK", hide_env = true)]
    pub stack: Option<String>,
    /// Names of the arguments that were not typed, but set as variables.
    #[arg(skip)]
    pub from_environment: BTreeSet<String>,
}
