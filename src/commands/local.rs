//! `slsx local`: local AWS, started and stopped by hand.

use super::{Context, Failure};
use crate::cli::{Format, LocalAction, LocalArgs};
use crate::exit::Exit;
use crate::local::{self, InstanceState, Options, Status, Stopped};
use crate::render::{
    self,
    local::{Condition, View},
};

/// Runs the verb.
///
/// # Errors
/// See [`local::LocalError`].
pub fn run(args: &LocalArgs, context: &mut Context) -> Result<Exit, Failure> {
    match args.action {
        LocalAction::Up { port, no_iam, while_process } => {
            let options = Options { port, without_iam: no_iam, while_process, python: None };
            let state = context.local_up(&args.instance, &options)?;
            report(args, context, &Status::Running(state))
        }
        LocalAction::Status => {
            let status = local::status(&context.folders, &args.instance)?;
            report(args, context, &status)
        }
        LocalAction::Logs { tail } => {
            let text = local::logs(&context.folders, &args.instance, tail)?;
            context.out.write_all(text.as_bytes())?;
            Ok(Exit::Done)
        }
        LocalAction::Reset => {
            local::reset(&context.folders, &args.instance)?;
            context.say(&format!("Local AWS `{}` is empty now.", args.instance));
            Ok(Exit::Done)
        }
        LocalAction::Down => {
            let what = match local::down(&context.folders, &args.instance)? {
                Stopped::Now => "is stopped; its state is kept",
                Stopped::Already => "was not running",
                Stopped::NeverStarted => "was never started",
            };
            context.say(&format!("Local AWS `{}` {what}.", args.instance));
            Ok(Exit::Done)
        }
    }
}

fn report(args: &LocalArgs, context: &mut Context, status: &Status) -> Result<Exit, Failure> {
    let (condition, state) = match status {
        Status::NeverStarted => (Condition::NeverStarted, None),
        Status::Stopped => (Condition::Stopped, None),
        Status::Unresponsive(state) => (Condition::Unresponsive, Some(state)),
        Status::Running(state) => (Condition::Running, Some(state)),
    };
    let endpoint = state.map(InstanceState::endpoint);
    let view = View {
        name: &args.instance,
        condition,
        endpoint: endpoint.as_deref(),
        region: local::REGION,
        pid: state.map(|state| state.pid),
        python: state.map(|state| state.python.as_str()),
        enforces_iam: state.is_some_and(|state| state.enforces_iam),
    };
    match args.format {
        Format::Human => render::local::human(&view, context.style, &mut context.out)?,
        Format::Json => render::local::json(&view, &mut context.out)?,
    }
    Ok(Exit::Done)
}
