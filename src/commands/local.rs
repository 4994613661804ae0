//! `slsx local`: local AWS, started and stopped by hand.

use super::{Context, Failure};
use crate::cli::{Format, LocalAction, LocalArgs};
use crate::exit::Exit;
use crate::local::{self, InstanceState, Options};
use crate::render;

/// Runs the verb.
///
/// # Errors
/// See [`local::LocalError`].
pub fn run(args: &LocalArgs, context: &mut Context) -> Result<Exit, Failure> {
    match args.action {
        LocalAction::Up { port, no_iam, while_process } => {
            let options = Options { port, without_iam: no_iam, while_process, python: None };
            let state = context.local_up(&args.instance, &options)?;
            report(args, context, Some(&state))
        }
        LocalAction::Status => {
            let state = local::status(&context.folders, &args.instance)?;
            report(args, context, state.as_ref())
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
            let was_running = local::down(&context.folders, &args.instance)?;
            let what = if was_running { "stopped; its state is kept" } else { "not running" };
            context.say(&format!("Local AWS `{}`: {what}.", args.instance));
            Ok(Exit::Done)
        }
    }
}

fn report(args: &LocalArgs, context: &mut Context, state: Option<&InstanceState>) -> Result<Exit, Failure> {
    let endpoint = state.map(InstanceState::endpoint);
    let view = render::local::View {
        name: &args.instance,
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
