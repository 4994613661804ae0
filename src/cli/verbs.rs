//! The arguments of each command.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, Subcommand, ValueEnum};

use super::{AuditFormat, Format, StackArgs, StreamFormat};

/// `slsx demo`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  slsx demo\n  slsx demo --keep            leave the project and local AWS running, to look around"
)]
pub struct DemoArgs {
    /// Pattern to walk through.
    #[arg(default_value = "fan-out", value_name = "PATTERN")]
    pub pattern: String,
    /// Keep the project folder and local AWS running.
    #[arg(long)]
    pub keep: bool,
    /// Cold starts to measure for each function.
    #[arg(short = 'n', long, default_value_t = 6, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub samples: u32,
}

/// `slsx new`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  slsx new fan-out my-uploads\n  slsx new fan-out --set workers=resize,index-db --set bus=eventbridge --dry-run"
)]
pub struct NewArgs {
    /// Pattern; see --list.
    #[arg(required_unless_present = "list")]
    pub pattern: Option<String>,
    /// Project name and folder; default: the pattern's name.
    pub name: Option<String>,
    /// List the patterns, their languages and their questions.
    #[arg(long, conflicts_with_all = ["pattern", "name", "dry_run"])]
    pub list: bool,
    /// Language of the functions.
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<String>,
    /// Answer a question of the pattern; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub answers: Vec<String>,
    /// Take language and answers from a file, such as another project's .slsx/answers.toml.
    #[arg(long = "answers", value_name = "FILE")]
    pub answers_file: Option<PathBuf>,
    /// Take the pattern from a folder or git repository: DIR or URL[//FOLDER][#REVISION].
    #[arg(long, value_name = "DIR|GIT")]
    pub from: Option<String>,
    /// Ask nothing: questions without an answer get their default.
    #[arg(long, env = "SLSX_YES", hide_env = true, value_parser = FalseyValueParser::new())]
    pub yes: bool,
    /// Show what would be written and write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Output format: human or json.
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: Format,
}

/// `slsx update`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  slsx update --dry-run\n  slsx update --conflict reject")]
pub struct UpdateArgs {
    /// Project folder; default: the nearest one upwards with .slsx/answers.toml.
    #[arg(long, value_name = "DIR", env = "SLSX_PROJECT", hide_env = true)]
    pub project: Option<PathBuf>,
    /// Answer a question of the pattern anew; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub answers: Vec<String>,
    /// Take the pattern from another folder or git repository than the project was made from.
    #[arg(long, value_name = "DIR|GIT")]
    pub from: Option<String>,
    /// Where both sides changed the same lines: `inline` markers, or `reject` into FILE.rej.
    #[arg(
        long,
        value_enum,
        default_value_t = ConflictArg::Inline,
        hide_possible_values = true,
        value_name = "HOW",
        help = "Where both sides changed the same lines: inline markers, or reject into FILE.rej"
    )]
    pub conflict: ConflictArg,
    /// Show what would change and write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Output format: human or json.
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: Format,
}

/// How `slsx update` leaves a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ConflictArg {
    /// Both sides in the file, between conflict markers.
    Inline,
    /// The project's file as it is, and the new version's beside it.
    Reject,
}

/// How a deployment gets to the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LaneArg {
    /// Not at all, the functions' code alone or CloudFormation, whichever is enough.
    Auto,
    /// The functions' code alone; an error where that is not enough.
    Hot,
    /// CloudFormation.
    Stack,
}

/// `slsx deploy`. No `Debug`: parameters may be secrets.
#[derive(Args, Clone)]
#[command(after_help = "Examples:\n  slsx deploy --local\n  slsx deploy --stage production --yes")]
pub struct DeployArgs {
    /// Which stack.
    #[command(flatten)]
    pub on: StackArgs,
    /// Set a template parameter; may be repeated.
    #[arg(long = "parameter", value_name = "KEY=VALUE")]
    pub parameters: Vec<String>,
    /// Ask nothing.
    #[arg(long, env = "SLSX_YES", hide_env = true, value_parser = FalseyValueParser::new())]
    pub yes: bool,
    /// Build and package, show what would be changed and stop.
    #[arg(long)]
    pub dry_run: bool,
    /// Start the execution and do not follow it; `slsx attach` does.
    #[arg(long)]
    pub detach: bool,
    /// Deploy again each time something that is deployed was saved; code alone goes past CloudFormation.
    #[arg(long, conflicts_with_all = ["dry_run", "detach"])]
    pub watch: bool,
    /// Deploy to every region that the stage lists, as a stack set.
    #[arg(long, conflicts_with_all = ["watch", "detach"])]
    pub all_regions: bool,
    /// Deploy to these accounts, as a stack set; default: those that the stage lists.
    #[arg(long, value_name = "ID,...", value_delimiter = ',', conflicts_with_all = ["watch", "detach"])]
    pub accounts: Vec<String>,
    /// Print the IAM policy that deploying this template takes, and stop; asks no AWS. It is for deploy alone.
    #[arg(long, conflicts_with_all = ["dry_run", "detach", "watch", "all_regions", "accounts"])]
    pub print_policy: bool,
    /// How to get to the stack: auto, hot (the functions' code alone) or stack (CloudFormation).
    #[arg(long, value_enum, default_value_t = LaneArg::Auto, hide_possible_values = true, value_name = "LANE")]
    pub lane: LaneArg,
    /// Output format: human, json, or ndjson with one object in each line as things happen.
    #[arg(long, value_enum, default_value_t = StreamFormat::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: StreamFormat,
}

/// `slsx status`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  slsx status --local\n  slsx status --format json")]
pub struct StatusArgs {
    /// Which stack.
    #[command(flatten)]
    pub on: StackArgs,
    /// Output format: human or json.
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: Format,
}

/// `slsx destroy`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  slsx destroy --local\n  slsx destroy --stage dev --resume --retain Uploads"
)]
pub struct DestroyArgs {
    /// Which stack.
    #[command(flatten)]
    pub on: StackArgs,
    /// Ask nothing: delete, and empty the buckets that block it.
    #[arg(long, env = "SLSX_YES", hide_env = true, value_parser = FalseyValueParser::new())]
    pub yes: bool,
    /// Delete the stack set and its stacks, in every account and region.
    #[arg(long, conflicts_with = "resume")]
    pub all_regions: bool,
    /// Go on with a deletion that failed; of any other stack it is an error.
    #[arg(long)]
    pub resume: bool,
    /// Keep a resource that could not be deleted; may be repeated.
    #[arg(long, value_name = "LOGICAL_ID", requires = "resume")]
    pub retain: Vec<String>,
    /// Output format: human, json, or ndjson with one object in each line as things happen.
    #[arg(long, value_enum, default_value_t = StreamFormat::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: StreamFormat,
}

/// `slsx audit`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  slsx audit\n  slsx audit --format sarif template.yaml > audit.sarif")]
pub struct AuditArgs {
    /// Templates, policy documents or folders; default: the current folder.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Only these rules; may be repeated or separated by commas.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Not these rules; may be repeated or separated by commas.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Exit 1 from this severity on: low, medium, high or never.
    #[arg(long, value_name = "SEVERITY", default_value = "medium", env = "SLSX_FAIL_ON", hide_env = true)]
    pub fail_on: String,
    /// Explain one rule and stop.
    #[arg(long, value_name = "RULE", conflicts_with_all = ["paths", "list_rules"])]
    pub explain: Option<String>,
    /// List the rules and stop.
    #[arg(long, conflicts_with = "paths")]
    pub list_rules: bool,
    /// Ignore slsx.toml.
    #[arg(long)]
    pub no_config: bool,
    /// Output format: human, json, sarif or github.
    #[arg(long, value_enum, default_value_t = AuditFormat::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: AuditFormat,
}

/// `slsx recover`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  slsx recover --dry-run\n  slsx recover --stage dev --skip OldQueue    without what cannot be rolled back"
)]
pub struct RecoverArgs {
    /// Which stack, if there is a project.
    #[command(flatten)]
    pub on: StackArgs,
    /// Leave this resource as it is when a failed rollback goes on; may be repeated.
    #[arg(long, value_name = "RESOURCE")]
    pub skip: Vec<String>,
    /// Ask nothing.
    #[arg(long, env = "SLSX_YES", hide_env = true, value_parser = FalseyValueParser::new())]
    pub yes: bool,
    /// Show what would be undone and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Output format: human or json.
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: Format,
}

/// `slsx local`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  slsx local up\n  slsx local logs --instance second")]
pub struct LocalArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub action: LocalAction,
    /// Which local AWS, when several run side by side.
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        default_value = "default",
        env = "SLSX_INSTANCE",
        hide_env = true
    )]
    pub instance: String,
    /// Output format: human or json.
    #[arg(long, global = true, value_enum, default_value_t = Format::Human, hide_possible_values = true, value_name = "FORMAT", env = "SLSX_FORMAT", hide_env = true)]
    pub format: Format,
}

/// The verbs of `slsx local`.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum LocalAction {
    /// Install it if needed, start it and wait until it is healthy.
    Up {
        /// Port on 127.0.0.1; default: a free one.
        #[arg(long, value_name = "PORT")]
        port: Option<u16>,
        /// Do not enforce IAM policies.
        #[arg(long)]
        no_iam: bool,
        /// Stop by itself when this process ends, for scripts and tests.
        #[arg(long, value_name = "PID")]
        while_process: Option<u32>,
    },
    /// Say whether it runs, where, and how to point other tools at it.
    Status,
    /// Print its log.
    Logs {
        /// Only the last lines.
        #[arg(long, value_name = "LINES", default_value_t = 200)]
        tail: usize,
    },
    /// Forget every resource in it, without a restart.
    Reset,
    /// Stop it; its state is kept.
    Down,
}

/// `slsx completions`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  slsx completions bash > ~/.local/share/bash-completion/completions/slsx\n  slsx completions zsh --dynamic      asks slsx for stages and functions: source <(...)"
)]
pub struct CompletionsArgs {
    /// Shell.
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
    /// Complete names too: stages, stacks and functions of the project, patterns, local instances.
    #[arg(long)]
    pub dynamic: bool,
}
