//! `slsx invoke`: calls a function once and shows its answer and the end of its log.

use super::context::written;
use super::deploy::show;
use super::stack_functions::{self, StackFunction};
use super::{Context, Failure, Project, event, runtime};
use crate::aws::functions::LambdaFunctions;
use crate::aws::stacks::CloudFormationStacks;
use crate::cli::{Format, InvokeArgs};
use crate::coldstart::report_line;
use crate::exit::Exit;
use crate::names::{Qualifier, StackName};
use crate::ports::Functions;
use crate::render::invoke as render;

/// Invokes the function. One that fails is an exit code, not an error.
///
/// # Errors
/// When the event cannot be read, there is no such function, or AWS refuses.
pub fn run(args: &InvokeArgs, context: &mut Context) -> Result<Exit, Failure> {
    let event = event::read(args.event.as_deref(), context)?;
    let project = Project::of(context, &args.on, &[])?;
    runtime()?.block_on(async {
        let session = context.connect(&args.on.target, Some(&project.settings)).await?;
        let stack = &project.settings.stack;
        let arguments: Vec<String> = args.function.iter().cloned().collect();
        let known = stack_functions::known(&arguments, &CloudFormationStacks::new(&session), stack).await?;
        only(&arguments, stack, known.as_deref())?;
        let chosen = stack_functions::choose(&arguments, stack, known.as_deref())?;
        let Some(function) = chosen.first() else { return Ok(Exit::Done) };
        let functions = LambdaFunctions::new(&session);
        let reply = functions.invoke(function, &Qualifier::new(&args.qualifier), None, &event).await?;
        let view = render::View {
            function: stack_functions::label(function, known.as_deref()),
            is_local: session.is_local(),
            request_id: &reply.request_id,
            function_error: reply.function_error.as_deref(),
            payload: &String::from_utf8_lossy(&reply.payload),
            log_tail: &reply.log_tail,
            report: report_line::find(&reply.log_tail, &reply.request_id),
            client_ms: reply.client_time.as_secs_f64() * 1_000.0,
        };
        match args.format {
            Format::Json => written(render::json(&mut context.out, &view))?,
            Format::Human => {
                written(writeln!(context.out, "{}", view.payload).and_then(|()| context.out.flush()))?;
                if !context.is_quiet {
                    show::remark(context, |err, style| render::around(err, style, &view))?;
                }
            }
        }
        Ok(if reply.function_error.is_some() { Exit::Findings } else { Exit::Done })
    })
}

/// Without a name, the stack's only function is meant.
fn only(arguments: &[String], stack: &StackName, known: Option<&[StackFunction]>) -> Result<(), Failure> {
    let known = known.unwrap_or_default();
    if !arguments.is_empty() || known.len() <= 1 {
        return Ok(());
    }
    let names: Vec<&str> = known.iter().map(|function| function.logical_id.as_str()).collect();
    Err(Failure::Usage {
        message: format!("stack {stack} has {} functions", names.len()),
        help: format!("name one of them: {}", names.join(", ")),
    })
}
