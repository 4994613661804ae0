//! The verbs: each command wires domain, ports and rendering together, and decides nothing itself.

pub mod assembly;
pub mod attach;
pub mod audit;
pub mod coldstart_bench;
pub mod complete;
pub mod completions;
pub mod config;
pub mod consent;
pub mod context;
pub mod demo;
pub mod deploy;
pub mod destroy;
pub mod diff;
pub mod doctor;
pub mod drift;
pub mod event;
pub mod failure;
pub mod follow;
pub mod gc;
pub mod invoke;
pub mod local;
pub mod logs;
pub mod man;
pub mod new;
pub mod outputs;
pub mod package;
pub mod progress;
pub mod project;
pub mod recover;
pub mod redrive;
pub mod replay;
pub mod stack_functions;
pub mod status;
mod timings;
pub mod update;
pub mod verify;

pub use context::Context;
pub use failure::Failure;
pub use project::Project;

use crate::cli::Command;
use crate::exit::Exit;

/// Runs one command.
///
/// # Errors
/// Whatever the command cannot do; [`Failure::exit`] gives its code.
pub fn run(command: &Command, context: &mut Context) -> Result<Exit, Failure> {
    match command {
        Command::Demo(args) => demo::run(args, context),
        Command::New(args) => new::run(args, context),
        Command::Update(args) => update::run(args, context),
        Command::Deploy(args) => deploy::run(args, context),
        Command::Package(args) => package::run(args, context),
        Command::Diff(args) => diff::run(args, context),
        Command::Attach(args) => attach::run(args, context),
        Command::Status(args) => status::run(args, context),
        Command::Outputs(args) => outputs::run(args, context),
        Command::Logs(args) => logs::run(args, context),
        Command::Invoke(args) => invoke::run(args, context),
        Command::Drift(args) => drift::run(args, context),
        Command::Destroy(args) => destroy::run(args, context),
        Command::Gc(args) => gc::run(args, context),
        Command::Verify(args) => verify::run(args, context),
        Command::Redrive(args) => redrive::run(args, context),
        Command::Replay(args) => replay::run(args, context),
        Command::ColdstartBench(args) => coldstart_bench::command::run(args, context),
        Command::Audit(args) => audit::command::run(args, context),
        Command::Recover(args) => recover::command::run(args, context),
        Command::Local(args) => local::run(args, context),
        Command::Config(args) => config::run(args, context),
        Command::Doctor(args) => doctor::run(args, context),
        Command::Completions(args) => completions::run(args, context),
        Command::Man(args) => man::run(args, context),
    }
}

/// The runtime of the commands that talk to AWS: one thread, because they wait much and compute little.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}
